import { type LogRecord, type OutgoingRecord, partitionOf } from '@smacktalk/ports'
import { bytesAt, type Database, integerAt, type SqlRow, type Statement, textAt } from './database.ts'
import { Doorbell } from './doorbell.ts'
import { topicTable } from './schema.ts'
import { BATCH_BYTES_MAX, BATCH_RECORDS_MAX, checkPartition, type TopicStorage } from './topic.ts'

interface Extent {
  low: number
  end: number
  /** Append time of the newest record there ever was: the next is never older. */
  appendMs: number
}

/** The append times of one call: the first record of a partition decides, however many transactions the call takes. */
export type CallTimes = Map<number, number>

/**
 * A topic in a table, ordered by partition and offset. Reading is bounded by the extents in memory, which follow
 * only after a commit; so readers never see what may still be rolled back.
 */
export class TopicTable implements TopicStorage {
  readonly name: string
  readonly partitions: number
  readonly appended = new Doorbell()
  /** Only the newest record of each key is kept. */
  readonly #compacted: boolean
  readonly #extents: Extent[]
  /** Extents as they will be when the running transaction is durable. */
  readonly #staged = new Map<number, Extent>()
  readonly #database: Database
  readonly #insert: Statement
  readonly #deleteOlder: Statement
  readonly #deleteBelow: Statement
  readonly #keepStart: Statement
  readonly #range: Statement
  readonly #timeFrom: Statement
  readonly #first: Statement

  constructor(database: Database, name: string, partitions: number, compacted: boolean) {
    this.name = name
    this.partitions = partitions
    this.#compacted = compacted
    this.#database = database
    const table = topicTable(name)
    this.#insert = database.prepare(`INSERT INTO ${table} VALUES (?, ?, ?, ?, ?)`)
    this.#deleteOlder = database.prepare(
      `DELETE FROM ${table} WHERE partition = ? AND key = ? AND position < ?`,
    )
    this.#deleteBelow = database.prepare(`DELETE FROM ${table} WHERE partition = ? AND position < ?`)
    this.#keepStart = database.prepare('INSERT OR REPLACE INTO topic_starts VALUES (?, ?, ?, ?)')
    this.#range = database.prepare(`
      SELECT position, append_ms, key, value FROM ${table}
      WHERE partition = ? AND position >= ? AND position < ? ORDER BY position LIMIT ${BATCH_RECORDS_MAX}`)
    this.#timeFrom = database.prepare(`
      SELECT position, append_ms FROM ${table} WHERE partition = ? AND position >= ? ORDER BY position LIMIT 1`)
    this.#first = database.prepare(`
      SELECT position FROM ${table} WHERE partition = ? ORDER BY position LIMIT 1`)
    const newest = database.prepare(`
      SELECT position, append_ms FROM ${table} WHERE partition = ? ORDER BY position DESC LIMIT 1`)
    const start = database.prepare(
      'SELECT low, append_ms FROM topic_starts WHERE topic = ? AND partition = ?',
    )
    this.#extents = Array.from({ length: partitions }, (_, partition) =>
      extentFrom(start.get(name, partition), this.#first.get(partition), newest.get(partition)),
    )
  }

  /**
   * Inserts records inside a transaction; `kept` or `dropped` must follow. `nowMs` is only asked for where the
   * call has no time yet.
   */
  insert(records: readonly OutgoingRecord[], times: CallTimes, nowMs: () => number): void {
    for (const { key, value } of records) {
      const partition = partitionOf(key, this.partitions)
      const extent = this.#stage(partition)
      let appendMs = times.get(partition)
      if (appendMs === undefined) {
        appendMs = Math.max(extent.appendMs, nowMs())
        times.set(partition, appendMs)
      }
      const offset = extent.end
      this.#insert.run(partition, offset, appendMs, key, value)
      if (this.#compacted) this.#deleteOlder.run(partition, key, offset)
      extent.end = offset + 1
      extent.appendMs = appendMs
    }
  }

  kept(): void {
    if (this.#staged.size === 0) return
    for (const [partition, extent] of this.#staged) this.#extents[partition] = extent
    this.#staged.clear()
    this.appended.ring()
  }

  dropped(): void {
    this.#staged.clear()
  }

  /**
   * Deletes the oldest records below `upTo`, at most a transaction's worth, inside a transaction of its own
   * making; returns whether there is more. The start is stored, so that offsets go on even when nothing is left.
   */
  trim(partition: number, upTo: number, recordsMax: number): boolean {
    const extent = this.#extent(partition)
    const target = Math.min(upTo, extent.end)
    const low = Math.min(target, extent.low + recordsMax)
    if (low <= extent.low) return false
    this.#database.transaction(() => {
      this.#deleteBelow.run(partition, low)
      this.#keepStart.run(this.name, partition, low, extent.appendMs)
    })
    extent.low = low
    return low < target
  }

  low(partition: number): number {
    const extent = this.#extent(partition)
    if (!this.#compacted) return extent.low
    const first = this.#first.get(partition)
    return first === undefined ? extent.end : integerAt(first, 0)
  }

  end(partition: number): number {
    return this.#extent(partition).end
  }

  /** Append time of the first retained record at or after an offset; null when there is none. */
  appendMsFrom(partition: number, offset: number): number | null {
    checkPartition(this.name, partition, this.partitions)
    const row = this.#timeFrom.get(partition, offset)
    return row === undefined ? null : integerAt(row, 1)
  }

  read(partition: number, from: number, to: number): readonly LogRecord[] {
    const until = Math.min(to, this.#extent(partition).end)
    const records: LogRecord[] = []
    if (from >= until) return records
    let bytes = 0
    this.#range.each(
      (row) => {
        const record = recordFrom(partition, row)
        records.push(record)
        bytes += record.value.length
        return bytes < BATCH_BYTES_MAX
      },
      partition,
      from,
      until,
    )
    return records
  }

  offsetAt(partition: number, appendMs: number): number {
    let { low, end } = this.#extent(partition)
    // Append times never fall within a partition, so halving finds the first.
    while (low < end) {
      const middle = Math.floor((low + end) / 2)
      const row = this.#timeFrom.get(partition, middle)
      if (row === undefined || integerAt(row, 1) >= appendMs) end = middle
      else low = integerAt(row, 0) + 1
    }
    return low
  }

  #extent(partition: number): Extent {
    checkPartition(this.name, partition, this.partitions)
    return this.#extents[partition]!
  }

  #stage(partition: number): Extent {
    let staged = this.#staged.get(partition)
    if (staged === undefined) {
      staged = { ...this.#extent(partition) }
      this.#staged.set(partition, staged)
    }
    return staged
  }
}

function recordFrom(partition: number, row: SqlRow): LogRecord {
  return {
    partition,
    offset: integerAt(row, 0),
    appendMs: integerAt(row, 1),
    key: textAt(row, 2),
    value: bytesAt(row, 3),
  }
}

/** A partition's extent from what is stored: the start that retention left, the first and the newest record. */
function extentFrom(
  start: SqlRow | undefined,
  first: SqlRow | undefined,
  newest: SqlRow | undefined,
): Extent {
  const kept =
    start === undefined
      ? { low: 0, appendMs: 0 }
      : { low: integerAt(start, 0), appendMs: integerAt(start, 1) }
  if (first === undefined || newest === undefined)
    return { low: kept.low, end: kept.low, appendMs: kept.appendMs }
  return { low: integerAt(first, 0), end: integerAt(newest, 0) + 1, appendMs: integerAt(newest, 1) }
}
