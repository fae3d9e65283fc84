import { emptyPoint, MINUTE_MS } from '@smacktalk/contract'
import { expect, test } from 'vitest'
import { figureLine } from './figure-line.ts'

const FROM = Date.UTC(2026, 2, 1)
const STEP_MS = 2 * MINUTE_MS
/** Within the third step. */
const NOW = FROM + 3 * STEP_MS - 1

/** Minutes of a range of three drawn steps, the last of which is still counting. */
const answer = (...minutes: Record<string, number | null>[]) => ({
  from: new Date(FROM).toISOString(),
  to: new Date(FROM + 3 * STEP_MS).toISOString(),
  points: minutes.map((numbers, index) => ({
    ...emptyPoint(FROM + index * MINUTE_MS, MINUTE_MS),
    ...numbers,
  })),
})

test('a line sums its names over a drawn step and leaves out the one that is still counting', () => {
  const range = answer({ subs: 1, gifts: 2 }, { subs: 3, gifts: 4 }, { subs: 5, gifts: 0 })
  expect(figureLine(range, STEP_MS, { by: 'sum', names: ['subs', 'gifts'] }, NOW)).toEqual([10, 5])
})

test('a line of a range that is over has all its steps', () => {
  const range = answer({ subs: 1 }, { subs: 3 }, { subs: 5 }, {}, { subs: 2 })
  const line = { by: 'sum', names: ['subs'] } as const
  expect(figureLine(range, STEP_MS, line, NOW + 1)).toEqual([4, 5, 2])
})

test('what is distinct is drawn as the mean of its points, because sums would count people twice', () => {
  const range = answer({ chatters: 10 }, { chatters: 20 }, { chatters: null }, { chatters: 7 })
  expect(figureLine(range, STEP_MS, { by: 'mean', names: ['chatters'] }, NOW)).toEqual([15, 7])
})

test('a peak is drawn as the highest of its points', () => {
  const range = answer({ peakPerSecond: 3 }, { peakPerSecond: 9 }, { peakPerSecond: 2 })
  expect(figureLine(range, STEP_MS, { by: 'highest', names: ['peakPerSecond'] }, NOW)).toEqual([9, 2])
})

test('a mean over messages is unknown where there are none', () => {
  const range = answer(
    { characters: 30, messages: 2 },
    { characters: 10, messages: 2 },
    { characters: 0, messages: 0 },
  )
  expect(figureLine(range, STEP_MS, { by: 'ratio', names: ['characters', 'messages'] }, NOW)).toEqual([
    10,
    null,
  ])
})
