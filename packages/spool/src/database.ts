/** The one file that knows node:sqlite: opening, transactions, and what its error codes mean to a spool. */
import { DatabaseSync, type StatementSync } from 'node:sqlite'

/** Rows come as arrays, in the order of the columns asked for. */
export type Statement = StatementSync
export type Row = readonly unknown[]

/** A page holds some forty chat records: fewer, larger writes than with SQLite's own 4,096 bytes. */
const PAGE_BYTES = 16_384
/** The write-ahead log is folded in at 4 MB, not at SQLite's 1,000 pages: each time it happens nothing else does. */
const WAL_PAGES = 256

/**
 * Why SQLite refused: no room; another process holds the file; the disk or a limit on it; content that is no
 * database; no right to open or write; anything else is a mistake of ours.
 */
export type FailureKind = 'full' | 'held' | 'io' | 'damaged' | 'unusable' | 'mistake'

/** Primary result codes (sqlite.org/rescode.html); the upper bytes of an extended code only refine them. */
const KIND_BY_CODE: Readonly<Record<number, FailureKind>> = {
  3: 'unusable', // PERM
  5: 'held', // BUSY
  6: 'held', // LOCKED
  8: 'unusable', // READONLY
  10: 'io',
  11: 'damaged', // CORRUPT
  13: 'full',
  14: 'unusable', // CANTOPEN
  15: 'held', // PROTOCOL
  23: 'unusable', // AUTH
  26: 'damaged', // NOTADB
}

/** A column holds what we never write. */
class StrangeContentError extends Error {
  override readonly name = 'StrangeContentError'
}

/** What a failure of SQLite means; `mistake` for everything that is none. */
export function failureKind(error: unknown): FailureKind {
  if (error instanceof StrangeContentError) return 'damaged'
  if (!(error instanceof Error && 'errcode' in error) || typeof error.errcode !== 'number') return 'mistake'
  return KIND_BY_CODE[error.errcode & 0xff] ?? 'mistake'
}

export class Database {
  readonly #database: DatabaseSync

  /** `waitMs` is how long a statement waits for a lock of somebody else. */
  constructor(path: string, waitMs: number) {
    this.#database = new DatabaseSync(path, { timeout: waitMs })
  }

  exec(sql: string): void {
    this.#database.exec(sql)
  }

  prepare(sql: string): Statement {
    const statement = this.#database.prepare(sql)
    statement.setReturnArrays(true)
    return statement
  }

  /** The integer a pragma answers. */
  pragma(name: string): number {
    return integerAt(this.prepare(`PRAGMA ${name}`).get() as Row | undefined, 0)
  }

  /** Takes the file for this process until it is closed, and readies it for many small appends. */
  takeForWriting(): void {
    this.exec('PRAGMA locking_mode = EXCLUSIVE')
    // Only the beginning of a write takes the lock; in this mode it is not let go of afterwards.
    this.exec('BEGIN EXCLUSIVE; COMMIT')
    this.exec(`
      PRAGMA page_size = ${PAGE_BYTES};
      PRAGMA journal_mode = WAL;
      PRAGMA synchronous = NORMAL;
      PRAGMA wal_autocheckpoint = ${WAL_PAGES};
      PRAGMA secure_delete = ON;
      PRAGMA journal_size_limit = ${WAL_PAGES * PAGE_BYTES}`)
  }

  /** All of `work` or nothing. Not to be nested. */
  transaction<T>(work: () => T): T {
    this.exec('BEGIN IMMEDIATE')
    try {
      const result = work()
      this.exec('COMMIT')
      return result
    } catch (error) {
      // A full disk or an I/O error may have ended the transaction already.
      if (this.#database.isTransaction) this.exec('ROLLBACK')
      throw error
    }
  }

  get isOpen(): boolean {
    return this.#database.isOpen
  }

  close(): void {
    if (this.isOpen) this.#database.close()
  }
}

export function integerAt(row: Row | undefined, column: number): number {
  const value = row?.[column]
  if (typeof value === 'number') return value
  throw strange(column, value, 'an integer')
}

export function textAt(row: Row, column: number): string {
  const value = row[column]
  if (typeof value === 'string') return value
  throw strange(column, value, 'text')
}

export function bytesAt(row: Row, column: number): Uint8Array {
  const value = row[column]
  if (value instanceof Uint8Array) return value
  throw strange(column, value, 'bytes')
}

export function strange(column: number, value: unknown, wanted: string): Error {
  return new StrangeContentError(`Column ${column} holds ${typeof value} where ${wanted} was expected`)
}
