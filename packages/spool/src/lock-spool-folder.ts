/** One ingestor per folder: two of them would share the room, the disk that fails, and the name of what is spooled. */
import { join } from 'node:path'
import { DataLockedError } from '@smacktalk/ports'
import { createFolder } from './create-folder.ts'
import { Database, failureKind } from './database.ts'
import { asSpoolError } from './errors.ts'

/** Not the lock of the files in it: SQLite would let go of this one when the same process closes that. */
const LOCK_FILE = 'ingestor.db'

/**
 * Holds the folder for this process; the kernel lets go of it however the process ends. Throws DataLockedError when
 * another process has it, DiskFullError or SpoolUnavailableError when that cannot be known.
 */
export function lockSpoolFolder(directory: string): Disposable {
  createFolder(directory)
  let database: Database | null = null
  try {
    database = new Database(join(directory, LOCK_FILE), 0)
    database.exec('BEGIN EXCLUSIVE')
  } catch (error) {
    database?.close()
    if (failureKind(error) !== 'held') throw asSpoolError(error, directory)
    throw new DataLockedError(
      `The spool folder "${directory}" is in use by another ingestor`,
      'Give each ingestor of a machine a dataDir of its own (SMACKTALK_DATA_DIR), or stop the other one.',
      error,
    )
  }
  const held = database
  return { [Symbol.dispose]: () => held.close() }
}
