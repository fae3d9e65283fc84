/** A store in memory that finds a partition at once: with it a bench measures the job, not a search. */
import type { Commit, RowDelete, RowStore, StoredRow } from '@smacktalk/ports'

export class PartitionedStore implements RowStore {
  /** By table and partition, then by row key. */
  readonly #partitions = new Map<string, Map<string, StoredRow>>()

  async load(table: string, partition: string): Promise<StoredRow[]> {
    return this.#rowsOf({ table, partition }).sort((a, b) => (a.row < b.row ? -1 : 1))
  }

  async loadRange(table: string, partition: string, from: string, to: string): Promise<StoredRow[]> {
    return (await this.load(table, partition)).filter(({ row }) => row >= from && row < to)
  }

  async write(rows: readonly StoredRow[]): Promise<void> {
    for (const row of rows) {
      const key = keyOf(row)
      const partition = this.#partitions.get(key) ?? new Map<string, StoredRow>()
      const kept = partition.get(row.row)
      if (kept !== undefined && kept.writtenAt >= row.writtenAt) continue
      this.#partitions.set(key, partition.set(row.row, row))
    }
  }

  async commit({ rows, deletes, clocks, checkpoint }: Commit): Promise<void> {
    await this.write(rows)
    for (const row of deletes) this.#delete(row)
    await this.write([...clocks, checkpoint])
  }

  /** Every row of a table, in no order. */
  *rowsOfTable(table: string): Iterable<StoredRow> {
    for (const [key, rows] of this.#partitions) if (key.startsWith(`${table}|`)) yield* rows.values()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#partitions.clear()
  }

  #rowsOf(place: { table: string; partition: string }): StoredRow[] {
    return [...(this.#partitions.get(keyOf(place))?.values() ?? [])]
  }

  #delete(row: RowDelete): void {
    const partition = this.#partitions.get(keyOf(row))
    const kept = partition?.get(row.row)
    if (kept !== undefined && kept.writtenAt <= row.writtenAt) partition?.delete(row.row)
  }
}

function keyOf({ table, partition }: { table: string; partition: string }): string {
  return `${table}|${partition}`
}
