/**
 * A Cassandra of a few lines: it keeps rows by their write timestamps and shows what came over the wire, which no
 * real node tells. It can do a write and fail afterwards.
 */
import { once } from 'node:events'
import { createServer, type Server, type Socket } from 'node:net'
import { createServer as createTlsServer } from 'node:tls'
import type { SelfSigned } from './self-signed.ts'
import {
  BIGINT,
  BLOB,
  byte,
  bytes,
  type Column,
  INET,
  INT,
  int,
  long,
  preparedResult,
  rowsResult,
  SET_OF_TEXT,
  short,
  text,
  UUID,
  VARCHAR,
  WireReader,
} from './wire.ts'

export interface SeenWrite {
  readonly query: string
  /** Text, number or bytes; `null` and `unset` as these words. */
  readonly values: readonly (string | number | Buffer)[]
}

export interface SeenRequest {
  readonly kind: 'execute' | 'logged batch' | 'unlogged batch' | 'counter batch'
  readonly writes: readonly SeenWrite[]
  readonly consistency: number
  /** A timestamp for the whole request, which would be the driver's own clock; null when there is none. */
  readonly requestTimestamp: number | null
}

/** What happens to a write after it was done: no answer, the connection breaks, or an error of this code. */
export type Fault =
  | 'silence'
  | 'cut'
  | { readonly code: number; readonly message: string; readonly details?: Buffer }

const TYPES: Readonly<Record<string, number>> = {
  position: BIGINT,
  value: BLOB,
  version: INT,
  applied_at: BIGINT,
  '[timestamp]': BIGINT,
}
const FOUND: readonly Column[] = ['row', 'position', 'value', 'written_at'].map((name) => ({
  name,
  type: name === 'row' ? VARCHAR : (TYPES[name] ?? BIGINT),
}))
const BATCH_KINDS = ['logged batch', 'unlogged batch', 'counter batch'] as const
/** Consistency, received, wanted, kind of write: what a write timeout (0x1100) says besides its message. */
export const WRITE_TIMEOUT: Fault = {
  code: 0x1100,
  message: 'Operation timed out',
  details: Buffer.concat([short(6), int(0), int(1), text('SIMPLE')]),
}

/** Another node that the stub tells of. */
export interface Peer {
  /** The last of four numbers, after 127.0.0. */
  readonly address: number
  readonly dataCenter: string
  readonly schemaVersion: number
}

const HERE: Peer = { address: 1, dataCenter: 'dc1', schemaVersion: 1 }

function nodesResult(nodes: readonly Peer[]): Buffer {
  const texts = ['data_center', 'rack', 'release_version', 'partitioner'].map((name) => ({
    name,
    type: VARCHAR,
  }))
  const ids = ['host_id', 'schema_version'].map((name) => ({ name, type: UUID }))
  const addresses = ['rpc_address', 'peer'].map((name) => ({ name, type: INET }))
  const columns = [...texts, ...ids, ...addresses, { name: 'tokens', type: SET_OF_TEXT }]
  const rows = nodes.map(({ address, dataCenter, schemaVersion }) => {
    const values = [dataCenter, 'rack1', '5.0.8', 'org.apache.cassandra.dht.Murmur3Partitioner']
    const inet = Buffer.from([127, 0, 0, address])
    const tokens = Buffer.concat([int(1), bytes(Buffer.from(`${address}`))])
    const uuids = [Buffer.alloc(16, address), Buffer.alloc(16, schemaVersion)]
    return [...values.map((value) => Buffer.from(value)), ...uuids, inet, inet, tokens]
  })
  return rowsResult(columns, rows)
}

