/**
 * Is a node ready? The port opens before CQL works, so the probe speaks: OPTIONS, STARTUP, and a query. Frames of
 * native protocol v4 (Cassandra's native_protocol_v4.spec), which 3.11 to 5.0 answer.
 */
import { openExchange } from './tcp-exchange.ts'

const HEADER_BYTES = 9
const VERSION_REQUEST = 0x04
const OPCODE_ERROR = 0x00
const OPCODE_STARTUP = 0x01
const OPCODE_READY = 0x02
const OPCODE_OPTIONS = 0x05
const OPCODE_SUPPORTED = 0x06
const OPCODE_QUERY = 0x07
const OPCODE_RESULT = 0x08
const CONSISTENCY_ONE = 1

/** @throws when nothing answers, or not as a ready node without authentication does. */
export async function askCassandra(host: string, port: number): Promise<void> {
  await runCql(host, port, 'SELECT release_version FROM system.local')
}

/** One statement over a connection of its own; the body of its result, undecoded. */
export async function runCql(host: string, port: number, cql: string): Promise<Buffer> {
  using exchange = await openExchange(host, port, (bytes) =>
    bytes.length < HEADER_BYTES ? null : HEADER_BYTES + bytes.readInt32BE(5),
  )
  const ask = async (opcode: number, body: Buffer, wanted: number): Promise<Buffer> => {
    const answer = await exchange.ask(frame(opcode, body))
    const got = answer.readUInt8(4)
    if (got === wanted) return answer.subarray(HEADER_BYTES)
    // An error's body: a code of four bytes, then a text with its length in two.
    const why = got === OPCODE_ERROR ? `: ${answer.toString('utf8', HEADER_BYTES + 6)}` : ''
    throw new Error(`opcode ${opcode} was answered with ${got} instead of ${wanted}${why}`)
  }
  await ask(OPCODE_OPTIONS, Buffer.alloc(0), OPCODE_SUPPORTED)
  await ask(OPCODE_STARTUP, stringMap({ CQL_VERSION: '3.0.0' }), OPCODE_READY)
  // Awaited here: the connection is closed when this function ends.
  return await ask(OPCODE_QUERY, query(cql), OPCODE_RESULT)
}

function frame(opcode: number, body: Buffer): Buffer {
  const header = Buffer.alloc(HEADER_BYTES)
  header.writeUInt8(VERSION_REQUEST, 0)
  header.writeUInt8(opcode, 4)
  header.writeInt32BE(body.length, 5)
  return Buffer.concat([header, body])
}

function stringMap(map: Readonly<Record<string, string>>): Buffer {
  const entries = Object.entries(map)
  return Buffer.concat([int16(entries.length), ...entries.flat().map(shortText)])
}

/** A long text, the consistency, no flags. */
function query(cql: string): Buffer {
  const text = Buffer.from(cql)
  const length = Buffer.alloc(4)
  length.writeInt32BE(text.length)
  return Buffer.concat([length, text, int16(CONSISTENCY_ONE), Buffer.alloc(1)])
}

function shortText(text: string): Buffer {
  const bytes = Buffer.from(text)
  return Buffer.concat([int16(bytes.length), bytes])
}

function int16(value: number): Buffer {
  const bytes = Buffer.alloc(2)
  bytes.writeInt16BE(value)
  return bytes
}
