import { existsSync, mkdirSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { asSpoolError } from './errors.ts'

/** Records hold what people wrote: for the account that runs the ingestor, and nobody else. */
const FOLDER_MODE = 0o700

/**
 * Level by level: where nothing can be created (`/proc`), Node's recursive `mkdirSync` never returns. Throws
 * DiskFullError or SpoolUnavailableError.
 */
export function createFolder(directory: string): void {
  const missing: string[] = []
  for (let at = resolve(directory); !existsSync(at); at = dirname(at)) missing.push(at)
  for (const path of missing.reverse()) {
    try {
      mkdirSync(path, { mode: FOLDER_MODE })
    } catch (error) {
      // Somebody else was first.
      if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) {
        throw asSpoolError(error, directory)
      }
    }
  }
}
