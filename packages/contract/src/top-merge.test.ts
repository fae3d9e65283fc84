import { describe, expect, it } from 'vitest'
import type { TopEntry } from './top-entries.ts'
import { byRank, TopList } from './top-list.ts'
import { firstByRank, mergeTops, TopMerge } from './top-merge.ts'

function listOf(capacity: number, ...uses: readonly (readonly [string, number])[]) {
  const list = new TopList(capacity)
  for (const [key, count] of uses) list.add(key, `${key} of ${capacity}`, count)
  return structuredClone(list.toStored())
}

const places = (entries: readonly TopEntry[]) =>
  entries.map(({ key, count, error }) => `${key} ${count} (${error})`)

describe('merged top lists', () => {
  it('are sums with the newest labels', () => {
    const merged = mergeTops([listOf(9, ['a', 2], ['b', 5]), listOf(8, ['a', 4])])
    expect(places(merged.entries)).toEqual(['a 6 (0)', 'b 5 (0)'])
    expect(merged.entries.map(({ label }) => label)).toEqual(['a of 8', 'b of 9'])
    expect(merged.approximate).toBe(false)
  })

  it('allow what a full list does not name as many as its smallest', () => {
    // c takes over the 2 of a.
    const full = listOf(2, ['a', 2], ['b', 5], ['c', 1])
    for (const lists of [
      [full, listOf(9, ['d', 1], ['b', 1])],
      [listOf(9, ['d', 1], ['b', 1]), full],
    ]) {
      const merged = mergeTops(lists)
      expect(places(merged.entries)).toEqual(['b 6 (0)', 'd 4 (3)', 'c 3 (2)'])
      expect(merged.approximate).toBe(true)
    }
  })

  it('do not change when they are read or the stored lists are used again', () => {
    const full = listOf(1, ['a', 2], ['b', 5])
    const merge = new TopMerge()
    merge.add(full)
    merge.add(listOf(1, ['c', 1], ['d', 1]))
    const once = [...merge.entries()]
    expect([...merge.entries()]).toEqual(once)
    expect(full).toEqual(listOf(1, ['a', 2], ['b', 5]))
  })
})

describe('the first by rank', () => {
  it('are those that come first when all are sorted', () => {
    const entries = Array.from({ length: 60 }, (_, index) => {
      const count = (index * 37) % 11
      return { key: `k${(index * 53) % 60}`, label: '', count, messages: count, error: 0 }
    })
    const sorted = entries.toSorted(byRank)
    for (const count of [0, 1, 7, 59, 60, 100]) {
      expect(firstByRank(entries, count)).toEqual(sorted.slice(0, count))
    }
  })
})
