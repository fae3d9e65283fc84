import { TABLES, type TableName } from '@smacktalk/contract'
import {
  BrokenRowError,
  type Commit,
  checkDelete,
  checkRow,
  type RowDelete,
  type RowStore,
  type StoredRow,
  StoreUnavailableError,
} from '@smacktalk/ports'
import { type Batch, batchesOf } from './batches.ts'
import { Gate } from './gate.ts'
import type { CqlRow, Session, Statement } from './session.ts'

/** Weight of a request: its rows, or its bytes in these, whichever is more; at least MIN_WEIGHT for the trip. */
const WEIGHT_BYTES = 4_096
const WEIGHT_MIN = 4
/**
 * Weight under way per call: 4 batches of 64 rows or 64 single rows, where the rate of one call levels off
 * (measured); more only adds latency to others.
 */
const CALL_WEIGHT_MAX = 256
/** Weight under way over all calls: at most 256 requests and 4 MB on the way to a cluster. */
const WRITES_WEIGHT_MAX = 1_024
/** Reads under way; each may hold a page. */
const READS_MAX = 32

interface TableStatements {
  readonly insert: string
  readonly delete: string
  readonly all: string
  readonly range: string
}

/**
 * Rows in one table per name. The write timestamp of a row is that of its cells, so Cassandra itself keeps the
 * newest, whatever arrives when; a delete is a tombstone with the timestamp of its record.
 */
export class CassandraRowStore implements RowStore {
  readonly #session: Session
  readonly #tables: ReadonlyMap<TableName, TableStatements>
  readonly #writes = new Gate(WRITES_WEIGHT_MAX)
  readonly #reads = new Gate(READS_MAX)
  readonly #calls = new Set<Promise<unknown>>()
  #closed = false

  constructor(session: Session, keyspace: string) {
    this.#session = session
    this.#tables = new Map(TABLES.map((table) => [table, statementsOf(`${keyspace}.${table}`)]))
  }

  load(table: TableName, partition: string): Promise<readonly StoredRow[]> {
    const query = this.#statements(table).all
    return this.#call(() => this.#read(table, partition, { query, params: [partition] }))
  }

  async loadRange(
    table: TableName,
    partition: string,
    from: string,
    to: string,
  ): Promise<readonly StoredRow[]> {
    const query = this.#statements(table).range
    if (from >= to) return []
    return this.#call(() => this.#read(table, partition, { query, params: [partition, from, to] }))
  }

  async write(rows: readonly StoredRow[]): Promise<void> {
    for (const row of rows) checkRow(row)
    const batches = batchesOf(rows)
    await this.#call(() => this.#send(batches))
  }

  async commit(commit: Commit): Promise<void> {
    for (const row of commit.rows) checkRow(row)
    for (const removed of commit.deletes) checkDelete(removed)
    for (const row of commit.clocks) checkRow(row)
    checkRow(commit.checkpoint)
    // All are cut before the first is sent, so that a row too large stops the whole commit.
    const steps = [commit.rows, commit.deletes, commit.clocks, [commit.checkpoint]].map(batchesOf)
    await this.#call(async () => {
      for (const batches of steps) await this.#send(batches)
    })
  }

  /** Waits for the calls under way; later ones fail. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed = true
    await Promise.allSettled(this.#calls)
    await this.#session[Symbol.asyncDispose]()
  }

  async #call<T>(work: () => Promise<T>): Promise<T> {
    if (this.#closed) {
      throw new StoreUnavailableError('The store is closed', 'It is closed when the program stops.')
    }
    const result = work()
    this.#calls.add(result)
    try {
      return await result
    } finally {
      this.#calls.delete(result)
    }
  }

  /** Resolves when all are durable. After a failure no more are sent, and it throws when those under way are done. */
  async #send(batches: readonly Batch[]): Promise<void> {
    const call = new Gate(CALL_WEIGHT_MAX)
    const failures: unknown[] = []
    const sent: Promise<void>[] = []
    for (const batch of batches) {
      const weight = Math.max(batch.items.length, Math.ceil(batch.bytes / WEIGHT_BYTES), WEIGHT_MIN)
      const own = await call.enter(weight)
      const shared = await this.#writes.enter(weight)
      if (failures.length > 0) {
        this.#writes.leave(shared)
        break
      }
      const sending = this.#session
        .write(batch.items.map((item) => this.#statement(item)))
        .catch((error: unknown) => {
          failures.push(error)
        })
        .finally(() => {
          call.leave(own)
          this.#writes.leave(shared)
        })
      sent.push(sending)
    }
    await Promise.all(sent)
    if (failures.length > 0) throw failures[0]
  }

  #statement(item: StoredRow | RowDelete): Statement {
    const { partition, row, writtenAt } = item
    if (!('value' in item)) {
      return { query: this.#statements(item.table).delete, params: [writtenAt, partition, row] }
    }
    // The driver takes a Buffer only; this is a view of the same bytes.
    const { buffer, byteOffset, byteLength } = item.value
    const value = Buffer.from(buffer, byteOffset, byteLength)
    return {
      query: this.#statements(item.table).insert,
      params: [partition, row, item.position, value, writtenAt],
    }
  }

  async #read(table: TableName, partition: string, statement: Statement): Promise<readonly StoredRow[]> {
    const rows: StoredRow[] = []
    let next: string | null = null
    do {
      const held = await this.#reads.enter(1)
      try {
        const page = await this.#session.page(statement, next)
        for (const row of page.rows) rows.push(storedRow(table, partition, row))
        next = page.next
      } finally {
        this.#reads.leave(held)
      }
    } while (next !== null)
    return rows
  }

  #statements(table: TableName): TableStatements {
    const statements = this.#tables.get(table)
    if (statements === undefined) throw new RangeError(`There is no table ${table}`)
    return statements
  }
}

/** All columns in one statement, never a subset: a row is always of one write. */
function statementsOf(table: string): TableStatements {
  const select = `SELECT row, position, value, WRITETIME(value) AS written_at FROM ${table} WHERE partition = ?`
  return {
    insert: `INSERT INTO ${table} (partition, row, position, value) VALUES (?, ?, ?, ?) USING TIMESTAMP ?`,
    delete: `DELETE FROM ${table} USING TIMESTAMP ? WHERE partition = ? AND row = ?`,
    all: select,
    range: `${select} AND row >= ? AND row < ?`,
  }
}

/** Rows come in the order of their keys' UTF-8 bytes, which for printable ASCII is that of code units. */
function storedRow(table: TableName, partition: string, found: CqlRow): StoredRow {
  const { row, value } = found
  const position = integerOf(found['position'])
  const writtenAt = integerOf(found['written_at'])
  if (typeof row === 'string' && value instanceof Uint8Array && position !== null && writtenAt !== null) {
    // The driver's Buffer prints and compares otherwise than the plain bytes that the port promises.
    const bytes = new Uint8Array(value.buffer, value.byteOffset, value.byteLength)
    return { table, partition, row, position, writtenAt, value: bytes }
  }
  throw new BrokenRowError(
    `row ${JSON.stringify(row)} of ${table} ${JSON.stringify(partition)} lacks its position or its value`,
    'Something else wrote into this keyspace; delete the row, or point cassandra.keyspace to one of its own.',
  )
}

/** The driver's Long, or null for what is none or not exact. */
function integerOf(value: unknown): number | null {
  if (typeof value !== 'object' || value === null || !('toNumber' in value)) return null
  const number: unknown = typeof value.toNumber === 'function' ? value.toNumber() : null
  return Number.isSafeInteger(number) ? Number(number) : null
}
