import { setImmediate as nextTurn } from 'node:timers/promises'
import { CHECKPOINTS_PARTITION, checkpointRow, TABLES, type TableName } from '@smacktalk/contract'
import {
  type Commit,
  checkDelete,
  checkRow,
  type RowDelete,
  type RowStore,
  type StoredRow,
  StoreUnavailableError,
} from '@smacktalk/ports'
import { bytesAt, type Database, integerAt, type SqlRow, type Statement, textAt } from './database.ts'
import { asStore, storeFailure } from './failures.ts'
import { rowTable } from './schema.ts'
import { transactionSlices, WriteQueue, type WriteUnit } from './write-queue.ts'

/** Rows read in one go, some 5 ms; a larger partition is read in several, with the event loop in between. */
const LOAD_ROWS_MAX = 2_000
/** Above every row key: keys are printable ASCII. */
const BEYOND_ALL_ROWS = '\x7f'
/** Behind a row key and before the next possible one. */
const JUST_BEHIND = '\x01'

interface TableStatements {
  readonly upsert: Statement
  readonly delete: Statement
  readonly range: Statement
}

/**
 * Rows in tables of one file. A deleted row leaves a mark with its time and no value for TOMBSTONE_MS
 * (maintenance.ts), so that an older write that arrives after the delete stays without effect, as in Cassandra.
 */
export class EmbeddedRowStore implements RowStore {
  readonly #tables: ReadonlyMap<TableName, TableStatements>
  readonly #checkpoint: Statement
  readonly #queue: WriteQueue

  constructor(database: Database) {
    this.#tables = new Map(TABLES.map((table) => [table, statementsOf(database, table)]))
    this.#checkpoint = database.prepare(
      `SELECT position FROM ${rowTable('checkpoints')} WHERE partition = ? AND row = ? AND value IS NOT NULL`,
    )
    this.#queue = new WriteQueue(database, {
      kept: () => {},
      dropped: () => {},
      failure: storeFailure,
      refused: (message) =>
        new StoreUnavailableError(`The store ${message}`, 'Nothing was written; try again later.'),
    })
  }

  load(table: TableName, partition: string): Promise<readonly StoredRow[]> {
    return this.loadRange(table, partition, '', BEYOND_ALL_ROWS)
  }

  async loadRange(
    table: TableName,
    partition: string,
    from: string,
    to: string,
  ): Promise<readonly StoredRow[]> {
    const { range } = this.#statements(table)
    const rows: StoredRow[] = []
    let next = from
    for (;;) {
      const page = asStore(() => range.all(partition, next, to))
      for (const row of page) rows.push(storedRow(table, partition, row))
      if (page.length < LOAD_ROWS_MAX) return rows
      next = rows.at(-1)!.row + JUST_BEHIND
      await nextTurn()
    }
  }

  async write(rows: readonly StoredRow[]): Promise<void> {
    for (const row of rows) checkRow(row)
    await this.#queue.write(
      transactionSlices(rows, rowBytes).map(({ items, bytes }) => ({
        rows: items.length,
        bytes,
        run: () => {
          for (const row of items) this.#upsert(row)
        },
      })),
    )
  }

  async commit(commit: Commit): Promise<void> {
    const rows = [...commit.rows, ...commit.clocks, commit.checkpoint]
    for (const row of rows) checkRow(row)
    for (const removed of commit.deletes) checkDelete(removed)
    const unit: WriteUnit = {
      rows: rows.length + commit.deletes.length,
      bytes: rows.reduce((sum, row) => sum + rowBytes(row), 0),
      run: () => {
        for (const row of commit.rows) this.#upsert(row)
        for (const removed of commit.deletes) this.#delete(removed)
        for (const row of commit.clocks) this.#upsert(row)
        this.#upsert(commit.checkpoint)
      },
    }
    await this.#queue.write([unit])
  }

  /** Position up to which a log partition is folded and committed; null before the first commit. */
  foldedPosition(logPartition: number): number | null {
    const row = this.#checkpoint.get(CHECKPOINTS_PARTITION, checkpointRow(logPartition))
    return row === undefined ? null : integerAt(row, 0)
  }

  /** Writes what waits; later calls fail. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#queue.close()
  }

  #upsert(row: StoredRow): void {
    this.#statements(row.table).upsert.run(row.partition, row.row, row.position, row.writtenAt, row.value)
  }

  #delete(removed: RowDelete): void {
    this.#statements(removed.table).delete.run(removed.partition, removed.row, removed.writtenAt)
  }

  #statements(table: TableName): TableStatements {
    const statements = this.#tables.get(table)
    if (statements === undefined) throw new RangeError(`There is no table ${table}`)
    return statements
  }
}

function statementsOf(database: Database, table: TableName): TableStatements {
  const name = rowTable(table)
  return {
    upsert: database.prepare(`
      INSERT INTO ${name} VALUES (?, ?, ?, ?, ?)
      ON CONFLICT DO UPDATE SET position = excluded.position, written_at = excluded.written_at, value = excluded.value
      WHERE excluded.written_at > ${name}.written_at`),
    // At the same timestamp a delete wins, whichever comes first: hence >= here and > above.
    delete: database.prepare(`
      INSERT INTO ${name} VALUES (?, ?, 0, ?, NULL)
      ON CONFLICT DO UPDATE SET position = 0, written_at = excluded.written_at, value = NULL
      WHERE excluded.written_at >= ${name}.written_at`),
    range: database.prepare(`
      SELECT row, position, written_at, value FROM ${name}
      WHERE partition = ? AND row >= ? AND row < ? AND value IS NOT NULL ORDER BY row LIMIT ${LOAD_ROWS_MAX}`),
  }
}

function storedRow(table: TableName, partition: string, row: SqlRow): StoredRow {
  return {
    table,
    partition,
    row: textAt(row, 0),
    position: integerAt(row, 1),
    writtenAt: integerAt(row, 2),
    value: bytesAt(row, 3),
  }
}

function rowBytes(row: StoredRow): number {
  return row.partition.length + row.row.length + row.value.length
}