export class ProtocolStub implements AsyncDisposable {
  readonly requests: SeenRequest[] = []
  /** For the next writes, one each. */
  readonly faults: Fault[] = []
  /** Row by key, newest first; as Cassandra, a later write with an older timestamp changes nothing. */
  readonly rows = new Map<string, { position: number; value: Buffer; writtenAt: number }>()
  /** Asks for a password and takes none. */
  guarded = false
  schemaVersion = 1
  peers: readonly Peer[] = []
  /** Answers what is asked without preparing it, as the tables of the system; null is no rows. */
  asked: (query: string) => Buffer | null = () => null
  readonly #server: Server
  readonly #sockets = new Set<Socket>()
  readonly #prepared: string[] = []

  private constructor(tls: SelfSigned | null) {
    const accept = (socket: Socket): void => this.#accept(socket)
    this.#server = tls === null ? createServer(accept) : createTlsServer(tls, accept)
  }

  static async start(tls: SelfSigned | null = null): Promise<ProtocolStub> {
    const stub = new ProtocolStub(tls)
    stub.#server.listen(0, '127.0.0.1')
    await once(stub.#server, 'listening')
    return stub
  }

  get address(): string {
    const address = this.#server.address()
    if (address === null || typeof address === 'string') throw new Error('The stub is closed')
    return `127.0.0.1:${address.port}`
  }

  get connections(): number {
    return this.#sockets.size
  }

  /** Every write in the order in which it came. */
  get writes(): readonly SeenWrite[] {
    return this.requests.flatMap((request) => request.writes)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of this.#sockets) socket.destroy()
    this.#server.close()
    await once(this.#server, 'close')
  }

  #accept(socket: Socket): void {
    this.#sockets.add(socket)
    socket.on('close', () => this.#sockets.delete(socket))
    socket.on('error', () => socket.destroy())
    let unread = Buffer.alloc(0)
    socket.on('data', (chunk: Buffer) => {
      unread = Buffer.concat([unread, chunk])
      while (unread.length >= 9 && unread.length >= 9 + unread.readInt32BE(5)) {
        const end = 9 + unread.readInt32BE(5)
        this.#answer(
          socket,
          unread.subarray(2, 4),
          unread.readUInt8(4),
          new WireReader(unread.subarray(9, end)),
        )
        unread = unread.subarray(end)
      }
    })
  }

  #answer(socket: Socket, stream: Buffer, opcode: number, body: WireReader): void {
    const answer = this.#answerTo(opcode, body)
    if (answer === 'cut') socket.destroy()
    if (typeof answer === 'string') return
    const { code, content } = answer
    socket.write(Buffer.concat([byte(0x84), byte(0), stream, byte(code), int(content.length), content]))
  }

