import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { DiskFullError } from '@smacktalk/ports'
import { describe, expect, it } from 'vitest'
import { SpoolUnavailableError } from './errors.ts'
import type { Spool } from './spool.ts'
import { DAY_MS, drained, entries, numbersOf, span, spoolFolder } from './testing/numbered.ts'

/** Writes over a part of a closed file. */
function damage(path: string, from: number, length: number): void {
  const bytes = readFileSync(path)
  bytes.fill(0xa5, from, Math.min(bytes.length, from + length))
  writeFileSync(path, bytes)
}

/** Appends until it fails; gives back how many made it, and the failure. */
function filled(spool: Spool, perAppend: number): { count: number; failure: unknown } {
  let count = 0
  for (;;) {
    try {
      spool.append(entries(count + 1, count + perAppend), [])
      count += perAppend
    } catch (failure) {
      return { count, failure }
    }
  }
}

const asides = (directory: string): string[] =>
  readdirSync(directory).filter((name) => name.includes('.aside-'))

describe('a spool on a full disk', () => {
  it('refuses as a whole what does not fit, keeps the rest, and goes on when there is room', () => {
    const folder = spoolFolder()
    const spool = folder.open({ pageCountMax: 20 })
    const { count, failure } = filled(spool, 50)
    expect(failure).toBeInstanceOf(DiskFullError)
    expect(failure).toMatchObject({ retriable: true, hint: expect.stringContaining('dataDir') })
    expect(count).toBeGreaterThanOrEqual(500)
    expect(spool.entries).toBe(count)
    expect(() => spool.append(entries(1, 50), [])).toThrow(DiskFullError)
    expect(numbersOf(spool.read(300))).toEqual(span(1, 300))
    spool.taken([])
    spool.append(entries(count + 1, count + 50), [])
    expect(numbersOf(drained(spool))).toEqual(span(301, count + 50))
  })

  it('leaves no empty file when there is not even room for one', () => {
    const folder = spoolFolder()
    const spool = folder.open({ pageCountMax: 1 })
    expect(() => spool.append(entries(1, 1), [])).toThrow(DiskFullError)
    expect(readdirSync(folder.directory)).toEqual(['lock.db'])
  })
})

describe('a spool file that cannot be read', () => {
  it('is moved aside at a start, with a line that says where it is', () => {
    const folder = spoolFolder()
    const first = folder.open()
    first.append(entries(1, 100), [])
    first[Symbol.dispose]()
    damage(folder.path('one.sqlite'), 0, 100)
    const next = folder.open()
    expect(next.entries).toBe(0)
    expect(folder.said).toHaveLength(1)
    expect(folder.said[0]).toMatchObject({ level: 'error', message: expect.stringContaining('moved aside') })
    expect(folder.said[0]?.facts['aside']).toBe(folder.path(asides(folder.directory)[0]!))
    next.append(entries(1, 2), [])
    expect(numbersOf(drained(next))).toEqual([1, 2])
    expect(asides(folder.directory)).toHaveLength(1)
  })

  it('is moved aside when the damage is met; what it held is counted, and what waits behind it goes on', () => {
    const folder = spoolFolder()
    const [one, two] = [folder.open({ name: 'one' }), folder.open({ name: 'two' })]
    one.append(entries(1, 2_000), [])
    two.append(entries(2_001, 2_010), [])
    one[Symbol.dispose]()
    two[Symbol.dispose]()
    // In the middle: the tables' definitions and the newest entries are read when the file is opened.
    damage(folder.path('one.sqlite'), 8 * 16_384, 3 * 16_384)
    const next = folder.open()
    const got = numbersOf(drained(next))
    expect(got.slice(-10)).toEqual(span(2_001, 2_010))
    expect(got.slice(0, -10)).toEqual(span(1, got.length - 10))
    expect(next.unreadable).toBe(2_000 - (got.length - 10))
    expect(next.unreadable).toBeGreaterThan(0)
    expect(asides(folder.directory).length).toBeGreaterThan(0)
    expect(folder.said.filter(({ level }) => level === 'error')).toMatchObject([
      { facts: { records: next.unreadable, path: folder.path('one.sqlite') } },
    ])
  })

  it('is deleted once it is older than the log keeps texts', () => {
    const folder = spoolFolder()
    const first = folder.open()
    first.append(entries(1, 100), [])
    first[Symbol.dispose]()
    damage(folder.path('one.sqlite'), 0, 100)
    folder.open()[Symbol.dispose]()
    const aside = folder.path(asides(folder.directory)[0]!)
    utimesSync(aside, 1_800_000_000, 1_800_000_000)
    folder.advance(DAY_MS - 1)
    folder.open()
    expect(existsSync(aside)).toBe(true)
    folder.advance(2)
    folder.open()
    expect(existsSync(aside)).toBe(false)
    expect(folder.said.at(-1)).toMatchObject({ level: 'info', facts: { path: aside } })
  })

  it.each([
    ['of a newer version', 'PRAGMA user_version = 7', 'layout 7'],
    ['of another program', 'PRAGMA application_id = 5', 'not a spool'],
  ])('is left as it is when it is %s', (_what, change, why) => {
    const folder = spoolFolder()
    const first = folder.open()
    first.append(entries(1, 10), [])
    first[Symbol.dispose]()
    const database = new DatabaseSync(folder.path('one.sqlite'))
    database.exec(change)
    database.close()
    const next = folder.open()
    expect(next.entries).toBe(0)
    expect(folder.said).toMatchObject([
      { level: 'error', facts: { err: { message: expect.stringContaining(why) } } },
    ])
    next.append(entries(1, 1), [])
    expect(existsSync(folder.path('one-2.sqlite'))).toBe(true)
  })
})

describe('a spool folder that cannot be used', () => {
  it.each(['file', 'file/below'])('is named: %s', (place) => {
    const folder = spoolFolder()
    mkdirSync(folder.directory, { recursive: true })
    writeFileSync(folder.path('file'), '')
    const spool = folder.open({ directory: folder.path(place) })
    expect(() => spool.append(entries(1, 1), [])).toThrow(SpoolUnavailableError)
    expect(spool.entries).toBe(0)
  })

  it.runIf(existsSync('/proc/self'))('is named at once where none can be created', () => {
    const spool = spoolFolder().open({ directory: '/proc/smacktalk/some/where' })
    expect(() => spool.append(entries(1, 1), [])).toThrow(SpoolUnavailableError)
  })

  it.runIf(process.getuid?.() !== 0)('is named when nobody may write there', () => {
    const folder = spoolFolder()
    const first = folder.open()
    first.append(entries(1, 1), [])
    drained(first)
    chmodSync(folder.directory, 0o500)
    expect(() => first.append(entries(2, 2), [])).toThrow(SpoolUnavailableError)
    chmodSync(folder.directory, 0o700)
    first.append(entries(2, 2), [])
    expect(numbersOf(drained(first))).toEqual([2])
  })
})
