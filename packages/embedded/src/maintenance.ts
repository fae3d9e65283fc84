import { setImmediate as nextTurn } from 'node:timers/promises'
import { DAY_MS, HOUR_MS, SECOND_MS, TABLE_RETENTION, TABLES, type TableName } from '@smacktalk/contract'
import type { Clock } from '@smacktalk/ports'
import { type Database, integerAt, type Statement, textAt } from './database.ts'
import type { EmbeddedEventLog } from './embedded-event-log.ts'
import type { EmbeddedRowStore } from './embedded-row-store.ts'
import { storeFailure } from './failures.ts'
import type { EmbeddedLogger } from './logger.ts'
import { rowTable } from './schema.ts'
import type { TopicTable } from './topic-table.ts'
import { TRANSACTION_ROWS_MAX } from './write-queue.ts'

/** How often expired records are looked for: a text is gone at most this much after its time. */
export const ROUND_EVERY_MS = 1_000
/** Rest after all tables were looked through for expired rows; they are kept for days, an hour is nothing to them. */
export const SWEEP_EVERY_MS = HOUR_MS
/** After a failure, a full disk say, the next try waits. */
const FAILED_ROUND_MS = 30_000
/** Deleting keeps pace with appending at this many records a second, and never holds the event loop for long. */
const TRIM_SLICES_PER_ROUND = 50
/**
 * How long a deleted row's mark is kept at least, as long as Cassandra does by default: no write that is older
 * than the delete may arrive later than that. Replays reach back one log retention.
 */
const TOMBSTONE_MS = 10 * DAY_MS

export interface Retention {
  readonly logRetentionMs: number
  readonly rowRetentionDays: number
}

interface SweepTable {
  readonly table: TableName
  readonly scan: Statement
  readonly remove: Statement
}

/**
 * Deletes what has outlived its time, in slices with the event loop in between. Records of the chat are only
 * deleted when they are folded; while a partition has records that are not, retention counts from the newest
 * folded one instead of from now, because the fold reads the records of the last horizon back when it restarts.
 */
export class Maintenance {
  readonly #database: Database
  readonly #log: EmbeddedEventLog
  readonly #store: EmbeddedRowStore
  readonly #clock: Clock
  readonly #retention: Retention
  readonly #logger: EmbeddedLogger
  readonly #sweepTables: readonly SweepTable[]
  #sweepTable = 0
  #sweepFrom: readonly [string, string] = ['', '']
  #sweepAgainAt = Number.NEGATIVE_INFINITY

  constructor(
    database: Database,
    log: EmbeddedEventLog,
    store: EmbeddedRowStore,
    clock: Clock,
    retention: Retention,
    logger: EmbeddedLogger,
  ) {
    this.#database = database
    this.#log = log
    this.#store = store
    this.#clock = clock
    this.#retention = retention
    this.#logger = logger
    this.#sweepTables = TABLES.map((table) => ({
      table,
      // At or after the last row looked at; that one comes twice, which is harmless and also works for the first.
      scan: database.prepare(`
        SELECT partition, row, written_at, value IS NULL FROM ${rowTable(table)}
        WHERE (partition, row) >= (?, ?) ORDER BY partition, row LIMIT ${TRANSACTION_ROWS_MAX}`),
      remove: database.prepare(
        `DELETE FROM ${rowTable(table)} WHERE partition = ? AND row = ? AND written_at = ?`,
      ),
    }))
  }

  /** Works until the signal aborts; failures are reported and tried again. */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      let pauseMs = ROUND_EVERY_MS
      try {
        await this.#trimLog(signal)
        if (!signal.aborted) this.#sweepRows()
      } catch (error) {
        this.#logger.error('expired data could not be deleted', { error: storeFailure(error) })
        pauseMs = FAILED_ROUND_MS
      }
      await this.#clock.sleep(pauseMs, signal)
    }
  }

  async #trimLog(signal: AbortSignal): Promise<void> {
    const chat = this.#log.table('chat')
    const expired = this.#clock.now() - this.#retention.logRetentionMs
    let slices = TRIM_SLICES_PER_ROUND
    const trim = async (table: TopicTable, partition: number, upTo: number): Promise<void> => {
      let more = true
      while (more && slices > 0 && !signal.aborted) {
        slices--
        more = table.trim(partition, upTo, TRANSACTION_ROWS_MAX)
        await nextTurn()
      }
    }
    for (const topic of ['dead-letters', 'alerts'] as const) {
      const table = this.#log.table(topic)
      if (isOlder(table, 0, expired)) await trim(table, 0, table.offsetAt(0, expired))
    }
    for (let partition = 0; partition < chat.partitions; partition++) {
      if (!isOlder(chat, partition, expired)) continue
      const upTo = this.#chatTrimOffset(chat, partition, expired)
      if (upTo > chat.low(partition)) await trim(chat, partition, upTo)
    }
  }

  /** Offset below which chat records of a partition may go. */
  #chatTrimOffset(chat: TopicTable, partition: number, expired: number): number {
    const folded = this.#store.foldedPosition(partition)
    if (folded === null) return 0
    if (folded + 1 >= chat.end(partition)) return chat.offsetAt(partition, expired)
    const foldedAt = chat.appendMsFrom(partition, folded)
    if (foldedAt === null) return 0
    // Append times never fall, so nothing older than this lies behind the folded position.
    return chat.offsetAt(partition, Math.min(this.#clock.now(), foldedAt) - this.#retention.logRetentionMs)
  }

  /** Looks through one slice of one table; the next round goes on from there. */
  #sweepRows(): void {
    const now = this.#clock.now()
    if (now < this.#sweepAgainAt) return
    const { table, scan, remove } = this.#sweepTables[this.#sweepTable]!
    const tombstonesMs = Math.max(TOMBSTONE_MS, this.#retention.logRetentionMs)
    const tombstonesBefore = microseconds(now - tombstonesMs)
    const retention = TABLE_RETENTION[table]
    const keptMs =
      retention === 'rows' ? this.#retention.rowRetentionDays * DAY_MS : (retention ?? Infinity) * SECOND_MS
    const rowsBefore = keptMs === Infinity ? null : microseconds(now - keptMs)
    const rows = scan.all(...this.#sweepFrom)
    const expired = rows.filter((row) => {
      const before = integerAt(row, 3) === 1 ? tombstonesBefore : rowsBefore
      return before !== null && integerAt(row, 2) < before
    })
    if (expired.length > 0) {
      this.#database.transaction(() => {
        for (const row of expired) remove.run(textAt(row, 0), textAt(row, 1), integerAt(row, 2))
      })
    }
    const last = rows.at(-1)
    if (last !== undefined && rows.length === TRANSACTION_ROWS_MAX) {
      this.#sweepFrom = [textAt(last, 0), textAt(last, 1)]
      return
    }
    this.#sweepFrom = ['', '']
    this.#sweepTable = (this.#sweepTable + 1) % this.#sweepTables.length
    if (this.#sweepTable === 0) this.#sweepAgainAt = now + SWEEP_EVERY_MS
  }
}

function isOlder(table: TopicTable, partition: number, beforeMs: number): boolean {
  const appendMs = table.appendMsFrom(partition, table.low(partition))
  return appendMs !== null && appendMs < beforeMs
}

function microseconds(ms: number): number {
  return Math.floor(ms) * 1_000
}
