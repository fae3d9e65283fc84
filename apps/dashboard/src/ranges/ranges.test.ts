import { DAY_MS, HOUR_MS, MINUTE_MS, STEP_MS } from '@smacktalk/contract'
import { expect, test } from 'vitest'
import { RANGE_IDS, RANGES, rangeSpan, sumPieces, utcDaySoFar } from './ranges.ts'

const NOW = Date.UTC(2026, 10, 19, 20, 47, 12, 345)

test('a range is whole steps and its last step is the running one', () => {
  for (const id of RANGE_IDS) {
    const { from, to } = rangeSpan(id, NOW)
    expect(to - from).toBe(RANGES[id].spanMs)
    expect(from % RANGES[id].stepMs).toBe(0)
    expect(to - RANGES[id].stepMs).toBeLessThanOrEqual(NOW)
    expect(to).toBeGreaterThan(NOW)
  }
})

test('at the very start of a step that step is the running one', () => {
  const sharp = Date.UTC(2026, 10, 19, 20)
  expect(rangeSpan('1h', sharp).to).toBe(sharp + MINUTE_MS)
})

test('a drawn step holds a whole number of asked steps', () => {
  for (const id of RANGE_IDS) expect(RANGES[id].stepMs % STEP_MS[RANGES[id].ask]).toBe(0)
})

test('the day so far begins at midnight UTC and ends with the running hour', () => {
  expect(utcDaySoFar(NOW)).toEqual({ from: Date.UTC(2026, 10, 19), to: Date.UTC(2026, 10, 19, 21) })
})

test('a long ragged span is summed from minutes at its ends and hours between', () => {
  const from = Date.UTC(2026, 10, 18, 20, 50)
  const pieces = sumPieces({ from, to: from + DAY_MS })
  expect(pieces.map(({ step }) => step)).toEqual(['minute', 'hour', 'minute'])
  expect(pieces[0]?.from).toBe(from)
  expect(pieces.at(-1)?.to).toBe(from + DAY_MS)
  for (let index = 1; index < pieces.length; index++) expect(pieces[index]?.from).toBe(pieces[index - 1]?.to)
})

test('a span of whole hours needs no minutes, and an hour needs no hours', () => {
  const from = Date.UTC(2026, 10, 12)
  expect(sumPieces({ from, to: from + 7 * DAY_MS })).toEqual([{ from, to: from + 7 * DAY_MS, step: 'hour' }])
  expect(sumPieces({ from: from + MINUTE_MS, to: from + MINUTE_MS + HOUR_MS })).toHaveLength(1)
})
