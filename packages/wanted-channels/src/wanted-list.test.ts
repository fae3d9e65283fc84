import { describe, expect, it } from 'vitest'
import { configHash, WantedList } from './wanted-list.ts'

describe('the wanted list', () => {
  it('says whether a record changed anything, so that one heard twice is told once', () => {
    const list = new WantedList()
    const added = list.adding('a', 'runtime', 1)
    if (added === null || typeof added === 'string') throw new Error('not added')
    expect(list.put(added)).toBe(true)
    expect(list.put({ ...added })).toBe(false)
    expect(list.put({ ...added, wanted: false })).toBe(true)
  })

  it('forgets channels that left long ago, and never a wanted one', () => {
    const list = new WantedList()
    const channel = { wanted: true, origin: 'runtime', addedAt: 1, slot: 3, removedUnder: null }
    list.put({ ...channel, login: 'kept' })
    for (let index = 0; index < 10_000; index++) list.put({ ...channel, login: `c${index}`, wanted: false })
    expect(list.get('kept')?.wanted).toBe(true)
    expect(list.get('c0')).toBeUndefined()
    expect(list.get('c9999')).toBeDefined()
  })
})

describe('the hash of the configured list', () => {
  it('knows the list in any order and with repeats', () => {
    expect(configHash(['b', 'a', 'b'])).toBe(configHash(['a', 'b']))
    expect(configHash(['a'])).not.toBe(configHash(['a', 'b']))
  })
})
