/** One file of waiting records, oldest first, with the losses that the log does not know of yet. */
import { bytesAt, Database, integerAt, type Row, type Statement, strange, textAt } from './database.ts'
import { type EntryHead, type EntryKind, type Loss, type SpoolEntry, spooledBytes } from './spool-entry.ts'

/** Marks the file as ours (`SMSP`). */
const APPLICATION_ID = 0x534d5350
/** Layout of the tables below. */
const SCHEMA_VERSION = 1

const KINDS: readonly EntryKind[] = ['chat', 'coverage', 'settings']
const SETTINGS = KINDS.indexOf('settings')

const DEFINITIONS = `
  CREATE TABLE entries (
    position INTEGER PRIMARY KEY,
    key TEXT NOT NULL,
    login TEXT NOT NULL,
    kind INTEGER NOT NULL,
    from_ms INTEGER NOT NULL,
    to_ms INTEGER NOT NULL,
    bytes INTEGER NOT NULL,
    value BLOB NOT NULL
  ) STRICT;
  CREATE TABLE losses (
    key TEXT NOT NULL,
    opened INTEGER NOT NULL,
    login TEXT NOT NULL,
    ingestor TEXT NOT NULL,
    cause TEXT NOT NULL,
    from_ms INTEGER NOT NULL,
    to_ms INTEGER NOT NULL,
    PRIMARY KEY (key, opened)
  ) WITHOUT ROWID, STRICT;
  -- What the entries add up to: counting them at a start would read the whole file.
  CREATE TABLE totals (entries INTEGER NOT NULL, bytes INTEGER NOT NULL) STRICT;
  INSERT INTO totals VALUES (0, 0);
  PRAGMA application_id = ${APPLICATION_ID};
  PRAGMA user_version = ${SCHEMA_VERSION};`

/** Entries at the front of a file that may go. */
export interface Oldest {
  readonly heads: readonly EntryHead[]
  readonly bytes: number
  /** Position of the last of them. */
  readonly through: number
}

/** Whether to let another entry go, given how many bytes those before it make free. */
export type LetGo = (head: EntryHead, freedBytes: number) => boolean

/** The file is a database, but none of ours, or one of a newer version. */
export class ForeignFileError extends Error {
  override readonly name = 'ForeignFileError'
}

interface Statements {
  readonly append: Statement
  readonly read: Statement
  readonly oldest: Statement
  readonly remove: Statement
  readonly letGo: Statement
  readonly keepLoss: Statement
  readonly endLoss: Statement
  readonly total: Statement
}

export class SpoolFile {
  readonly path: string
  /** The losses it was opened with. */
  readonly leftLosses: readonly Loss[]
  readonly #database: Database
  readonly #statements: Statements
  #entries = 0
  #bytes = 0
  #next = 1
  /** What the log has taken; it may still stand in the file when removing it has failed. */
  #takenThrough = 0

  /**
   * Opens or creates the file and holds it. Throws what SQLite throws; `held` when another process has it.
   * @param pageCountMax largest size in pages
   */
  constructor(path: string, pageCountMax: number | null) {
    this.path = path
    this.#database = new Database(path, 0)
    try {
      this.#database.takeForWriting()
      if (pageCountMax !== null) this.#database.exec(`PRAGMA max_page_count = ${pageCountMax}`)
      this.#prepareSchema()
      this.#statements = prepared(this.#database)
      const totals = this.#database.prepare('SELECT entries, bytes FROM totals').get() as Row | undefined
      this.#entries = integerAt(totals, 0)
      this.#bytes = integerAt(totals, 1)
      const last = this.#database.prepare('SELECT coalesce(max(position), 0) FROM entries').get()
      this.#next = integerAt(last as Row | undefined, 0) + 1
      this.leftLosses = lossesIn(this.#database)
    } catch (error) {
      this.#database.close()
      throw error
    }
  }

  get entries(): number {
    return this.#entries
  }

  get bytes(): number {
    return this.#bytes
  }

  /** Position of the newest entry. */
  get end(): number {
    return this.#next - 1
  }

  /** Nothing waits in it: what the file says itself, not only its totals. */
  isEmpty(): boolean {
    return this.#entries === 0 && this.oldestAt() === null
  }

  /** The end of the oldest entry's time, epoch ms; null when there is none. */
  oldestAt(): number | null {
    const row = this.#database
      .prepare('SELECT to_ms FROM entries WHERE position > ? ORDER BY position LIMIT 1')
      .get(this.#takenThrough) as Row | undefined
    return row === undefined ? null : integerAt(row, 0)
  }

  append(entries: readonly SpoolEntry[], losses: readonly Loss[]): void {
    const { append } = this.#statements
    let position = this.#next
    let bytes = this.#bytes
    this.#transaction(() => {
      for (const entry of entries) {
        const size = spooledBytes(entry)
        const { key, login, kind, from, to, value } = entry
        append.run(position++, key, login, KINDS.indexOf(kind), from, to, size, value)
        bytes += size
      }
      this.#keep(losses)
      return [this.#entries + entries.length, bytes]
    })
    this.#next = position
  }

  keepLosses(losses: readonly Loss[]): void {
    this.#transaction(() => {
      this.#keep(losses)
      return [this.#entries, this.#bytes]
    })
  }

