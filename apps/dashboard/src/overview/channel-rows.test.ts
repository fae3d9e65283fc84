import type { ChannelState, ChannelSummary } from '@smacktalk/contract'
import { expect, test } from 'vitest'
import {
  namedLike,
  naturalSort,
  settledOrder,
  sortAfterClick,
  sortedChannels,
  stateCounts,
} from './channel-rows.ts'

function channel(
  name: string,
  messagesPerMinute: number | null,
  state: ChannelState = 'joined',
): ChannelSummary {
  return { name, messagesPerMinute, state, coverage: messagesPerMinute === null ? null : 1 } as ChannelSummary
}
const names = (channels: readonly ChannelSummary[]) => channels.map(({ name }) => name)
const some = [channel('b', 5), channel('d', null, 'queued'), channel('a', 5), channel('c', 9, 'lost')]

test('channels are sorted by rate with unknown ones last and equal ones by name', () => {
  expect(names(sortedChannels(some, { by: 'rate', descending: true }))).toEqual(['c', 'a', 'b', 'd'])
  expect(names(sortedChannels(some, { by: 'rate', descending: false }))).toEqual(['d', 'a', 'b', 'c'])
})

test('channels are sorted by how far they are above their usual, those without one last', () => {
  const usual = [
    { ...channel('a', 10), usual: 10 },
    { ...channel('b', 6), usual: 2 },
    { ...channel('c', 99), usual: null },
  ]
  expect(names(sortedChannels(usual, { by: 'usual', descending: true }))).toEqual(['b', 'a', 'c'])
  expect(naturalSort('usual')).toEqual({ by: 'usual', descending: true })
  expect(naturalSort('coverage')).toEqual({ by: 'coverage', descending: false })
})

test('pinned channels come first, sorted among themselves', () => {
  const sort = { by: 'rate', descending: true } as const
  expect(names(sortedChannels(some, sort, new Set(['d', 'b'])))).toEqual(['b', 'd', 'c', 'a'])
})

test('channels are found by a part of either name in any case', () => {
  const shown = [
    { ...channel('first_den', 1), displayName: '最初の巣' },
    { ...channel('b', 1), displayName: 'B' },
  ]
  expect(names(namedLike(shown, ' First '))).toEqual(['first_den'])
  expect(names(namedLike(shown, 'の巣'))).toEqual(['first_den'])
  expect(names(namedLike(shown, ''))).toEqual(['first_den', 'b'])
})

test('channels are sorted by name and by how much their state matters', () => {
  expect(names(sortedChannels(some, { by: 'name', descending: true }))).toEqual(['d', 'c', 'b', 'a'])
  expect(names(sortedChannels(some, { by: 'state', descending: false }))).toEqual(['c', 'd', 'a', 'b'])
})

test('a click turns a column round, and another column starts with its natural direction', () => {
  const byRate = { by: 'rate', descending: true } as const
  expect(sortAfterClick(byRate, 'rate')).toEqual({ by: 'rate', descending: false })
  expect(sortAfterClick(byRate, 'name')).toEqual({ by: 'name', descending: false })
  expect(sortAfterClick({ by: 'name', descending: false }, 'rate')).toEqual(byRate)
})

test('only states that occur are counted', () => {
  expect(stateCounts(some)).toEqual([
    { state: 'queued', count: 1 },
    { state: 'joined', count: 2 },
    { state: 'lost', count: 1 },
  ])
})

test('rows change places every three seconds at most', () => {
  const held = settledOrder(null, ['a', 'b'], 'rate', false, 0)
  expect(settledOrder(held, ['b', 'a'], 'rate', false, 2_999).names).toEqual(['a', 'b'])
  expect(settledOrder(held, ['b', 'a'], 'rate', false, 3_000).names).toEqual(['b', 'a'])
})

test('rows never change places under the pointer, new ones come last', () => {
  const held = settledOrder(null, ['a', 'b'], 'rate', false, 0)
  expect(settledOrder(held, ['b', 'a'], 'rate', true, 99_999).names).toEqual(['a', 'b'])
  expect(settledOrder(held, ['c', 'b', 'a'], 'rate', true, 99_999).names).toEqual(['a', 'b', 'c'])
})

test('another sort or filter orders at once, rows that left are gone at once', () => {
  const held = settledOrder(null, ['a', 'b'], 'rate', false, 0)
  expect(settledOrder(held, ['b', 'a'], 'name', true, 1).names).toEqual(['b', 'a'])
  expect(settledOrder(held, ['b'], 'rate', true, 1).names).toEqual(['b'])
  expect(settledOrder(held, ['c', 'a', 'b'], 'rate', false, 1).names).toEqual(['c', 'a', 'b'])
})
