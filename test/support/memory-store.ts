import type { Commit, RowDelete, RowStore, StoredRow } from '@smacktalk/ports'

/** The smallest honest store: last write wins, nothing is late, nothing is lost, nothing is kept. */
export class MemoryStore implements RowStore {
  readonly rows = new Map<string, StoredRow>()

  async load(table: string, partition: string): Promise<StoredRow[]> {
    const prefix = `${table}|${partition}|`
    return [...this.rows]
      .filter(([key]) => key.startsWith(prefix))
      .map(([, row]) => row)
      .sort((a, b) => (a.row < b.row ? -1 : 1))
  }

  async loadRange(table: string, partition: string, from: string, to: string): Promise<StoredRow[]> {
    return (await this.load(table, partition)).filter(({ row }) => row >= from && row < to)
  }

  async write(rows: readonly StoredRow[]): Promise<void> {
    for (const row of rows) {
      const key = `${row.table}|${row.partition}|${row.row}`
      const kept = this.rows.get(key)
      if (kept === undefined || row.writtenAt > kept.writtenAt) this.rows.set(key, row)
    }
  }

  async commit({ rows, deletes, clocks, checkpoint }: Commit): Promise<void> {
    await this.write(rows)
    for (const row of deletes) this.#delete(row)
    await this.write([...clocks, checkpoint])
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.rows.clear()
  }

  #delete({ table, partition, row, writtenAt }: RowDelete): void {
    const key = `${table}|${partition}|${row}`
    const kept = this.rows.get(key)
    if (kept !== undefined && kept.writtenAt <= writtenAt) this.rows.delete(key)
  }
}
