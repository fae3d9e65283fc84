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
  /** The partition it stays in; null for a row that is written once and then forgotten. */
  readonly home: CachedPartition | null
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
  /** The batch that used it last. */
  usedIn = 0

  constructor(table: TableName, partition: string) {
    this.table = table
    this.partition = partition
  }
}

/** An eviction makes this much room at once, so that it is rare: looking through all partitions takes time. */
const EVICT_TO = 0.9

export class RowCache {
  readonly #partitions = new Map<string, CachedPartition>()
  #dirty: CachedRow[] = []
  /** Rows and partitions: an empty partition is knowledge too and takes its place. */
  #weight = 0
  #batch = 0
  /** Position and write timestamp of the record that is being folded. */
  #position = -1
  #writtenAt = 0

  get weight(): number {
    return this.#weight
  }
  get dirtyCount(): number {
    return this.#dirty.length
  }
  /** Counts the batches; a partition that is held on to is marked as used once in each. */
  get batch(): number {
    return this.#batch
  }

  /** Begins a record: what is touched from now on holds it. */
  begin(position: number, writtenAt: number): void {
    this.#position = position
    this.#writtenAt = writtenAt
  }

  has(table: TableName, partition: string): boolean {
    return this.#partitions.has(`${table}|${partition}`)
  }

  /** Takes over what the store holds of a partition; nothing, when it was taken over before. */
  install(table: TableName, partition: string, stored: readonly StoredState[]): void {
    const key = `${table}|${partition}`
    if (this.#partitions.has(key)) return
    const home = new CachedPartition(table, partition)
    home.usedIn = this.#batch
    for (const { row, position, state } of stored) {
      const loaded = { table, partition, row, position, writtenAt: 0, state, dirty: false, writing: 0, home }
      home.rows.set(row, loaded)
    }
    this.#partitions.set(key, home)
    this.#weight += home.rows.size + 1
  }

  /** The partition, marked as used. Throws when it was not loaded: folding on unknown rows would be wrong. */
  partition(table: TableName, partition: string): CachedPartition {
    const cached = this.#partitions.get(`${table}|${partition}`)
    if (cached === undefined) throw new Error(`Rows of ${table}|${partition} are needed but were not loaded.`)
    cached.usedIn = this.#batch
    return cached
  }

  /** The row, made by `create` when absent; a made row exists in the store only after its first change. */
  row<S extends RowState>(home: CachedPartition, row: string, create: () => S): CachedRow<S> {
    let found = home.rows.get(row)
    if (found === undefined) {
      const { table, partition } = home
      const state = create()
      found = { table, partition, row, position: -1, writtenAt: 0, state, dirty: false, writing: 0, home }
      home.rows.set(row, found)
      this.#weight++
    }
    return found as CachedRow<S>
  }

  /**
   * Whether the record at hand may change the row, which is then marked as changed by it. A row that is ahead
   * holds the record already (architecture.md, idea 2). One record may change a row in several steps; no other
   * position has its write timestamp.
   */
  touch(row: CachedRow): boolean {
    if (row.position >= this.#position && row.writtenAt !== this.#writtenAt) return false
    row.position = this.#position
    row.writtenAt = this.#writtenAt
    if (row.dirty) return true
    row.dirty = true
    this.#dirty.push(row)
    if (row.writing === 0 && row.home !== null) row.home.unsettled++
    return true
  }

  /** A row that says everything at once: what the store holds need not be known, and it is not kept. */
  writeOnce({ table, partition, row }: RowKey, state: RowState): void {
    const position = this.#position
    const writtenAt = this.#writtenAt
    this.#dirty.push({
      table,
      partition,
      row,
      position,
      writtenAt,
      state,
      dirty: true,
      writing: 0,
      home: null,
    })
  }

  /** A row that is written whole from what its state is then: what the store holds need not be known. */
  detached<S extends RowState>({ table, partition, row }: RowKey, state: S): CachedRow<S> {
    return { table, partition, row, position: -1, writtenAt: 0, state, dirty: false, writing: 0, home: null }
  }

  /** Hands out changed rows to be written; each must be acknowledged. */
  takeDirty(wanted: (table: TableName) => boolean): CachedRow[] {
    const taken: CachedRow[] = []
    const left: CachedRow[] = []
    for (const row of this.#dirty) {
      if (!wanted(row.table)) {
        left.push(row)
        continue
      }
      row.dirty = false
      row.writing++
      taken.push(row)
    }
    this.#dirty = left
    return taken
  }

  acknowledge(rows: readonly CachedRow[]): void {
    for (const row of rows) {
      row.writing--
      if (row.writing === 0 && !row.dirty && row.home !== null) row.home.unsettled--
    }
  }

  /**
   * Ends a batch: lets the least recently used settled partitions go when there are more than `weightMax`.
   * Returns whether any left: nobody may hold on to its rows then.
   */
  evict(weightMax: number): boolean {
    this.#batch++
    if (this.#weight <= weightMax) return false
    let gone = false
    const oldestFirst = [...this.#partitions].sort(([, a], [, b]) => a.usedIn - b.usedIn)
    for (const [key, cached] of oldestFirst) {
      if (cached.unsettled > 0) continue
      this.#partitions.delete(key)
      this.#weight -= cached.rows.size + 1
      gone = true
      if (this.#weight <= weightMax * EVICT_TO) break
    }
    return gone
  }
}
