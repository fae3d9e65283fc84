import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DataLockedError } from '@smacktalk/ports'
import { Database, DatabaseFailure } from './database.ts'

const LOCK_FILE = 'lock.db'
/**
 * Names the holder to people; the lock itself is not in it. It cannot stand in the lock file: reading that with
 * anything but SQLite would, when closed, release the lock of this process (POSIX).
 */
const HOLDER_FILE = 'lock.pid'

/**
 * Holds the folder for this process, by an exclusive transaction on a file of its own: the kernel lets go of it
 * however the process ends. Throws DataLockedError when somebody else has it.
 */
export function lockFolder(folder: string): Disposable {
  const database = new Database(join(folder, LOCK_FILE), 0)
  try {
    database.exec('BEGIN EXCLUSIVE')
  } catch (error) {
    database.close()
    if (error instanceof DatabaseFailure && error.kind === 'busy') throw locked(folder, error)
    throw error
  }
  const holder = join(folder, HOLDER_FILE)
  writeFileSync(holder, `${process.pid}\n`)
  return {
    [Symbol.dispose]() {
      // In this order nobody ever reads the number of a process that has let go.
      rmSync(holder, { force: true })
      database.close()
    },
  }
}

function locked(folder: string, cause: unknown): DataLockedError {
  const pid = readHolder(folder)
  const who = pid === null ? 'another process' : `the process ${pid}`
  return new DataLockedError(
    `The data in "${folder}" is in use by ${who}`,
    'Stop that one, or choose another dataDir.',
    cause,
  )
}

function readHolder(folder: string): number | null {
  let text: string
  try {
    text = readFileSync(join(folder, HOLDER_FILE), 'utf8')
  } catch {
    // Only a courtesy: the holder may be just starting, or belong to another user.
    return null
  }
  return /^\d+\n$/.test(text) ? Number(text) : null
}
