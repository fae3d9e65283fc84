/**
 * Is a broker ready? Written by hand, so that the answer does not depend on a client library. Formats: Kafka's
 * protocol guide, ApiVersions v0 and Metadata v1, which every broker up to 4.x answers.
 */
import { openExchange } from './tcp-exchange.ts'

const API_METADATA = 3
const API_VERSIONS = 18
const CLIENT_ID = Buffer.from('smacktalk-probe')
const SIZE_BYTES = 4
const CORRELATION_BYTES = 4
const ERROR_NONE = 0
const NO_NODE = -1

export interface KafkaAnswer {
  /** `host:port` of every broker that is alive in the eyes of the controllers. */
  readonly brokers: readonly string[]
  /** Node id of the controller, -1 when the broker knows of none. */
  readonly controller: number
}

/** @throws when nothing answers, or something that is no Kafka broker. */
export async function askKafka(host: string, port: number): Promise<KafkaAnswer> {
  using exchange = await openExchange(host, port, (bytes) =>
    bytes.length < SIZE_BYTES ? null : SIZE_BYTES + bytes.readInt32BE(0),
  )
  const versions = await exchange.ask(request(API_VERSIONS, 0, 1, Buffer.alloc(0)))
  const error = reader(versions, 1).int16()
  if (error !== ERROR_NONE) throw new Error(`ApiVersions was answered with error ${error}`)
  // An empty list of topics: none of them, from v1 on.
  const metadata = await exchange.ask(request(API_METADATA, 1, 2, Buffer.alloc(4)))
  return readMetadata(reader(metadata, 2))
}

/** True when the broker at the port, and as many as are wanted in all, can be worked with. */
export function isReady(answer: KafkaAnswer, address: string, brokers: number): boolean {
  const { controller } = answer
  return controller !== NO_NODE && answer.brokers.includes(address) && answer.brokers.length >= brokers
}

function request(api: number, version: number, correlation: number, body: Buffer): Buffer {
  const head = Buffer.alloc(14)
  head.writeInt32BE(head.length - SIZE_BYTES + CLIENT_ID.length + body.length, 0)
  head.writeInt16BE(api, 4)
  head.writeInt16BE(version, 6)
  head.writeInt32BE(correlation, 8)
  head.writeInt16BE(CLIENT_ID.length, 12)
  return Buffer.concat([head, CLIENT_ID, body])
}

interface Reader {
  int16(): number
  int32(): number
  /** Null when the length says so. */
  text(): string | null
}

/** Reads behind size and correlation id, which must be ours. */
function reader(bytes: Buffer, correlation: number): Reader {
  let at = SIZE_BYTES + CORRELATION_BYTES
  const answered = bytes.readInt32BE(SIZE_BYTES)
  if (answered !== correlation) throw new Error(`the answer is to request ${answered}, not ${correlation}`)
  const int16 = (): number => {
    at += 2
    return bytes.readInt16BE(at - 2)
  }
  const int32 = (): number => {
    at += 4
    return bytes.readInt32BE(at - 4)
  }
  const text = (): string | null => {
    const length = int16()
    if (length < 0) return null
    at += length
    return bytes.toString('utf8', at - length, at)
  }
  return { int16, int32, text }
}

/** Metadata v1: brokers (id, host, port, rack), controller, topics. */
function readMetadata({ int32, text }: Reader): KafkaAnswer {
  const brokers: string[] = []
  for (let left = int32(); left > 0; left -= 1) {
    int32()
    brokers.push(`${text()}:${int32()}`)
    text()
  }
  return { brokers, controller: int32() }
}
