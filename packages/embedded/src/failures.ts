/** Translates failures of SQLite into the errors that the ports promise. */
import { DiskFullError, LogUnavailableError, StoreUnavailableError } from '@smacktalk/ports'
import { DatabaseFailure } from './database.ts'
import { DamagedDataError, DataFolderError } from './errors.ts'

const FULL_HINT = 'Free some space on the disk of dataDir; writing goes on by itself.'

/** The log's view of a failure; what is no failure of the database comes back as it is. */
export function logFailure(error: unknown): unknown {
  return translated(error, LogUnavailableError, 'The log')
}

/** The store's view of a failure; what is no failure of the database comes back as it is. */
export function storeFailure(error: unknown): unknown {
  return translated(error, StoreUnavailableError, 'The store')
}

type Unavailable = new (message: string, hint: string, cause?: unknown) => Error

function translated(error: unknown, unavailable: Unavailable, what: string): unknown {
  if (!(error instanceof DatabaseFailure)) return error
  switch (error.kind) {
    case 'full':
      return new DiskFullError(`${what} has no room left on the disk`, FULL_HINT, error)
    case 'busy':
      return new unavailable(`${what} is held by another program`, 'Close programs that have it open.', error)
    case 'io':
      return new unavailable(`${what} could not be read or written`, 'Check the disk of dataDir.', error)
    case 'closed':
      return new unavailable(`${what} is closed`, 'It is closed when the program stops.', error)
    case 'damaged':
      return damaged(`${what} is damaged (${error.message})`, error)
    case 'unusable':
      return new DataFolderError(
        `${what} may not be opened or written (${error.message})`,
        'Check the rights and the mount of dataDir.',
        error,
      )
    case 'mistake':
      return error.cause
  }
}

export function damaged(message: string, cause?: unknown): DamagedDataError {
  return new DamagedDataError(
    message,
    'Move the folder away, or choose another dataDir, and start again.',
    cause,
  )
}

/** Runs work of the log so that its failures are the log's. */
export function asLog<T>(work: () => T): T {
  try {
    return work()
  } catch (error) {
    throw logFailure(error)
  }
}

/** Runs work of the store so that its failures are the store's. */
export function asStore<T>(work: () => T): T {
  try {
    return work()
  } catch (error) {
    throw storeFailure(error)
  }
}
