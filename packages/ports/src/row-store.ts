/**
 * The store: rows that never move backwards. A row with an older write timestamp than the one kept is silently
 * without effect, so any retry, replay or late worker is harmless (architecture.md, idea 3).
 */
import type { RowKey, TableName } from '@smacktalk/contract'

export interface StoredRow extends RowKey {
  /** Position in its log partition of the last record in the value. */
  readonly position: number
  /** Write timestamp in microseconds; the same timestamp means the same bytes. */
  readonly writtenAt: number
  readonly value: Uint8Array
}

export interface RowDelete extends RowKey {
  /** Deletes what was written at or before it. */
  readonly writtenAt: number
}

/** What one commit makes durable, in this order. */
export interface Commit {
  readonly rows: readonly StoredRow[]
  readonly deletes: readonly RowDelete[]
  readonly clocks: readonly StoredRow[]
  readonly checkpoint: StoredRow
}

export interface RowStore extends AsyncDisposable {
  /** All rows of a partition, ordered by row key; empty when there are none. */
  load(table: TableName, partition: string): Promise<readonly StoredRow[]>
  /** Rows with from <= row key < to, ordered. */
  loadRange(table: TableName, partition: string, from: string, to: string): Promise<readonly StoredRow[]>

  /** Writes rows in any order; resolves when durable. May be called again with the same rows. */
  write(rows: readonly StoredRow[]): Promise<void>

  /**
   * Data before position: after a crash at any moment the store holds some of the rows, or all rows and some
   * deletes, or those and some clocks, or everything; never a checkpoint without what it stands for.
   * The embedded store does it in one transaction.
   */
  commit(commit: Commit): Promise<void>
}
