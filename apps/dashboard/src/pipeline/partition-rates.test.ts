import { expect, test } from 'vitest'
import { type LogEnds, ratesOf, sumKnown, withEnds } from './partition-rates.ts'

const fold = (answers: readonly LogEnds[]): LogEnds[] =>
  answers.reduce<LogEnds[]>((kept, answer) => withEnds(kept, answer), [])

test('a rate is what the log grew by over the time between the oldest and the newest answer kept', () => {
  const kept = fold([
    { at: 1_000, ends: [10, 0] },
    { at: 2_000, ends: [30, 0] },
    { at: 5_000, ends: [90, 4] },
  ])
  expect(ratesOf(kept)).toEqual([20, 1])
})

test('one answer, or two that are almost one, say nothing', () => {
  expect(ratesOf([])).toEqual([])
  expect(ratesOf(fold([{ at: 1, ends: [5] }]))).toEqual([null])
  expect(
    ratesOf(
      fold([
        { at: 1, ends: [5] },
        { at: 500, ends: [50] },
      ]),
    ),
  ).toEqual([null])
})

test('only the last ten seconds count, and few answers are kept however long the page is open', () => {
  const answers = Array.from({ length: 500 }, (_, index) => ({ at: index * 1_000, ends: [index * index] }))
  const kept = fold(answers)
  expect(kept).toHaveLength(11)
  expect(ratesOf(kept)).toEqual([(499 ** 2 - 489 ** 2) / 10])
})

test('a time in which the log did not answer is bridged by what was known before, or unknown', () => {
  const kept = fold([
    { at: 0, ends: [10, null] },
    { at: 1_000, ends: [null, null] },
    { at: 2_000, ends: [50, 7] },
  ])
  expect(ratesOf(kept)).toEqual([20, null])
  expect(ratesOf(withEnds(kept, { at: 3_000, ends: [null, 8] }))).toEqual([null, 1])
})

test('an answer that came again, or out of order, changes nothing', () => {
  const kept = fold([{ at: 1_000, ends: [1] }])
  expect(withEnds(kept, { at: 1_000, ends: [9] })).toEqual(kept)
  expect(withEnds(kept, { at: 900, ends: [9] })).toEqual(kept)
})

test('a log that was made anew has no negative rate', () => {
  expect(
    ratesOf(
      fold([
        { at: 0, ends: [100] },
        { at: 2_000, ends: [3] },
      ]),
    ),
  ).toEqual([0])
})

test('a sum of nothing known is not known', () => {
  expect(sumKnown([null, null])).toBeNull()
  expect(sumKnown([null, 2, 3])).toBe(5)
})
