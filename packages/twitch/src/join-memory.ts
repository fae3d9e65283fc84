/**
 * JOINs that went out a moment ago, beyond the process that sent them: Twitch counts those of one that was killed, or
 * started anew, with those of the next. A small file, written before each JOIN.
 */
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import type { SourceLog } from './source-log.ts'

export interface JoinMemory {
  /** When JOINs went out that may still count, epoch ms, oldest first. */
  before(): readonly number[]
  /** One goes out: those that still count now. */
  keep(at: readonly number[]): void
}

/** For a process that nothing was before. */
export const NO_JOIN_MEMORY: JoinMemory = { before: () => [], keep() {} }

/** What a budget ever counts, and more. */
const KEPT_MAX = 100

export interface JoinFileOptions {
  readonly path: string
  /** Server and identity whose JOINs it holds; those of another one are of no account. */
  readonly of: string
  readonly log: SourceLog
}

/** A file that cannot be read or written costs the memory, nothing else. */
export function createJoinFile({ path, of, log }: JoinFileOptions): JoinMemory {
  let isTold = false
  let isThere = false

  function tell(error: unknown): void {
    if (!isTold) log.warn({ reason: String(error), path }, 'JOINs are not remembered beyond a restart')
    isTold = true
  }

  return {
    before() {
      try {
        return timesIn(JSON.parse(readFileSync(path, 'utf8')), of)
      } catch (error) {
        if (!isMissing(error)) tell(error)
        return []
      }
    },
    keep(at) {
      try {
        if (!isThere) mkdirSync(dirname(path), { recursive: true })
        isThere = true
        const beside = `${path}.new`
        writeFileSync(beside, JSON.stringify({ of, at: at.slice(-KEPT_MAX) }))
        renameSync(beside, path)
        isTold = false
      } catch (error) {
        tell(error)
      }
    },
  }
}

function timesIn(said: unknown, of: string): number[] {
  if (typeof said !== 'object' || said === null || !('of' in said) || !('at' in said)) return []
  if (said.of !== of || !Array.isArray(said.at)) return []
  const times = said.at.filter((at): at is number => typeof at === 'number' && Number.isFinite(at))
  return times.slice(-KEPT_MAX).sort((a, b) => a - b)
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT'
}
