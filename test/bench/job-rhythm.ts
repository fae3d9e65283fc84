/** When the stream job writes, in time of the log: what is measured follows the rhythm of the real one. */
import type { TableName } from '@smacktalk/contract'
import {
  COMMIT_INTERVAL_MS,
  HOT_FLUSH_INTERVAL_MS,
  VIEW_INTERVAL_MS,
} from '../../apps/stream-job/src/start-stream-job.ts'

/** The tables that the job writes between commits. */
const HOT_TABLES: ReadonlySet<TableName> = new Set(['minutes', 'hours', 'days', 'recents', 'coverage'])

/** Rows that the one partition of a bench keeps in memory: a tenth of what a job has over all of its own. */
export const PARTITION_CACHE_ROWS = 50_000

export const RHYTHM = `views each ${VIEW_INTERVAL_MS} ms, hot rows each ${HOT_FLUSH_INTERVAL_MS / 1_000} s, a commit each ${COMMIT_INTERVAL_MS / 1_000} s`

export const isHot = (table: TableName): boolean => HOT_TABLES.has(table)

export class JobRhythm {
  #flushAt = 0
  #commitAt = 0

  /** What is due at a time of the log; the first call only starts the rhythm. */
  due(nowMs: number): 'nothing' | 'flush' | 'commit' {
    if (this.#commitAt === 0) {
      this.#flushAt = nowMs + HOT_FLUSH_INTERVAL_MS
      this.#commitAt = nowMs + COMMIT_INTERVAL_MS
    }
    if (nowMs < this.#flushAt) return 'nothing'
    this.#flushAt = nowMs + HOT_FLUSH_INTERVAL_MS
    if (nowMs < this.#commitAt) return 'flush'
    this.#commitAt = nowMs + COMMIT_INTERVAL_MS
    return 'commit'
  }
}
