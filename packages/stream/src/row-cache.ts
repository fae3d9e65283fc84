/**
 * Rows in memory, by store partition: a partition is loaded whole, so that absence is knowledge, and leaves
 * whole, only when everything in it is acknowledged (architecture.md, ideas 2 and 4).
 */
import type { RowKey, TableName } from '@smacktalk/contract'

/** Value of a row while it is being folded. */
export interface RowState {
  toStored(): unknown
}

export interface CachedRow<S extends RowState = RowState> extends RowKey {
  /** Position of the last record in it; -1 for a row that does not exist yet. */
  position: number
  /** Write timestamp of that position, microseconds; meaningful once changed. */
  writtenAt: number
  readonly state: S
  /** Changed since it was last handed out to be written. */
  dirty: boolean
  /** Writes handed out and not acknowledged. */
  writing: number
}

export interface StoredState<S extends RowState = RowState> {
  readonly row: string
  readonly position: number
  readonly state: S
}

export class CachedPartition {
  readonly table: TableName
  readonly partition: string
  readonly rows = new Map<string, CachedRow>()
  /** Dirty or being written: such a partition cannot leave. */
  unsettled = 0

  constructor(table: TableName, partition: string) {
    this.table = table
    this.partition = partition
  }
}

export class RowCache {
  /** Insertion order is the order of last use. */
  readonly #partitions = new Map<string, CachedPartition>()
  readonly #dirty = new Set<CachedRow>()
  /** Rows and partitions: an empty partition is knowledge too and takes its place. */
  #weight = 0

  get weight(): number {
    return this.#weight
  }
  get dirtyCount(): number {
    return this.#dirty.size
  }

  has(table: TableName, partition: string): boolean {
    return this.#partitions.has(`${table}|${partition}`)
  }

  /** Takes over what the store holds of a partition; nothing, when it was taken over before. */
  install(table: TableName, partition: string, stored: readonly StoredState[]): void {
    const key = `${table}|${partition}`
    if (this.#partitions.has(key)) return
    const cached = new CachedPartition(table, partition)
    for (const { row, position, state } of stored) {
      cached.rows.set(row, { table, partition, row, position, writtenAt: 0, state, dirty: false, writing: 0 })
    }
    this.#partitions.set(key, cached)
    this.#weight += cached.rows.size + 1
  }

  /** The partition, marked as used. Throws when it was not loaded: folding on unknown rows would be wrong. */
  partition(table: TableName, partition: string): CachedPartition {
    const key = `${table}|${partition}`
    const cached = this.#partitions.get(key)
    if (cached === undefined) throw new Error(`Rows of ${key} are needed but were not loaded.`)
    this.#partitions.delete(key)
    this.#partitions.set(key, cached)
    return cached
  }

  /** A partition of rows that are written once and never read back by the fold. */
  unread(table: TableName, partition: string): CachedPartition {
    if (!this.has(table, partition)) this.install(table, partition, [])
    return this.partition(table, partition)
  }

  /** The row, made by `create` when absent; a made row exists in the store only after its first change. */
  row<S extends RowState>(cached: CachedPartition, row: string, create: () => S): CachedRow<S> {
    let found = cached.rows.get(row)
    if (found === undefined) {
      const { table, partition } = cached
      found = { table, partition, row, position: -1, writtenAt: 0, state: create(), dirty: false, writing: 0 }
      cached.rows.set(row, found)
      this.#weight++
    }
    return found as CachedRow<S>
  }

  markDirty(row: CachedRow, position: number, writtenAt: number): void {
    row.position = position
    row.writtenAt = writtenAt
    if (row.dirty) return
    row.dirty = true
    this.#dirty.add(row)
    if (row.writing === 0) this.#partitions.get(`${row.table}|${row.partition}`)!.unsettled++
  }

  /** Hands out changed rows to be written; each must be acknowledged. */
  takeDirty(wanted: (table: TableName) => boolean): CachedRow[] {
    const taken: CachedRow[] = []
    for (const row of this.#dirty) {
      if (!wanted(row.table)) continue
      row.dirty = false
      row.writing++
      taken.push(row)
    }
    for (const row of taken) this.#dirty.delete(row)
    return taken
  }

  acknowledge(rows: readonly CachedRow[]): void {
    for (const row of rows) {
      row.writing--
      if (row.writing === 0 && !row.dirty) this.#partitions.get(`${row.table}|${row.partition}`)!.unsettled--
    }
  }

  /** Lets the least recently used settled partitions go until at most `weightMax` rows are left. */
  evict(weightMax: number): void {
    if (this.#weight <= weightMax) return
    for (const [key, cached] of this.#partitions) {
      if (cached.unsettled > 0) continue
      this.#partitions.delete(key)
      this.#weight -= cached.rows.size + 1
      if (this.#weight <= weightMax) return
    }
  }
}
