import { type LogRecord, type OutgoingRecord, partitionOf } from '@smacktalk/ports'
import { Doorbell } from './doorbell.ts'
import { Fifo } from './fifo.ts'
import { BATCH_BYTES_MAX, BATCH_RECORDS_MAX, checkPartition, type TopicStorage } from './topic.ts'

/** What a feed may hold: some minutes of views of a busy evening. The oldest records make room. */
const RING_BYTES_MAX = 32 * 1024 * 1024
const RING_RECORDS_MAX = 50_000

interface Partition {
  /** Ascending by one, starting with offset `low`. */
  readonly records: Fifo<LogRecord>
  low: number
  appendedAt: number
}

/**
 * A topic in memory, for the feed of views: its readers live in this process, a view can be computed again, and
 * the store has what it shows. Writing it to disk would double the load of the disk for nothing. A restart
 * forgets the records and starts offsets anew.
 */
export class TopicRing implements TopicStorage {
  readonly name: string
  readonly partitions: number
  readonly appended = new Doorbell()
  readonly #kept: Partition[]
  /** Partitions in the order of appending, one entry per record: which record is the oldest. */
  readonly #order = new Fifo<Partition>()
  #bytes = 0
  readonly #bytesMax: number

  constructor(name: string, partitions: number, bytesMax: number = RING_BYTES_MAX) {
    this.name = name
    this.partitions = partitions
    this.#bytesMax = bytesMax
    this.#kept = Array.from({ length: partitions }, () => ({
      records: new Fifo<LogRecord>(),
      low: 0,
      appendedAt: 0,
    }))
  }

  append(records: readonly OutgoingRecord[], nowMs: number): void {
    for (const { key, value } of records) {
      const partition = partitionOf(key, this.partitions)
      const kept = this.#partition(partition)
      kept.appendedAt = Math.max(kept.appendedAt, nowMs)
      const offset = kept.low + kept.records.length
      // A copy: the caller's bytes may be a small part of a large buffer, which would be kept with them.
      kept.records.push({ partition, offset, appendMs: kept.appendedAt, key, value: new Uint8Array(value) })
      this.#order.push(kept)
      this.#bytes += value.length
      while (this.#bytes > this.#bytesMax || this.#order.length > RING_RECORDS_MAX) {
        this.#forgetOldest()
      }
    }
    this.appended.ring()
  }

  low(partition: number): number {
    return this.#partition(partition).low
  }

  end(partition: number): number {
    const kept = this.#partition(partition)
    return kept.low + kept.records.length
  }

  read(partition: number, from: number, to: number): readonly LogRecord[] {
    const { records, low } = this.#partition(partition)
    const start = Math.max(0, from - low)
    const until = Math.min(to - low, start + BATCH_RECORDS_MAX)
    const batch: LogRecord[] = []
    let bytes = 0
    for (let index = start; index < until && bytes < BATCH_BYTES_MAX; index++) {
      const record = records.at(index)
      if (record === undefined) break
      batch.push(record)
      bytes += record.value.length
    }
    return batch
  }

  offsetAt(partition: number, appendMs: number): number {
    const { records, low } = this.#partition(partition)
    let index = 0
    while (index < records.length && records.at(index)!.appendMs < appendMs) index++
    return low + index
  }

  #partition(partition: number): Partition {
    checkPartition(this.name, partition, this.partitions)
    return this.#kept[partition]!
  }

  #forgetOldest(): void {
    const kept = this.#order.shift()
    const forgotten = kept?.records.shift()
    if (kept === undefined || forgotten === undefined) return
    kept.low++
    this.#bytes -= forgotten.value.length
  }
}
