import {
  byRank,
  compareCodePoints,
  mergeTops,
  type TopEntries,
  type TopEntry,
  TopList,
} from '@smacktalk/contract'
import { encodeRow } from '@smacktalk/wire'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Random } from '../support/random.ts'

const SEED = Number(process.env['SMACKTALK_TEST_SEED'] ?? 20_260_105)
const RUNS = Number(process.env['SMACKTALK_TEST_RUNS'] ?? 300)
const run = { seed: SEED, numRuns: RUNS }
console.info(`top lists: seed ${SEED}, ${RUNS} streams a property`)

interface Use {
  readonly key: string
  readonly count: number
}

/** A few keys often and many rarely: the n-th key has a weight of 1/n^skew. */
function zipf(seed: number, keys: number, length: number, skew: number, countMax: number): Use[] {
  const random = new Random(seed)
  let sum = 0
  const sums = Array.from({ length: keys }, (_, rank) => {
    sum += 1 / (rank + 1) ** skew
    return sum
  })
  return Array.from({ length }, () => {
    const at = random.next() * sum
    let [low, high] = [0, keys - 1]
    while (low < high) {
      const middle = Math.floor((low + high) / 2)
      if (sums[middle]! > at) high = middle
      else low = middle + 1
    }
    return { key: `key-${low}`, count: random.between(1, countMax) }
  })
}

const streams: fc.Arbitrary<Use[]> = fc
  .record({
    seed: fc.nat(),
    keys: fc.integer({ min: 1, max: 60 }),
    length: fc.nat({ max: 300 }),
    skew: fc.constantFrom(0, 0.8, 1, 1.5),
    countMax: fc.constantFrom(1, 1, 5),
  })
  .map(({ seed, keys, length, skew, countMax }) => zipf(seed, keys, length, skew, countMax))
const capacities = fc.integer({ min: 1, max: 20 })

function listOf(uses: readonly Use[], capacity: number): TopList {
  const list = new TopList(capacity)
  for (const { key, count } of uses) list.add(key, key, count)
  return list
}

function trueCounts(uses: readonly Use[]): Map<string, number> {
  const counts = new Map<string, number>()
  for (const { key, count } of uses) counts.set(key, (counts.get(key) ?? 0) + count)
  return counts
}

const bytesOf = (list: TopEntries): string => Buffer.from(encodeRow('top', { list })).toString('hex')

function expectBounds(entries: readonly TopEntry[], counts: ReadonlyMap<string, number>): void {
  for (const { key, count, error } of entries) {
    const exact = counts.get(key) ?? 0
    expect(exact, `${key} of at most ${count}`).toBeLessThanOrEqual(count)
    expect(exact, `${key} of at least ${count} - ${error}`).toBeGreaterThanOrEqual(count - error)
  }
}

function expectSound(uses: readonly Use[], capacity: number): void {
  const counts = trueCounts(uses)
  const { entries, approximate } = listOf(uses, capacity).toStored()
  expect(entries.length).toBe(Math.min(counts.size, capacity))
  expect(approximate).toBe(counts.size > capacity)
  expectBounds(entries, counts)
  const total = uses.reduce((sum, { count }) => sum + count, 0)
  expect(entries.reduce((sum, { count }) => sum + count, 0)).toBe(total)
  const named = new Set(entries.map(({ key }) => key))
  for (const [key, count] of counts) {
    if (count > total / capacity) expect(named, `${key} with ${count} of ${total}`).toContain(key)
  }
}

describe('a top list', () => {
  it('bounds every count and names every frequent key, far beyond its capacity', () => {
    for (const skew of [0, 0.7, 1, 1.3]) {
      const uses = zipf(SEED, 20_000, 60_000, skew, 3)
      expect(trueCounts(uses).size).toBeGreaterThan(1_000)
      expectSound(uses, 1_000)
    }
  })

  it('bounds every count and names every frequent key of any stream', () => {
    fc.assert(fc.property(streams, capacities, expectSound), run)
  })

  it('is exact up to its capacity, messages beside occurrences', () => {
    fc.assert(
      fc.property(streams, (uses) => {
        const counts = trueCounts(uses)
        const { entries, approximate } = listOf(uses, Math.max(1, counts.size)).toStored()
        expect(approximate).toBe(false)
        const expected = [...counts]
          .sort(([a], [b]) => compareCodePoints(a, b))
          .map(([key, count]) => ({
            key,
            label: key,
            count,
            messages: uses.filter((use) => use.key === key).length,
            error: 0,
          }))
        expect(entries).toEqual(expected)
      }),
      run,
    )
  })

  it('goes on from its stored form to the same bytes, wherever it is cut', () => {
    fc.assert(
      fc.property(
        streams,
        capacities,
        fc.array(fc.nat({ max: 300 }), { maxLength: 8 }),
        (uses, capacity, at) => {
          let list = new TopList(capacity)
          uses.forEach(({ key, count }, index) => {
            if (at.includes(index)) list = new TopList(capacity, list.toStored())
            list.add(key, key, count)
          })
          expect(bytesOf(list.toStored())).toBe(bytesOf(listOf(uses, capacity).toStored()))
        },
      ),
      run,
    )
  })

  it('is at every step the one restored at every step', () => {
    fc.assert(
      fc.property(streams, capacities, (uses, capacity) => {
        const whole = new TopList(capacity)
        let stored = whole.toStored()
        for (const { key, count } of uses) {
          whole.add(key, key, count)
          const restored = new TopList(capacity, stored)
          restored.add(key, key, count)
          stored = restored.toStored()
          expect(stored).toEqual(whole.toStored())
        }
      }),
      { ...run, numRuns: Math.ceil(RUNS / 6) },
    )
  })

  it('does not change when it is stored, nor when what was stored changes', () => {
    const list = listOf(zipf(SEED, 30, 200, 1, 2), 10)
    const stored = list.toStored()
    const before = bytesOf(stored)
    for (const entry of stored.entries) entry.count = 0
    expect(bytesOf(list.toStored())).toBe(before)
    const copy = list.toStored()
    new TopList(10, copy).add('another', '', 1)
    expect(bytesOf(copy)).toBe(before)
  })
})

