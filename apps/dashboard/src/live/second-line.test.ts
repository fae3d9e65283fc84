import { RECENT_SECONDS } from '@smacktalk/contract'
import { expect, test } from 'vitest'
import {
  addSeconds,
  bucketSeconds,
  cutSeconds,
  EMPTY_LINE,
  newestSecond,
  settleTail,
  withSeconds,
} from './second-line.ts'

test('the first changes make a line from their oldest to their newest second', () => {
  const line = withSeconds(EMPTY_LINE, [
    [100, 4],
    [102, 6],
  ])
  expect(line).toEqual({ first: 100, values: [4, 0, 6] })
  expect(newestSecond(line)).toBe(102)
  expect(newestSecond(EMPTY_LINE)).toBeNull()
})

test('a change replaces its second and leaves the old line untouched', () => {
  const line = { first: 100, values: [1, 2, 3] }
  expect(withSeconds(line, [[101, 9]]).values).toEqual([1, 9, 3])
  expect(line.values).toEqual([1, 2, 3])
})

test('skipped seconds stay unknown after an unknown one and are zero after a known one', () => {
  expect(withSeconds({ first: 100, values: [1, null] }, [[104, 5]]).values).toEqual([1, null, null, null, 5])
  expect(withSeconds({ first: 100, values: [null, 1] }, [[103, 5]]).values).toEqual([null, 1, 0, 5])
})

test('seconds before the line lengthen it to the front, in any order', () => {
  const line = withSeconds({ first: 100, values: [1, null, 3] }, [
    [103, 4],
    [97, 9],
  ])
  expect(line).toEqual({ first: 97, values: [9, 0, 0, 1, null, 3, 4] })
})

test('only the newest ten minutes are kept, however far a change jumps', () => {
  const line = withSeconds({ first: 100, values: [1, 2, 3] }, [[100_000, 7]])
  expect(line.values).toHaveLength(RECENT_SECONDS)
  expect(newestSecond(line)).toBe(100_000)
  expect(withSeconds(line, [[5, 1]])).toEqual(line)
})

test('what is no second is left out', () => {
  const line = { first: 100, values: [1] }
  expect(
    withSeconds(line, [
      [Number.NaN, 1],
      [1.5, 2],
      [-4, 2],
    ]),
  ).toBe(line)
})

test('a cut has one value per second, known or not', () => {
  expect(cutSeconds({ first: 100, values: [1, null, 3] }, 99, 103, 0)).toEqual([0, 1, null, 3, 0])
})

test('seconds are added where they belong, with what lies outside left out', () => {
  const sums = [1, 1, 1]
  expect(addSeconds(sums, { first: 99, values: [5, 1, null, 3, 8] }, 100)).toBe(4)
  expect(sums).toEqual([2, 1, 4])
  expect(addSeconds(sums, { first: 101, values: [7] }, 100)).toBe(7)
  expect(sums).toEqual([2, 8, 4])
})

test('buckets add what is known', () => {
  expect(bucketSeconds([1, 2, null, null, null, 4], 2)).toEqual([3, null, 4])
})

test('an unknown second near the end counts as zero once a later one is known', () => {
  expect(settleTail([null, 1, null, 2, null], 4)).toEqual([null, 1, 0, 2, null])
  expect(settleTail([null, null, null, 2], 2)).toEqual([null, null, 0, 2])
})