  /** The oldest entries, and the position of the last of them. */
  read(count: number): { entries: SpoolEntry[]; through: number } {
    const rows = this.#statements.read.all(this.#takenThrough, count) as unknown as Row[]
    const last = rows.at(-1)
    return {
      entries: rows.map((row) => ({ ...headAt(row), value: bytesAt(row, 6) })),
      through: last === undefined ? this.#takenThrough : integerAt(last, 0),
    }
  }

  /**
   * The log has taken everything up to `through`. What cannot be removed now goes with the next change; it is
   * not read again by this process.
   */
  taken(through: number, count: number, bytes: number): void {
    this.#takenThrough = through
    this.#entries -= count
    this.#bytes -= bytes
    // A file without entries goes as a whole.
    if (this.#entries > 0) this.#transaction(() => [this.#entries, this.#bytes])
  }

  /** The log knows of these losses, and nothing that waits claims their time any more. */
  endLosses(losses: readonly Loss[]): void {
    this.#transaction(() => {
      for (const { key, opened } of losses) this.#statements.endLoss.run(key, opened)
      return [this.#entries, this.#bytes]
    })
  }

  /** What is to go of the oldest entries after `after`, at most `count`; settings are passed over. */
  oldest(after: number, count: number, letGo: LetGo): Oldest {
    const heads: EntryHead[] = []
    let bytes = 0
    let through = after
    const from = Math.max(after, this.#takenThrough)
    for (const row of this.#statements.oldest.iterate(from, SETTINGS, count) as Iterable<unknown>) {
      const head = headAt(row as Row)
      if (!letGo(head, bytes)) break
      heads.push(head)
      bytes += integerAt(row as Row, 6)
      through = integerAt(row as Row, 0)
    }
    return { heads, bytes, through }
  }

  /** Lets go of what `oldest` gave back; `losses` then tell of it. */
  letGo(after: number, { heads, bytes, through }: Oldest, losses: readonly Loss[]): void {
    this.#transaction(() => {
      this.#statements.letGo.run(after, through, SETTINGS)
      this.#keep(losses)
      return [this.#entries - heads.length, this.#bytes - bytes]
    })
  }

  get isOpen(): boolean {
    return this.#database.isOpen
  }

  /** Lets go of the file, which stays. */
  close(): void {
    this.#database.close()
  }

  /** @param work gives back how many entries and bytes there are afterwards */
  #transaction(work: () => [entries: number, bytes: number]): void {
    const [entries, bytes] = this.#database.transaction(() => {
      this.#statements.remove.run(this.#takenThrough)
      const totals = work()
      this.#statements.total.run(...totals)
      return totals
    })
    this.#entries = entries
    this.#bytes = bytes
  }

  #keep(losses: readonly Loss[]): void {
    for (const { key, opened, login, ingestor, cause, from, to } of losses) {
      this.#statements.keepLoss.run(key, opened, login, ingestor, cause, from, to)
    }
  }

  #prepareSchema(): void {
    const application = this.#database.pragma('application_id')
    const version = this.#database.pragma('user_version')
    const isEmpty = this.#database.prepare('SELECT 1 FROM sqlite_schema LIMIT 1').get() === undefined
    if (isEmpty && application === 0 && version === 0) {
      this.#database.transaction(() => this.#database.exec(DEFINITIONS))
    } else if (application !== APPLICATION_ID) {
      throw new ForeignFileError('it is not a spool of Smacktalk')
    } else if (version !== SCHEMA_VERSION) {
      throw new ForeignFileError(`it has layout ${version}, this version knows ${SCHEMA_VERSION}`)
    }
  }
}

function prepared(database: Database): Statements {
  const head = 'position, key, login, kind, from_ms, to_ms'
  return {
    append: database.prepare('INSERT INTO entries VALUES (?, ?, ?, ?, ?, ?, ?, ?)'),
    read: database.prepare(`SELECT ${head}, value FROM entries WHERE position > ? ORDER BY position LIMIT ?`),
    oldest: database.prepare(
      `SELECT ${head}, bytes FROM entries WHERE position > ? AND kind <> ? ORDER BY position LIMIT ?`,
    ),
    remove: database.prepare('DELETE FROM entries WHERE position <= ?'),
    letGo: database.prepare('DELETE FROM entries WHERE position > ? AND position <= ? AND kind <> ?'),
    keepLoss: database.prepare('INSERT OR REPLACE INTO losses VALUES (?, ?, ?, ?, ?, ?, ?)'),
    endLoss: database.prepare('DELETE FROM losses WHERE key = ? AND opened = ?'),
    total: database.prepare('UPDATE totals SET entries = ?, bytes = ?'),
  }
}

function lossesIn(database: Database): Loss[] {
  const rows = database
    .prepare('SELECT key, opened, login, ingestor, cause, from_ms, to_ms FROM losses')
    .all() as unknown as Row[]
  return rows.map((row) => ({
    key: textAt(row, 0),
    opened: integerAt(row, 1),
    login: textAt(row, 2),
    ingestor: textAt(row, 3),
    cause: textAt(row, 4),
    from: integerAt(row, 5),
    to: integerAt(row, 6),
  }))
}

function headAt(row: Row): EntryHead {
  const kind = KINDS[integerAt(row, 3)]
  if (kind === undefined) throw strange(3, row[3], 'a kind')
  return {
    key: textAt(row, 1),
    login: textAt(row, 2),
    kind,
    from: integerAt(row, 4),
    to: integerAt(row, 5),
  }
}