/** Numbers of a merged list; which label wins depends on the order of the lists, and may. */
const numbersOf = ({ entries, approximate }: ReturnType<typeof mergeTops>) => ({
  approximate,
  entries: entries.map(({ label: _, ...numbers }) => numbers),
})

type Three = [TopEntries, TopEntries, TopEntries]

describe('merged top lists', () => {
  const parts = fc.array(fc.tuple(streams, capacities), { minLength: 1, maxLength: 5 })

  it('bound the sum of the spans and come in order of rank', () => {
    fc.assert(
      fc.property(parts, (list) => {
        const merged = mergeTops(list.map(([uses, capacity]) => listOf(uses, capacity).toStored()))
        expectBounds(merged.entries, trueCounts(list.flatMap(([uses]) => uses)))
        expect(merged.entries).toEqual([...merged.entries].sort(byRank))
        expect(merged.approximate).toBe(list.some(([uses, capacity]) => trueCounts(uses).size > capacity))
      }),
      run,
    )
  })

  it('are exact when every part is', () => {
    fc.assert(
      fc.property(fc.array(streams, { maxLength: 5 }), (list) => {
        const merged = mergeTops(list.map((uses) => listOf(uses, 100).toStored()))
        const counts = new Map(merged.entries.map(({ key, count }) => [key, count]))
        expect(counts).toEqual(trueCounts(list.flat()))
        expect(merged.entries.every(({ error }) => error === 0)).toBe(true)
      }),
      run,
    )
  })

  it('have the same numbers in whatever order the parts come', () => {
    fc.assert(
      fc.property(parts, fc.array(fc.nat(), { minLength: 5, maxLength: 5 }), (list, ranks) => {
        const stored = list.map(([uses, capacity]) => listOf(uses, capacity).toStored())
        const shuffled = stored
          .map((part, index) => ({ part, rank: ranks[index] ?? 0 }))
          .sort((a, b) => a.rank - b.rank)
          .map(({ part }) => part)
        expect(numbersOf(mergeTops(shuffled))).toEqual(numbersOf(mergeTops(stored)))
      }),
      run,
    )
  })

  it('have the same numbers in whatever groups they are merged, while they are exact', () => {
    fc.assert(
      fc.property(fc.tuple(streams, streams, streams), (list) => {
        const [a, b, c] = list.map((uses) => listOf(uses, 100).toStored()) as Three
        const whole = numbersOf(mergeTops([a, b, c]))
        expect(numbersOf(mergeTops([mergeTops([a, b]), c]))).toEqual(whole)
        expect(numbersOf(mergeTops([a, mergeTops([b, c])]))).toEqual(whole)
      }),
      run,
    )
  })

  it('still bound the sums when they are merged again', () => {
    fc.assert(
      fc.property(fc.tuple(streams, streams, streams), capacities, (list, capacity) => {
        const [a, b, c] = list.map((uses) => listOf(uses, capacity).toStored()) as Three
        expectBounds(mergeTops([mergeTops([a, b]), c]).entries, trueCounts(list.flat()))
      }),
      run,
    )
  })
})

describe('the order of top lists', () => {
  it('is by count descending, then by code point, also where UTF-16 has another order', () => {
    const entry = (key: string, count: number): TopEntry => ({ key, label: '', count, messages: 1, error: 0 })
    const list = ['🦦', '\uffff', 'b', 'a', '\ue000', '𝔤', 'ab'].map((key) => entry(key, 3))
    const ranked = [entry('z', 4), ...list, entry('0', 2)].sort(byRank).map(({ key }) => key)
    expect(ranked).toEqual(['z', 'a', 'ab', 'b', '\ue000', '\uffff', '𝔤', '🦦', '0'])
    const stored = new TopList(10)
    for (const { key } of list) stored.add(key, '', 1)
    expect(stored.toStored().entries.map(({ key }) => key)).toEqual([
      ...['a', 'ab', 'b', '\ue000', '\uffff', '𝔤', '🦦'],
    ])
  })

  it('compares any two strings as their lists of code points', () => {
    const pieces = fc.constantFrom('a', 'b', '\ud7ff', '\ue000', '\uffff', '\u{10000}', '🦦', '\u{10ffff}')
    const strings = fc.array(pieces, { maxLength: 4 }).map((list) => list.join(''))
    fc.assert(
      fc.property(strings, strings, (a, b) => {
        expect(Math.sign(compareCodePoints(a, b))).toBe(naiveOrder(a, b))
      }),
      { ...run, numRuns: RUNS * 5 },
    )
  })
})

function naiveOrder(a: string, b: string): number {
  const [left, right] = [[...a], [...b]].map((list) => list.map((each) => each.codePointAt(0) ?? 0)) as [
    number[],
    number[],
  ]
  for (let index = 0; index < Math.min(left.length, right.length); index++) {
    const difference = left[index]! - right[index]!
    if (difference !== 0) return Math.sign(difference)
  }
  return Math.sign(left.length - right.length)
}
