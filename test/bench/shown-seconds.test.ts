import type { Frame } from '@smacktalk/contract'
import { expect, test } from 'vitest'
import { ShownSeconds } from './shown-seconds.ts'

const IDS = new Map([['den', '1001']])

function shown(...frames: readonly [atMs: number, seconds: [number, number][]][]): ShownSeconds {
  const all = new ShownSeconds()
  for (const [atMs, seconds] of frames) {
    // Only this part of a frame is looked at.
    all.overview({ values: { secondsByChannel: { 1001: seconds } } } as unknown as Frame, atMs)
  }
  return all
}

test('a message is seen with the first frame that counts it', () => {
  const seen = shown([10_300, [[10, 1]]], [10_700, [[10, 3]]], [11_500, [[10, 3]]])
  const sent = new Map([['den', Float64Array.of(10_000, 10_100, 10_200)]])
  expect(seen.compare(sent, IDS)).toEqual({ latencies: [300, 600, 500], differences: [] })
})

test('a second that counts too few or too many is told', () => {
  const sent = new Map([['den', Float64Array.of(10_000, 11_000, 11_100)]])
  expect(shown([12_000, [[10, 1]]]).compare(sent, IDS).differences).toEqual([
    '1 seconds of den in the frames of the overview are wrong.',
  ])
  const tooMany: [number, number][] = [
    [10, 2],
    [11, 3],
  ]
  expect(shown([12_000, tooMany]).compare(sent, IDS).differences).toEqual([
    '2 seconds of den in the frames of the overview are wrong.',
  ])
})
