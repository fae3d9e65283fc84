import { MINUTE_MS } from '@smacktalk/contract'
import { expect, test } from 'vitest'
import { minutesAround } from './minutes-around.ts'

const FROM = Date.UTC(2026, 2, 1)
const minutes = (values: (number | null)[]) =>
  values.map((value, index) => ({ at: FROM + index * MINUTE_MS, value }))
const counting = Array.from({ length: 60 }, (_, index) => index)

test('a moment is drawn with ten minutes before its peak and eight after', () => {
  expect(minutesAround(minutes(counting), FROM + 30.5 * MINUTE_MS)).toEqual(counting.slice(20, 39))
})

test('at the edges of what is known the line is shorter, and a gap within stays a gap', () => {
  expect(minutesAround(minutes([5, null, 7]), FROM + MINUTE_MS)).toEqual([5, null, 7])
})

test('of unknown minutes there is no line', () => {
  expect(minutesAround([], FROM)).toEqual([])
  expect(minutesAround(minutes([1, 2, 3]), FROM - 60 * MINUTE_MS)).toEqual([])
})
