import { DiskFullError, PipelineError } from '@smacktalk/ports'
import { failureKind } from './database.ts'

/** The spool cannot be opened, read or written now; the records it was given are not in it. */
export class SpoolUnavailableError extends PipelineError {
  override readonly name = 'SpoolUnavailableError'
  override readonly retriable = true
}

const NO_ROOM = new Set(['ENOSPC', 'EDQUOT', 'EFBIG'])

/** A failure of SQLite or the file system as the error it means; what is neither comes back as it is. */
export function asSpoolError(error: unknown, path: string): unknown {
  const kind = failureKind(error)
  const code = systemCode(error)
  if (kind === 'full' || (code !== null && NO_ROOM.has(code))) {
    const hint = 'Free some space on the disk of dataDir; spooling goes on by itself.'
    return new DiskFullError(`The spool "${path}" has no room left on the disk`, hint, error)
  }
  if (kind === 'held') {
    const hint = 'Every ingestor has a spool file of its own; close other programs that have it open.'
    return new SpoolUnavailableError(`The spool "${path}" is held by another process`, hint, error)
  }
  if (kind === 'mistake' && code === null) return error
  const why = error instanceof Error ? error.message : String(error)
  const hint = 'Check the disk of dataDir and the rights of its folder `spool`; spooling goes on by itself.'
  return new SpoolUnavailableError(`The spool "${path}" cannot be used (${why})`, hint, error)
}

function systemCode(error: unknown): string | null {
  if (!(error instanceof Error && 'syscall' in error && 'code' in error)) return null
  return typeof error.code === 'string' ? error.code : null
}