  #answerTo(opcode: number, body: WireReader): { code: number; content: Buffer } | 'silence' | 'cut' {
    if (opcode === 0x05) return { code: 0x06, content: short(0) } // OPTIONS
    if (opcode === 0x01 && this.guarded) return { code: 0x03, content: text('PasswordAuthenticator') } // STARTUP
    if (opcode === 0x0f) return { code: 0x00, content: Buffer.concat([int(0x0100), text('wrong password')]) } // AUTH_RESPONSE
    if (opcode === 0x01 || opcode === 0x0b) return { code: 0x02, content: Buffer.alloc(0) } // STARTUP, REGISTER
    if (opcode === 0x07) return { code: 0x08, content: this.#system(body.text(body.int())) } // QUERY
    if (opcode === 0x09) return { code: 0x08, content: this.#prepare(body.text(body.int())) } // PREPARE
    const request = opcode === 0x0a ? this.#execute(body) : this.#batch(body)
    if (request.writes.every(({ query }) => query.startsWith('SELECT'))) {
      return { code: 0x08, content: this.#select(request) }
    }
    this.requests.push(request)
    for (const write of request.writes) this.#apply(write)
    const fault = this.faults.shift()
    if (fault === undefined) return { code: 0x08, content: int(1) }
    if (typeof fault === 'string') return fault
    const details = fault.details ?? Buffer.alloc(0)
    return { code: 0x00, content: Buffer.concat([int(fault.code), text(fault.message), details]) }
  }

  #system(query: string): Buffer {
    if (query.includes('system.local')) return nodesResult([{ ...HERE, schemaVersion: this.schemaVersion }])
    if (query.includes('system.peers')) return nodesResult(this.peers)
    return this.asked(query) ?? rowsResult([], [])
  }

  #prepare(query: string): Buffer {
    const id = Buffer.from(String(this.#prepared.push(query) - 1))
    const markers = markersOf(query)
    const keys = markers.flatMap(({ name }, index) => (name === 'partition' ? [index] : []))
    return preparedResult(id, markers, keys, query.startsWith('SELECT') ? FOUND : [])
  }

  #execute(body: WireReader): SeenRequest {
    const query = this.#prepared[Number(body.text(body.short()))] ?? ''
    const consistency = body.short()
    const flags = body.byte()
    const write = { query, values: valuesOf(query, body, (flags & 0x01) === 0 ? 0 : body.short()) }
    if ((flags & 0x04) !== 0) body.int()
    if ((flags & 0x08) !== 0) body.value()
    if ((flags & 0x10) !== 0) body.short()
    const requestTimestamp = (flags & 0x20) === 0 ? null : body.long()
    return { kind: 'execute', writes: [write], consistency, requestTimestamp }
  }

  #batch(body: WireReader): SeenRequest {
    const kind = BATCH_KINDS[body.byte()] ?? 'counter batch'
    const writes = Array.from({ length: body.short() }, () => {
      const prepared = body.byte() === 1
      const query = prepared ? (this.#prepared[Number(body.text(body.short()))] ?? '') : body.text(body.int())
      return { query, values: valuesOf(query, body, body.short()) }
    })
    const consistency = body.short()
    const flags = body.byte()
    if ((flags & 0x10) !== 0) body.short()
    return {
      kind,
      writes,
      consistency,
      requestTimestamp: (flags & 0x20) === 0 ? null : body.long(),
    }
  }

  #apply({ query, values }: SeenWrite): void {
    const [partition, row, position, value, writtenAt] = values
    if (!/^INSERT INTO \S+ \(partition, row,/.test(query)) return
    const key = `${partition} ${row}`
    const kept = this.rows.get(key)
    if (kept !== undefined && kept.writtenAt >= Number(writtenAt)) return
    this.rows.set(key, {
      position: Number(position),
      value: value as Buffer,
      writtenAt: Number(writtenAt),
    })
  }

  #select({ writes }: SeenRequest): Buffer {
    const prefix = `${writes[0]?.values[0]} `
    const found = [...this.rows].filter(([key]) => key.startsWith(prefix))
    return rowsResult(
      FOUND,
      found.map(([key, { position, value, writtenAt }]) => [
        Buffer.from(key.slice(prefix.length)),
        long(position),
        value,
        long(writtenAt),
      ]),
    )
  }
}

/** Names of what is bound, in order: of `VALUES (...)`, `USING TIMESTAMP ?` and `name = ?`. */
function markersOf(query: string): Column[] {
  const [, inserted] = /^INSERT INTO \S+ \(([^)]*)\)/.exec(query) ?? []
  const names = inserted?.split(', ') ?? []
  const rest = [...query.matchAll(/TIMESTAMP \?|(\w+) (?:=|>=|<) \?/g)].map(
    ([, name]) => name ?? '[timestamp]',
  )
  return [...names, ...rest].map((name) => ({ name, type: TYPES[name] ?? VARCHAR }))
}

function valuesOf(query: string, body: WireReader, count: number): (string | number | Buffer)[] {
  const markers = markersOf(query)
  return Array.from({ length: count }, (_, index) => {
    const value = body.value()
    if (typeof value === 'string') return value
    const type = markers[index]?.type
    if (type === BIGINT) return Number(value.readBigInt64BE())
    if (type === INT) return value.readInt32BE()
    return type === BLOB ? value : value.toString()
  })
}
