/** What goes to the brokers in one request: cut so that it stays small, compressed where that pays. */
import {
  type Compression,
  CompressionTypes,
  type Message,
  type RecordMetadata,
  type TopicMessages,
} from './kafka-client.ts'

/**
 * Bounds of a group. Records: kafkajs groups by partition with work that grows with the square of the records per
 * partition. Bytes: what a broker takes at once without a hiccup. Bytes per partition: together they are one block
 * in the log, and must fit its largest (1 MiB by default) and a reader's share of an answer.
 */
export const GROUP_RECORDS_MAX = 4_000
export const GROUP_BYTES_MAX = 4 * 1024 * 1024
export const PARTITION_BYTES_MAX = 256 * 1024
/** Below so many records per block compressing costs more time than the smaller block saves. */
export const COMPRESSED_FROM_RECORDS = 8
/** What a record takes in a block beyond key and value: lengths, time, attributes; rounded up. */
export const RECORD_OVERHEAD_BYTES = 32

export interface SentRecord {
  /** Name of the topic in Kafka. */
  readonly topic: string
  readonly partition: number
  readonly key: string
  readonly value: Uint8Array
}

export function recordBytes({ key, value }: { readonly key: string; readonly value: Uint8Array }): number {
  return Buffer.byteLength(key) + value.length + RECORD_OVERHEAD_BYTES
}

/** Blocks of records by topic and partition, in the order in which they came. */
export class RecordGroup {
  readonly #blocks = new Map<string, Map<number, Message[]>>()
  readonly #blockBytes = new Map<string, number>()
  #records = 0
  #bytes = 0

  get records(): number {
    return this.#records
  }

  /** Takes a record if there is room for it; the first always fits. */
  add(record: SentRecord): boolean {
    const { topic, partition, key, value } = record
    const bytes = recordBytes(record)
    const block = `${topic}/${partition}`
    const blockBytes = this.#blockBytes.get(block) ?? 0
    const full = this.#records >= GROUP_RECORDS_MAX || this.#bytes + bytes > GROUP_BYTES_MAX
    if (this.#records > 0 && full) return false
    if (blockBytes > 0 && blockBytes + bytes > PARTITION_BYTES_MAX) return false
    this.#blockBytes.set(block, blockBytes + bytes)
    this.#records++
    this.#bytes += bytes
    const partitions = this.#blocks.get(topic) ?? new Map<number, Message[]>()
    this.#blocks.set(topic, partitions)
    const messages = partitions.get(partition)
    const message = { key, value: asBuffer(value), partition }
    if (messages === undefined) partitions.set(partition, [message])
    else messages.push(message)
    return true
  }

  /** Nothing is left to be sent. */
  get done(): boolean {
    return this.#blocks.size === 0
  }

  get topicMessages(): TopicMessages[] {
    return [...this.#blocks].map(([topic, partitions]) => ({
      topic,
      messages: [...partitions.values()].flat(),
    }))
  }

  get compression(): Compression {
    return this.#records / this.#blockBytes.size >= COMPRESSED_FROM_RECORDS
      ? CompressionTypes.ZSTD
      : CompressionTypes.None
  }

  /**
   * Strikes out what the brokers have answered for. What then is left has to be sent again, as it is: kafkajs passes
   * over the partitions of a failed broker when another, that had answered in the same call, has taken them over,
   * and calls the send a success.
   */
  acknowledge(results: readonly RecordMetadata[]): void {
    for (const { topicName, partition, errorCode } of results) {
      if (errorCode !== 0) continue
      const partitions = this.#blocks.get(topicName)
      partitions?.delete(partition)
      if (partitions?.size === 0) this.#blocks.delete(topicName)
    }
  }
}

/** kafkajs writes a Buffer as it is, and everything else as text. */
function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}
