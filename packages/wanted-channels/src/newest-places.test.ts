import { expect, test } from 'vitest'
import { NewestPlaces } from './newest-places.ts'

test('of a key in two partitions what was appended last is the newest, whichever is read first', () => {
  const old = { key: 'a', partition: 0, appendMs: 1_000 }
  const renewed = { key: 'a', partition: 5, appendMs: 2_000 }
  const places = new NewestPlaces()
  expect([places.isNewest(old), places.isNewest(renewed)]).toEqual([true, true])
  places.clear()
  expect([places.isNewest(renewed), places.isNewest(old)]).toEqual([true, false])
})

test('within a partition the order decides, though the clock of the log steps back', () => {
  const places = new NewestPlaces()
  expect(places.isNewest({ key: 'a', partition: 5, appendMs: 2_000 })).toBe(true)
  expect(places.isNewest({ key: 'a', partition: 5, appendMs: 1_000 })).toBe(true)
})
