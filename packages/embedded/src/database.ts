/** The one file that knows node:sqlite: opening, statements, transactions, and what its error codes mean. */
import { DatabaseSync, type StatementSync } from 'node:sqlite'

/** What may be bound. No objects: node:sqlite would take one in first place as named parameters. */
export type SqlValue = string | number | Uint8Array | null

/** A result row, one value per selected column. */
export type SqlRow = readonly unknown[]

/**
 * Why SQLite refused: no room; another connection holds it; the disk; content that is no database; no right to
 * open or write; already closed; anything else is a mistake of ours.
 */
export type FailureKind = 'full' | 'busy' | 'io' | 'damaged' | 'unusable' | 'closed' | 'mistake'

/** A failed statement with its kind; callers translate it into the error their port promises. */
export class DatabaseFailure extends Error {
  override readonly name = 'DatabaseFailure'
  readonly kind: FailureKind

  constructor(cause: unknown) {
    super(cause instanceof Error ? cause.message : String(cause), { cause })
    this.kind = kindOf(cause)
  }
}

/** Primary result codes (sqlite.org/rescode.html); the upper bytes of an extended code only refine them. */
const KIND_BY_CODE: Readonly<Record<number, FailureKind>> = {
  3: 'unusable', // PERM
  5: 'busy',
  6: 'busy', // LOCKED
  8: 'unusable', // READONLY
  10: 'io',
  11: 'damaged', // CORRUPT
  13: 'full',
  14: 'unusable', // CANTOPEN
  15: 'busy', // PROTOCOL
  23: 'unusable', // AUTH
  26: 'damaged', // NOTADB
}

function kindOf(cause: unknown): FailureKind {
  if (!(cause instanceof Error)) return 'mistake'
  if ('code' in cause && cause.code === 'ERR_INVALID_STATE') return 'closed'
  if (!('errcode' in cause) || typeof cause.errcode !== 'number') return 'mistake'
  return KIND_BY_CODE[cause.errcode & 0xff] ?? 'mistake'
}

function guarded<T>(work: () => T): T {
  try {
    return work()
  } catch (error) {
    throw error instanceof DatabaseFailure ? error : new DatabaseFailure(error)
  }
}

/** A prepared statement, kept for the life of the database. */
export class Statement {
  readonly #statement: StatementSync

  constructor(statement: StatementSync) {
    this.#statement = statement
    // Rows as arrays are read about a third faster than rows as objects.
    statement.setReturnArrays(true)
  }

  run(...values: SqlValue[]): void {
    guarded(() => this.#statement.run(...values))
  }

  get(...values: SqlValue[]): SqlRow | undefined {
    return guarded(() => this.#statement.get(...values) as SqlRow | undefined)
  }

  all(...values: SqlValue[]): readonly SqlRow[] {
    return guarded(() => this.#statement.all(...values) as unknown as SqlRow[])
  }

  /** Hands rows to `take` until it returns false; nothing beyond the row it refused is read. */
  each(take: (row: SqlRow) => boolean, ...values: SqlValue[]): void {
    guarded(() => {
      for (const row of this.#statement.iterate(...values)) {
        if (!take(row as unknown as SqlRow)) return
      }
    })
  }
}

export class Database {
  readonly #database: DatabaseSync
  readonly #begin: Statement
  readonly #commit: Statement
  readonly #rollback: Statement

  /**
   * Opens or creates the file; `busyMs` is how long a statement waits for another connection's lock. `readOnly` needs
   * a file that is there, and refuses every write.
   */
  constructor(path: string, busyMs: number, { readOnly = false } = {}) {
    this.#database = guarded(() => new DatabaseSync(path, { timeout: busyMs, readOnly }))
    this.#begin = this.prepare('BEGIN IMMEDIATE')
    this.#commit = this.prepare('COMMIT')
    this.#rollback = this.prepare('ROLLBACK')
  }

  prepare(sql: string): Statement {
    return new Statement(guarded(() => this.#database.prepare(sql)))
  }

  exec(sql: string): void {
    guarded(() => this.#database.exec(sql))
  }

  /** The integer a pragma answers. */
  pragma(name: string): number {
    return integerAt(this.prepare(`PRAGMA ${name}`).get() ?? [], 0)
  }

  /** All of `work` or nothing. Not to be nested. */
  transaction<T>(work: () => T): T {
    this.#begin.run()
    try {
      const result = work()
      this.#commit.run()
      return result
    } catch (error) {
      // A full disk or an I/O error may have ended the transaction already.
      if (this.#database.isTransaction) this.#rollback.run()
      throw error
    }
  }

  /** Closing the last connection also folds the write-ahead log back into the file. */
  close(): void {
    if (this.#database.isOpen) guarded(() => this.#database.close())
  }
}

/** Reads a column that holds an integer; anything else means that the file is not what it claims to be. */
export function integerAt(row: SqlRow, column: number): number {
  const value = row[column]
  if (typeof value === 'number') return value
  throw new TypeError(`Column ${column} holds ${typeof value} where an integer was expected`)
}

export function textAt(row: SqlRow, column: number): string {
  const value = row[column]
  if (typeof value === 'string') return value
  throw new TypeError(`Column ${column} holds ${typeof value} where text was expected`)
}

export function bytesAt(row: SqlRow, column: number): Uint8Array {
  const value = row[column]
  if (value instanceof Uint8Array) return value
  throw new TypeError(`Column ${column} holds ${typeof value} where bytes were expected`)
}
