import { existsSync, readdirSync, statSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import type { EntryHead, SpoolEntry } from './spool-entry.ts'
import { spooledBytes } from './spool-entry.ts'
import { drained, entries, entry, loss, numbersOf, span, spoolFolder } from './testing/numbered.ts'

/** Lets go without losses, and keeps what went. */
function goner() {
  const gone: EntryHead[] = []
  const going = (heads: readonly EntryHead[]) => ({ losses: [], gone: () => void gone.push(...heads) })
  return { gone, going }
}

const bytesOf = (list: readonly SpoolEntry[]): number => list.reduce((sum, one) => sum + spooledBytes(one), 0)

describe('a spool', () => {
  it('touches no disk until something waits', () => {
    const folder = spoolFolder()
    const spool = folder.open()
    expect(spool.read(10)).toEqual([])
    spool.taken([])
    spool.tidy()
    expect(existsSync(folder.directory)).toBe(false)
  })

  it('gives back what it got, whole and in order', () => {
    const spool = spoolFolder().open()
    const all = [
      ...entries(1, 150),
      entry(151, { kind: 'settings' }),
      entry(152, { kind: 'coverage', from: 152, to: 900 }),
      entry(153, { key: '0', login: '', value: new Uint8Array(0) }),
    ]
    spool.append(all.slice(0, 100), [])
    spool.append(all.slice(100), [])
    expect([spool.entries, spool.bytes]).toEqual([153, bytesOf(all)])
    const got = drained(spool).map(({ value, ...head }) => ({ ...head, value: Buffer.from(value) }))
    expect(got).toEqual(all.map(({ value, ...head }) => ({ ...head, value: Buffer.from(value) })))
    expect([spool.entries, spool.bytes]).toEqual([0, 0])
  })

  it('reads the same again until it is told that the log has it', () => {
    const spool = spoolFolder().open()
    spool.append(entries(1, 10), [])
    expect(numbersOf(spool.read(4))).toEqual([1, 2, 3, 4])
    expect(numbersOf(spool.read(4))).toEqual([1, 2, 3, 4])
    spool.taken([])
    expect(numbersOf(spool.read(4))).toEqual([5, 6, 7, 8])
  })

  it('keeps texts from other accounts, and leaves no file when everything is taken', () => {
    const folder = spoolFolder()
    const spool = folder.open({ name: 'ingest a/1' })
    spool.append(entries(1, 5), [])
    expect(statSync(folder.directory).mode & 0o777).toBe(0o700)
    const names = readdirSync(folder.directory).filter((name) => name.startsWith('ingest_a_1.sqlite'))
    expect(names.length).toBeGreaterThan(0)
    for (const name of names) expect(statSync(folder.path(name)).mode & 0o777).toBe(0o600)
    drained(spool)
    expect(readdirSync(folder.directory)).toEqual(['lock.db'])
    spool.append(entries(6, 7), [])
    expect(numbersOf(drained(spool))).toEqual([6, 7])
  })

  it('is taken over by the next process, which goes on where the log stood', () => {
    const folder = spoolFolder()
    const first = folder.open()
    first.append(entries(1, 10), [])
    first.read(3)
    first.taken([])
    first.read(3)
    first[Symbol.dispose]()
    const second = folder.open({ name: 'two' })
    second.append(entries(11, 12), [])
    expect(second.entries).toBe(9)
    expect(numbersOf(drained(second))).toEqual(span(4, 12))
    expect(readdirSync(folder.directory)).toEqual(['lock.db'])
  })

  it('is never shared: a file that is held is left alone, and one of the same name gets a number', () => {
    const folder = spoolFolder()
    const first = folder.open()
    first.append(entries(1, 3), [])
    const second = folder.open()
    expect(second.entries).toBe(0)
    second.append(entries(4, 6), [])
    expect(existsSync(folder.path('one-2.sqlite'))).toBe(true)
    expect(numbersOf(drained(first))).toEqual([1, 2, 3])
    expect(numbersOf(drained(second))).toEqual([4, 5, 6])
    expect(folder.said).toEqual([])
  })

  it('takes over several files, the one with the oldest records first', () => {
    const folder = spoolFolder()
    const [one, two] = [folder.open({ name: 'one' }), folder.open({ name: 'two' })]
    one.append(entries(50, 60), [])
    two.append(entries(1, 10), [])
    one[Symbol.dispose]()
    two[Symbol.dispose]()
    const next = folder.open({ name: 'three' })
    next.append(entries(61, 65), [])
    expect(numbersOf(drained(next))).toEqual([...span(1, 10), ...span(50, 65)])
  })

  it('lets the oldest go to make room, but neither settings nor what is in flight', () => {
    const all = [entry(1), entry(2, { kind: 'settings' }), ...entries(3, 20)]
    const spool = spoolFolder().open({ bytesMax: bytesOf(all) })
    const { gone, going } = goner()
    spool.append(all, [])
    spool.makeRoom(0, going)
    expect(gone).toEqual([])
    spool.makeRoom(1, going)
    expect(numbersOf(gone)).toEqual([1])
    spool.read(3)
    const more = entries(21, 25)
    spool.makeRoom(bytesOf(more), going)
    spool.append(more, [])
    expect(numbersOf(gone)).toEqual([1, 5, 6, 7, 8])
    expect(numbersOf(drained(spool))).toEqual([2, 3, 4, ...span(9, 25)])
  })

  it('lets go of what is too old, over all its files', () => {
    const folder = spoolFolder()
    folder.open().append(entries(1, 5_000), [])
    folder.open({ name: 'two' }).append(entries(5_001, 5_010), [])
    const { gone, going } = goner()
    const [first, second] = folder.spools()
    first!.letGoBefore(3_001, going)
    expect(numbersOf(gone)).toEqual(span(1, 3_000))
    first!.letGoBefore(9_000, going)
    expect(numbersOf(gone)).toEqual(span(1, 5_000))
    expect([first!.entries, second!.entries]).toEqual([0, 10])
  })

  it('keeps the losses that the log does not know of, also when the file they stood in is gone', () => {
    const folder = spoolFolder()
    const [one, two] = [folder.open({ name: 'one' }), folder.open({ name: 'two' })]
    one.append(entries(1, 10), [loss('11', 5, 6), loss('12', 5, 9)])
    two.append(entries(11, 20), [])
    one[Symbol.dispose]()
    two[Symbol.dispose]()
    const next = folder.open()
    expect(next.losses()).toEqual([loss('11', 5, 6), loss('12', 5, 9)])
    expect(numbersOf(next.read(10))).toEqual(span(1, 10))
    next.taken([loss('11', 5, 6)])
    expect(existsSync(folder.path('one.sqlite'))).toBe(false)
    next[Symbol.dispose]()
    expect(folder.open().losses()).toEqual([loss('12', 5, 9)])
  })

  it('forgets a loss that the log knows of', () => {
    const folder = spoolFolder()
    const first = folder.open()
    first.append(entries(1, 10), [loss('11', 1, 2), loss('12', 1, 2)])
    first.read(5)
    first.taken([loss('12', 1, 2)])
    first[Symbol.dispose]()
    expect(folder.open().losses()).toEqual([loss('11', 1, 2)])
  })
})
