import { existsSync, mkdirSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import type { Clock, EventLog, RowStore } from '@smacktalk/ports'
import { PipelineError } from '@smacktalk/ports'
import { Database, DatabaseFailure } from './database.ts'
import { EmbeddedEventLog } from './embedded-event-log.ts'
import { EmbeddedRowStore } from './embedded-row-store.ts'
import { DataFolderError } from './errors.ts'
import { damaged, storeFailure } from './failures.ts'
import { lockFolder } from './lock.ts'
import { type EmbeddedLogger, WARNING_LOGGER } from './logger.ts'
import { Maintenance } from './maintenance.ts'
import { checkSchema, prepareSchema } from './schema.ts'

const DATA_FILE = 'smacktalk.db'
/** Nobody else writes; a person's query tool may hold the file for a moment. */
const BUSY_MS = 5_000
/** A large import leaves a large write-ahead log; beyond this it is cut back when it has been folded in. */
const WAL_BYTES_KEPT = 64 * 1024 * 1024

export interface EmbeddedOptions {
  /** Folder of the data; created with its parents when missing. */
  readonly directory: string
  readonly clock: Clock
  /** How long folded chat records, dead letters and alerts are kept, ms. */
  readonly logRetentionMs: number
  /** How long rows of tables with a retention are kept after their writing, days. */
  readonly rowRetentionDays: number
  readonly logger?: EmbeddedLogger
  /** Largest size of the data file in pages of 4,096 bytes; beyond it every write is a DiskFullError. */
  readonly pageCountMax?: number
}

export interface Embedded extends AsyncDisposable {
  readonly log: EventLog
  readonly store: RowStore
}

/**
 * Opens log and store in one SQLite file that belongs to this process alone.
 *
 * Throws DataLockedError when another process has it, NewerDataError, DamagedDataError or DataFolderError when it
 * cannot be used. Disposing closes readers, writes what waits, and lets go of the folder.
 *
 * A process that is killed loses nothing acknowledged. After a power failure the last moments may be missing
 * (`synchronous = NORMAL`), but rows, positions and log are one file with one history, so they still agree.
 */
export async function openEmbedded(options: EmbeddedOptions): Promise<Embedded> {
  const { directory, clock, logger = WARNING_LOGGER } = options
  const resources = new AsyncDisposableStack()
  try {
    makeFolder(directory)
    resources.use(lockFolder(directory))
    const database = openDatabase(join(directory, DATA_FILE), options.pageCountMax)
    resources.defer(() => database.close())
    const store = resources.use(new EmbeddedRowStore(database))
    const log = resources.use(new EmbeddedEventLog(database, clock, logger))
    const maintenance = new Maintenance(database, log, store, clock, options, logger)
    const stopping = new AbortController()
    const maintained = maintenance.run(stopping.signal)
    resources.defer(() => {
      stopping.abort()
      return maintained
    })
    return { log, store, [Symbol.asyncDispose]: () => resources.disposeAsync() }
  } catch (error) {
    await resources.disposeAsync()
    throw openingFailure(directory, error)
  }
}

/**
 * Opens what is in a folder for reading, also while a product works on it: nothing is locked, created or upgraded.
 * The log knows what was there when it was opened; every write is refused as DataFolderError. Throws DataFolderError
 * where there are no data, and the other errors of `openEmbedded` when they cannot be used.
 */
export async function openEmbeddedToRead({
  directory,
  clock,
  logger = WARNING_LOGGER,
}: Pick<EmbeddedOptions, 'directory' | 'clock' | 'logger'>): Promise<Embedded> {
  const resources = new AsyncDisposableStack()
  try {
    const path = join(directory, DATA_FILE)
    if (!existsSync(path)) {
      throw new DataFolderError(
        `There are no data in "${directory}" yet`,
        'They are made when the product starts; or choose another dataDir.',
      )
    }
    const database = new Database(path, BUSY_MS, { readOnly: true })
    resources.defer(() => database.close())
    checkSchema(database, path)
    const store = resources.use(new EmbeddedRowStore(database))
    const log = resources.use(new EmbeddedEventLog(database, clock, logger))
    return { log, store, [Symbol.asyncDispose]: () => resources.disposeAsync() }
  } catch (error) {
    await resources.disposeAsync()
    throw openingFailure(directory, error)
  }
}

/** Level by level: where nothing can be created (`/proc`), Node's recursive `mkdirSync` never returns. */
function makeFolder(directory: string): void {
  const missing: string[] = []
  let at = resolve(directory)
  while (!existsSync(at) && at !== dirname(at)) {
    missing.push(at)
    at = dirname(at)
  }
  try {
    for (const path of missing.reverse()) makeLevel(path)
  } catch (error) {
    throw folderError(directory, error)
  }
}

function makeLevel(path: string): void {
  try {
    mkdirSync(path)
  } catch (error) {
    // Somebody else was first; what cannot be a folder fails at the next step.
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error
  }
}

function openDatabase(path: string, pageCountMax: number | undefined): Database {
  const database = new Database(path, BUSY_MS)
  try {
    prepareSchema(database, path)
    database.exec(`
      PRAGMA journal_mode = WAL;
      PRAGMA synchronous = NORMAL;
      PRAGMA journal_size_limit = ${WAL_BYTES_KEPT};`)
    if (pageCountMax !== undefined) database.exec(`PRAGMA max_page_count = ${pageCountMax}`)
    return database
  } catch (error) {
    database.close()
    if (error instanceof DatabaseFailure && error.kind === 'damaged') {
      throw damaged(`"${path}" is damaged (${error.message})`, error)
    }
    throw error
  }
}

function openingFailure(directory: string, error: unknown): unknown {
  const failure = storeFailure(error)
  if (failure instanceof PipelineError) return failure
  return failure instanceof Error && 'syscall' in failure ? folderError(directory, failure) : failure
}

function folderError(directory: string, cause: unknown): DataFolderError {
  const why = cause instanceof Error ? cause.message : String(cause)
  return new DataFolderError(
    `The folder "${directory}" cannot be used (${why})`,
    'Check that it may be written, or choose another dataDir.',
    cause,
  )
}
