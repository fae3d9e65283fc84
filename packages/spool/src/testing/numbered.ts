/** Entries that carry a number, and a spool in a folder of the test's own. */
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { temporaryFolder } from '../../../../test/support/temporary-folder.ts'
import { Spool, type SpoolOptions } from '../spool.ts'
import type { Loss, SpoolEntry } from '../spool-entry.ts'

export const DAY_MS = 86_400_000
const NOW = 1_800_000_000_000

export function entry(number: number, change: Partial<SpoolEntry> = {}, valueBytes = 100): SpoolEntry {
  const value = Buffer.alloc(valueBytes, `${number};text of a person;`)
  return { key: '11', login: 'a', kind: 'chat', from: number, to: number + 1, value, ...change }
}

export function entries(first: number, last: number, valueBytes = 100): SpoolEntry[] {
  return Array.from({ length: last - first + 1 }, (_, index) => entry(first + index, {}, valueBytes))
}

export function numbersOf(list: readonly { readonly from: number }[]): number[] {
  return list.map(({ from }) => from)
}

export function span(first: number, last: number): number[] {
  return Array.from({ length: last - first + 1 }, (_, index) => first + index)
}

export function loss(key: string, opened: number, to: number): Loss {
  return { key, opened, login: 'a', ingestor: 'one', cause: 'spool full', from: opened, to }
}

export interface Line {
  readonly level: 'info' | 'warn' | 'error'
  readonly message: string
  readonly facts: Readonly<Record<string, unknown>>
}

/** A folder that the test's spools share, and what they said. */
export function spoolFolder() {
  const folder = temporaryFolder()
  const opened: Spool[] = []
  onTestFinished(() => {
    for (const spool of opened) spool[Symbol.dispose]()
    folder[Symbol.dispose]()
  })
  const directory = join(folder.path, 'data', 'spool')
  const said: Line[] = []
  const log =
    (level: Line['level']) =>
    (message: string, facts: Line['facts'] = {}) => {
      said.push({ level, message, facts })
    }
  let now = NOW
  return {
    directory,
    said,
    spools: (): readonly Spool[] => opened,
    path: (name: string) => join(directory, name),
    advance: (ms: number) => {
      now += ms
    },
    open(options: Partial<SpoolOptions> = {}): Spool {
      const clock = { now: () => now, sleep: () => Promise.resolve() }
      const logger = { info: log('info'), warn: log('warn'), error: log('error') }
      const spool = new Spool({ directory, name: 'one', clock, logger, asideKeptMs: DAY_MS, ...options })
      opened.push(spool)
      return spool
    },
  }
}

/** Takes everything out, as a log would. */
export function drained(spool: Spool): SpoolEntry[] {
  const all: SpoolEntry[] = []
  for (let some = spool.read(100); some.length > 0; some = spool.read(100)) {
    all.push(...some)
    spool.taken([])
  }
  return all
}
