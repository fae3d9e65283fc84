import { MINUTE_MS } from '@smacktalk/contract'
import { expect, test } from 'vitest'
import { mergeSpans, missingAndOff, missingMs, missingOf, readGaps, stepRate, unknownSteps } from './gaps.ts'

const FROM = Date.UTC(2026, 10, 19, 20)
const iso = (ms: number) => new Date(ms).toISOString()
const minuteAt = (nowMs: number) => ({ startMs: FROM, stepMs: MINUTE_MS, nowMs })
const span = (from: number, to: number) => ({ from, to, cause: null })

test('runs of unknown steps become spans, at both ends too', () => {
  expect(unknownSteps([null, 1, null, null, 0, null], 100, 10)).toEqual([
    span(100, 110),
    span(120, 140),
    span(150, 160),
  ])
})

test('zero is not a gap', () => {
  expect(unknownSteps([0, 0, 0], 0, 10)).toEqual([])
})

test('gaps of an answer are cut to the span, and unreadable ones left out', () => {
  const gaps = [
    { from: iso(FROM + 40), to: iso(FROM + 900), cause: 'connection lost' },
    { from: iso(FROM - 50), to: iso(FROM + 10), cause: 'not joined yet' },
    { from: 'never', to: 'ever', cause: 'x' },
    { from: iso(FROM + 700), to: iso(FROM + 800), cause: 'after the end' },
  ]
  expect(readGaps(gaps, { from: FROM, to: FROM + 100 })).toEqual([
    { from: FROM, to: FROM + 10, cause: 'not joined yet' },
    { from: FROM + 40, to: FROM + 100, cause: 'connection lost' },
  ])
})

test('touching and overlapping spans are one', () => {
  expect(mergeSpans([span(20, 30), span(0, 10), span(10, 15), span(12, 13)])).toEqual([
    span(0, 15),
    span(20, 30),
  ])
})

test('missing time is the overlap alone', () => {
  expect(missingMs([span(0, 10), span(20, 40)], { from: 5, to: 25 })).toBe(10)
})

test('a whole covered step is divided by its length', () => {
  expect(stepRate(120, minuteAt(FROM + 10 * MINUTE_MS), [])).toBe(2)
})

test('the running step is divided by the time that has passed', () => {
  expect(stepRate(40, minuteAt(FROM + 20_000), [])).toBe(2)
  expect(stepRate(3, minuteAt(FROM + 2_000), [])).toBeNull()
})

test('a step with a gap is divided by its covered time', () => {
  expect(stepRate(60, minuteAt(FROM + MINUTE_MS), [span(FROM + 30_000, FROM + 99_000)])).toBe(2)
})

test('a step that began before anybody was there is divided by its covered time', () => {
  expect(stepRate(60, minuteAt(FROM + 99_000), [], 30_000)).toBe(2)
})

test('ten seconds are enough of a long step', () => {
  const hour = { startMs: FROM, stepMs: 60 * MINUTE_MS, nowMs: FROM + 20_000 }
  expect(stepRate(40, hour, [])).toBe(2)
  expect(stepRate(4, { ...hour, nowMs: FROM + 9_000 }, [])).toBeNull()
})

test('unknown stays unknown, and messages without coverage count over the whole step', () => {
  const everything = [span(FROM, FROM + MINUTE_MS)]
  expect(stepRate(null, minuteAt(FROM + MINUTE_MS), [])).toBeNull()
  expect(stepRate(0, minuteAt(FROM + MINUTE_MS), everything)).toBeNull()
  expect(stepRate(60, minuteAt(FROM + MINUTE_MS), everything)).toBe(1)
})

test('a channel is missing in its gaps and in ended steps that nobody knows, not in the running one', () => {
  const gap = { from: iso(FROM + 2.5 * MINUTE_MS), to: iso(FROM + 3 * MINUTE_MS), cause: 'connection lost' }
  const channel = { messages: [null, null, 3, 5, null], gaps: [gap] }
  const whole = { from: FROM, to: FROM + 5 * MINUTE_MS }
  expect(missingOf(channel, whole, MINUTE_MS, FROM + 4.5 * MINUTE_MS)).toEqual([
    span(FROM, FROM + 2 * MINUTE_MS),
    { from: FROM + 2.5 * MINUTE_MS, to: FROM + 3 * MINUTE_MS, cause: 'connection lost' },
  ])
})

test('time before a channel was added is no gap: it stands apart', () => {
  const gap = { from: iso(FROM + 3 * MINUTE_MS), to: iso(FROM + 4 * MINUTE_MS), cause: 'connection lost' }
  const channel = { messages: [null, null, 3, null, 5], gaps: [gap] }
  const whole = { from: FROM, to: FROM + 5 * MINUTE_MS }
  expect(missingAndOff(channel, whole, MINUTE_MS, whole.to)).toEqual({
    gaps: [{ from: FROM + 3 * MINUTE_MS, to: FROM + 4 * MINUTE_MS, cause: 'connection lost' }],
    off: [span(FROM, FROM + 2 * MINUTE_MS)],
  })
})
