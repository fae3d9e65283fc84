import { DAY_MS, HOUR_MS, MINUTE_MS, STEP_MS } from '@smacktalk/contract'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  CUSTOM_MAX_MS,
  CUSTOM_MIN_MS,
  customRange,
  panned,
  RANGE_IDS,
  RANGES,
  sumPieces,
  utcDaySoFar,
} from './ranges.ts'

const NOW = Date.UTC(2026, 10, 19, 20, 47, 12, 345)

test('a range is whole steps and its last step is the running one', () => {
  for (const id of RANGE_IDS) {
    const { from, to } = RANGES[id].span(NOW)
    expect((to - from) / RANGES[id].stepMs).toBeGreaterThanOrEqual(60)
    expect((to - from) / RANGES[id].stepMs).toBeLessThanOrEqual(700)
    expect(from % RANGES[id].stepMs).toBe(0)
    expect(to - RANGES[id].stepMs).toBeLessThanOrEqual(NOW)
    expect(to).toBeGreaterThan(NOW)
  }
})

test('at the very start of a step that step is the running one', () => {
  const sharp = Date.UTC(2026, 10, 19, 20)
  expect(RANGES['1h'].span(sharp).to).toBe(sharp + MINUTE_MS)
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

test('a custom range covers what was asked for in whole steps, at most 700 of them and never finer than minutes', () => {
  const length = fc.integer({ min: 1, max: CUSTOM_MAX_MS })
  fc.assert(
    fc.property(fc.integer({ min: NOW - 300 * DAY_MS, max: NOW }), length, (from, lengthMs) => {
      const range = customRange({ from, to: from + lengthMs })
      const span = range.span(NOW)
      expect(span.from).toBeLessThanOrEqual(Math.max(from, span.to - CUSTOM_MAX_MS))
      expect(span.to).toBeGreaterThanOrEqual(from + lengthMs)
      expect(span.to - span.from).toBeGreaterThanOrEqual(CUSTOM_MIN_MS)
      expect((span.to - span.from) / range.stepMs).toBeLessThanOrEqual(700)
      expect([span.from % range.stepMs, span.to % range.stepMs]).toEqual([0, 0])
      expect(range.stepMs % STEP_MS[range.ask]).toBe(0)
      expect(range.stepMs).toBeGreaterThanOrEqual(MINUTE_MS)
      expect(customRange(span).key).toBe(range.key)
    }),
  )
})

test('a span is moved by a part of its length, into the future only up to now', () => {
  const span = { from: NOW - 4 * HOUR_MS, to: NOW - 3 * HOUR_MS }
  expect(panned(span, -0.25, NOW)).toEqual({ from: span.from - HOUR_MS / 4, to: span.to - HOUR_MS / 4 })
  expect(panned(span, 100, NOW).to).toBe(Math.ceil(NOW / MINUTE_MS) * MINUTE_MS)
})
