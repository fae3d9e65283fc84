import type { OutgoingRecord } from '@smacktalk/ports'
import { RecordGroup, recordBytes } from './record-group.ts'

/**
 * What may wait for the brokers: some seconds of a busy evening. Whoever appends more waits in line until there is
 * room, holding its records itself; nothing is dropped.
 */
export const QUEUE_RECORDS_MAX = 20_000
export const QUEUE_BYTES_MAX = 32 * 1024 * 1024

/** One call of append(). */
export class Append {
  readonly topic: string
  readonly records: readonly OutgoingRecord[]
  /** Partition of each record. */
  readonly partitions: readonly number[]
  readonly bytes: number
  /** Epoch ms of the call. */
  readonly since: number
  /** How many records have gone into groups, and how many the log has. */
  taken = 0
  acknowledged = 0
  settled = false
  readonly #promise = Promise.withResolvers<void>()

  constructor(
    topic: string,
    records: readonly OutgoingRecord[],
    partitions: readonly number[],
    since: number,
  ) {
    this.topic = topic
    this.records = records
    this.partitions = partitions
    this.bytes = records.reduce((sum, record) => sum + recordBytes(record), 0)
    this.since = since
  }

  get done(): Promise<void> {
    return this.#promise.promise
  }

  acknowledge(count: number): void {
    this.acknowledged += count
    if (this.settled || this.acknowledged < this.records.length) return
    this.settled = true
    this.#promise.resolve()
  }

  reject(error: unknown): void {
    if (this.settled) return
    this.settled = true
    this.#promise.reject(error)
  }
}

/** What is sent together, and whose it is. */
export interface Taken {
  readonly group: RecordGroup
  readonly parts: readonly { readonly append: Append; readonly count: number }[]
}

/** Appends in the order of their calls, handed out in groups. */
export class AppendQueue {
  readonly #queue: Append[] = []
  /** Behind the queue, until there is room. */
  readonly #line: Append[] = []
  #records = 0
  #bytes = 0

  get empty(): boolean {
    return this.#queue.length === 0 && this.#line.length === 0
  }

  /** Records that wait for the brokers, without those still in line. */
  get records(): number {
    return this.#records
  }

  add(append: Append): void {
    this.#line.push(append)
    this.#admit()
  }

  /** The next group, or null when nothing waits. An append that is too long for one goes into several. */
  take(): Taken | null {
    const group = new RecordGroup()
    const parts: { append: Append; count: number }[] = []
    for (let head = this.#queue[0]; head !== undefined; head = this.#queue[0]) {
      const count = head.settled ? 0 : fill(group, head)
      if (count > 0) parts.push({ append: head, count })
      if (!head.settled && head.taken < head.records.length) break
      this.#queue.shift()
      this.#records -= head.records.length
      this.#bytes -= head.bytes
      this.#admit()
    }
    return parts.length === 0 ? null : { group, parts }
  }

  /** Rejects what has waited for too long; what of it was not sent is not sent any more. */
  rejectOverdue(isOverdue: (append: Append) => boolean, reject: (append: Append) => void): void {
    for (const append of [...this.#queue, ...this.#line]) if (isOverdue(append)) reject(append)
  }

  #admit(): void {
    while (this.#records < QUEUE_RECORDS_MAX && this.#bytes < QUEUE_BYTES_MAX) {
      const first = this.#line.shift()
      if (first === undefined) return
      this.#queue.push(first)
      this.#records += first.records.length
      this.#bytes += first.bytes
    }
  }
}

/** Moves records into the group while there is room; returns how many. */
function fill(group: RecordGroup, append: Append): number {
  const { topic, records, partitions } = append
  const before = append.taken
  for (; append.taken < records.length; append.taken++) {
    const { key, value } = records[append.taken] as OutgoingRecord
    if (!group.add({ topic, partition: partitions[append.taken] ?? 0, key, value })) break
  }
  return append.taken - before
}
