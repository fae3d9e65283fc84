import { MINUTE_MS } from '@smacktalk/contract'
import { expect, test } from 'vitest'
import { meanKnown, sumIntoSteps, sumKnown } from './aggregate.ts'

const FROM = Date.UTC(2026, 10, 19, 20)
const minutes = (values: (number | null)[]) =>
  values.map((value, index) => ({ at: FROM + index * MINUTE_MS, value }))
const span = (count: number) => ({ from: FROM, to: FROM + count * MINUTE_MS })

test('five minutes add up to one step', () => {
  const values = [1, 2, 3, 4, 5, 10, 10, 10, 10, 10]
  expect(sumIntoSteps(minutes(values), span(10), 5 * MINUTE_MS)).toEqual([15, 50])
})

test('unknown minutes are left out of a step that knows others', () => {
  expect(sumIntoSteps(minutes([null, 2, null, 4, null]), span(5), 5 * MINUTE_MS)).toEqual([6])
})

test('a step of unknown minutes stays unknown and is not zero', () => {
  const values = [null, null, null, null, null, 0, null, null, null, null]
  expect(sumIntoSteps(minutes(values), span(10), 5 * MINUTE_MS)).toEqual([null, 0])
})

test('minutes that are missing from the answer are unknown', () => {
  expect(sumIntoSteps([], span(10), 5 * MINUTE_MS)).toEqual([null, null])
})

test('minutes outside the span are left out', () => {
  const samples = [
    { at: FROM - 1, value: 7 },
    { at: FROM + 5 * MINUTE_MS, value: 9 },
  ]
  expect(sumIntoSteps(samples, span(5), 5 * MINUTE_MS)).toEqual([null])
})

test('sums and means know only what is known', () => {
  expect(sumKnown([null, 1, null, 2])).toBe(3)
  expect(sumKnown([null])).toBeNull()
  expect(meanKnown([null, 1, 3])).toBe(2)
  expect(meanKnown([])).toBeNull()
})
