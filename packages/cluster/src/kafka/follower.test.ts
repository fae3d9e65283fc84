import { LogMismatchError } from '@smacktalk/ports'
import { expect, test } from 'vitest'
import { Follower } from './follower.ts'

const TOPIC = { name: 'views', partitions: 2, compacted: false }

function follower(from: 'start' | 'end'): Follower {
  const options = { topic: TOPIC, from, deliver() {}, caughtUp() {}, signal: new AbortController().signal }
  const extents = new Map([
    [0, { low: 5, end: 10 }],
    [1, { low: 0, end: 0 }],
  ])
  return new Follower(options, extents, () => {})
}

test('what retention has taken from a follower that was away is passed over, and counted', () => {
  const extents = new Map([
    [0, { low: 25, end: 40 }],
    [1, { low: 0, end: 3 }],
  ])
  expect(follower('end').goToRetained(extents)).toEqual([{ partition: 0, lost: 15 }])
  expect(follower('start').goToRetained(extents)).toEqual([{ partition: 0, lost: 20 }])
})

test('a log that ends before what a follower has seen is another log', () => {
  const extents = new Map([
    [0, { low: 0, end: 7 }],
    [1, { low: 0, end: 0 }],
  ])
  expect(() => follower('end').goToRetained(extents)).toThrow(LogMismatchError)
})
