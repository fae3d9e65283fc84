/** The folder of the spool files: whose they are, and how they come, go and are moved aside. */
import { closeSync, existsSync, openSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { Clock } from '@smacktalk/ports'
import { createFolder } from './create-folder.ts'
import { Database, failureKind } from './database.ts'
import { asSpoolError } from './errors.ts'
import { ForeignFileError, SpoolFile } from './spool-file.ts'

const SUFFIX = '.sqlite'
const ASIDE = /\.sqlite\.aside-\d+(-wal)?$/
const LOCK_FILE = 'lock.db'
/** What SQLite keeps beside a file. */
const COMPANIONS = ['', '-wal', '-journal', '-shm']
/** Files of one name; more ingestors of one name in one folder are a mistake. */
const SAME_NAME_MAX = 100
/** Records hold what people wrote: for the account that runs the ingestor, and nobody else. */
const FILE_MODE = 0o600
/** Others hold the folder while they open, delete or move a file; at a start one waits for them. */
const TAKE_OVER_WAIT_MS = 5_000
/** Later a waiting lock would stop the hearing; it is tried again instead. */
const CHANGE_WAIT_MS = 100

/** What the spool has to say to its operator; the process's logger fits. */
export interface SpoolLogger {
  info(message: string, facts?: Readonly<Record<string, unknown>>): void
  warn(message: string, facts?: Readonly<Record<string, unknown>>): void
  error(message: string, facts?: Readonly<Record<string, unknown>>): void
}

export interface SpoolFolderOptions {
  /** Folder of the spool files; created when something is spooled. */
  readonly directory: string
  /** Names this process's file. */
  readonly name: string
  readonly clock: Clock
  readonly logger: SpoolLogger
  /** How long a file that was moved aside is kept, ms: it holds what people wrote, like the log. */
  readonly asideKeptMs: number
  /** Largest size of a file in pages; beyond it nothing is spooled, as on a full disk. */
  readonly pageCountMax?: number
}

/** Methods throw DiskFullError or SpoolUnavailableError. */
export class SpoolFolder {
  readonly #options: SpoolFolderOptions

  constructor(options: SpoolFolderOptions) {
    this.#options = options
  }

  /** Opens every file that nobody holds, the one with the oldest entries first. What is damaged is moved aside. */
  takeOver(): SpoolFile[] {
    const { directory } = this.#options
    if (!existsSync(directory)) return []
    const files = this.#locked(TAKE_OVER_WAIT_MS, () => {
      this.#removeAsides()
      const names = readdirSync(directory).filter((name) => name.endsWith(SUFFIX))
      return names.sort().flatMap((name) => this.#open(join(directory, name)) ?? [])
    })
    return files.sort((a, b) => (a.oldestAt() ?? 0) - (b.oldestAt() ?? 0))
  }

  /** An empty file of this process's own. */
  create(): SpoolFile {
    createFolder(this.#options.directory)
    return this.#locked(CHANGE_WAIT_MS, () => {
      const path = this.#freePath()
      // SQLite gives its companions the mode of the file.
      closeSync(openSync(path, 'wx', FILE_MODE))
      try {
        return new SpoolFile(path, this.#options.pageCountMax ?? null)
      } catch (error) {
        removeWithCompanions(path)
        throw error
      }
    })
  }

  /** Closes and deletes a file. */
  remove(file: SpoolFile): void {
    this.#locked(CHANGE_WAIT_MS, () => {
      file.close()
      removeWithCompanions(file.path)
    })
  }

  /** Closes a file that cannot be read, and moves it out of the way, never deletes it. Tells of it. */
  setAside(file: SpoolFile, why: unknown): void {
    this.#toldAside(file.path, file.entries, why, () =>
      this.#locked(CHANGE_WAIT_MS, () => {
        file.close()
        return this.#renamed(file.path)
      }),
    )
    file.close()
  }

  /** Null when it cannot be taken over; why is told, unless another process simply has it. */
  #open(path: string): SpoolFile | null {
    try {
      return new SpoolFile(path, this.#options.pageCountMax ?? null)
    } catch (error) {
      const kind = failureKind(error)
      if (kind === 'held') return null
      if (kind === 'damaged') {
        this.#toldAside(path, null, error, () => this.#renamed(path))
        return null
      }
      if (!(error instanceof ForeignFileError) && asSpoolError(error, path) === error) throw error
      this.#options.logger.error('a spool file cannot be taken over; it stays where it is', {
        path,
        err: error,
      })
      return null
    }
  }

  /** @param records how many it holds, if that is known */
  #toldAside(path: string, records: number | null, why: unknown, move: () => string): void {
    const { logger } = this.#options
    const facts = { path, records, err: why }
    try {
      const aside = move()
      logger.error('a spool file cannot be read: it was moved aside, and what it held is not in the log', {
        ...facts,
        aside,
      })
    } catch (error) {
      if (asSpoolError(error, path) === error) throw error
      logger.error('a spool file cannot be read, and what it held is not in the log', {
        ...facts,
        hint: `It could not be moved aside (${String(error)}); the next start tries to read it again.`,
      })
    }
  }

  /** Under a name that nobody takes for a spool; gives that back. */
  #renamed(path: string): string {
    const aside = `${path}.aside-${Math.floor(this.#options.clock.now())}`
    renameSync(path, aside)
    // What the write-ahead log holds belongs to it.
    if (existsSync(`${path}-wal`)) renameSync(`${path}-wal`, `${aside}-wal`)
    return aside
  }

  #removeAsides(): void {
    const { directory, clock, logger, asideKeptMs } = this.#options
    for (const name of readdirSync(directory).filter((name) => ASIDE.test(name))) {
      const path = join(directory, name)
      if (statSync(path).mtimeMs >= clock.now() - asideKeptMs) continue
      rmSync(path, { force: true })
      logger.info('a spool file that was moved aside is deleted: the log keeps texts no longer', { path })
    }
  }

  /**
   * Files come and go only under the folder's lock: whoever finds one that nobody holds may then take it, move it
   * or delete it, and it is still the same file. The kernel lets go of the lock however the process ends.
   */
  #locked<T>(waitMs: number, work: () => T): T {
    const { directory } = this.#options
    try {
      const database = new Database(join(directory, LOCK_FILE), waitMs)
      try {
        database.exec('BEGIN EXCLUSIVE')
        return work()
      } finally {
        database.close()
      }
    } catch (error) {
      throw asSpoolError(error, directory)
    }
  }

  #freePath(): string {
    const { directory, name } = this.#options
    const stem = name.replaceAll(/[^\w.-]/g, '_').slice(0, 100)
    for (let number = 1; number <= SAME_NAME_MAX; number++) {
      const path = join(directory, `${stem}${number === 1 ? '' : `-${number}`}${SUFFIX}`)
      if (!existsSync(path)) return path
    }
    throw new Error(`There are ${SAME_NAME_MAX} spool files named after ${stem}`)
  }
}

/** Not to be called while this process has the file open: closing any handle lets go of its lock (POSIX). */
function removeWithCompanions(path: string): void {
  for (const companion of COMPANIONS) rmSync(path + companion, { force: true })
}
