import { DAY_MS, HOUR_MS, MINUTE_MS } from '@smacktalk/contract'
import { expect, test } from 'vitest'
import { timeTicks, valueLabel, valueScale, valueTicks } from './ticks.ts'

test('value axes have two to five nice steps and hold their highest value', () => {
  for (let exponent = -3; exponent <= 6; exponent++) {
    for (let lead = 1; lead < 10; lead += 0.07) {
      const highest = lead * 10 ** exponent
      const { top, step } = valueScale(highest)
      expect(top).toBeGreaterThanOrEqual(highest)
      const steps = Math.round(top / step)
      expect(steps).toBeGreaterThanOrEqual(2)
      expect(steps).toBeLessThanOrEqual(5)
      const mantissa = step / 10 ** Math.floor(Math.log10(step) + 1e-9)
      expect([1, 2, 2.5, 5].some((nice) => Math.abs(nice - mantissa) < 1e-6)).toBe(true)
    }
  }
})

test('an axis of nothing counts from zero to four', () => {
  expect(valueTicks(valueScale(0))).toEqual([0, 1, 2, 3, 4])
})

test('single seconds hold whole messages, so their axis has no fractions', () => {
  expect(valueScale(1, undefined, 1)).toEqual({ top: 2, step: 1 })
  expect(valueScale(3, undefined, 1)).toEqual({ top: 4, step: 1 })
})

test('an axis in use is kept while values fill it and given up when they leave or shrink', () => {
  const inUse = valueScale(1740)
  expect(valueScale(1500, inUse)).toBe(inUse)
  expect(valueScale(2500, inUse)).not.toBe(inUse)
  expect(valueScale(300, inUse)).not.toBe(inUse)
})

test('value labels carry the decimals of their step', () => {
  expect(valueTicks({ top: 10, step: 2.5 }).map((value) => valueLabel(value, 2.5))).toEqual([
    '0',
    '2.5',
    '5.0',
    '7.5',
    '10.0',
  ])
  expect(valueLabel(0.3, 0.1)).toBe('0.3')
  expect(valueLabel(0.05, 0.025)).toBe('0.050')
  expect(valueLabel(1500, 500)).toBe('1,500')
  expect(valueLabel(12_500, 2500)).toBe('12.5k')
})

const FROM = Date.UTC(2026, 10, 19, 20, 42, 30)
const utc = () => 0

test('five minutes are labelled by the minute', () => {
  const labels = timeTicks(FROM, FROM + 5 * MINUTE_MS, 1000, utc, 'UTC').map(({ label }) => label)
  expect(labels).toEqual(['20:43', '20:44', '20:45', '20:46', '20:47'])
})

test('a narrow chart has fewer labels on the same round times', () => {
  const labels = timeTicks(FROM, FROM + 5 * MINUTE_MS, 300, utc, 'UTC').map(({ label }) => label)
  expect(labels).toEqual(['20:44', '20:46'])
})

test('a day is labelled by round local hours, a week by local midnights', () => {
  const berlin = () => HOUR_MS
  const day = timeTicks(FROM, FROM + DAY_MS, 1000, berlin, 'Europe/Berlin')
  expect(day[0]?.label).toBe('00:00')
  const week = timeTicks(FROM, FROM + 7 * DAY_MS, 1000, berlin, 'Europe/Berlin')
  expect(week).toHaveLength(7)
  expect(week[0]).toEqual({ at: Date.UTC(2026, 10, 19, 23), label: 'Fri 20' })
})

test('a longer span names days of the month, and however long it is its labels keep their distance', () => {
  const month = timeTicks(FROM, FROM + 30 * DAY_MS, 1000, utc, 'UTC')
  expect(month[0]?.label).toBe('23 Nov')
  for (let days = 8; days <= 4_000; days = Math.ceil(days * 1.3)) {
    for (const width of [280, 600, 1_000, 1_600]) {
      const ticks = timeTicks(FROM, FROM + days * DAY_MS, width, utc, 'UTC')
      expect(ticks.length, `${days} days on ${width} px`).toBeGreaterThan(0)
      expect(ticks.length, `${days} days on ${width} px`).toBeLessThanOrEqual(Math.max(3, width / 116) + 1)
    }
  }
})

test('labels stay round over a change of the clocks', () => {
  // In Berlin 2026-10-25 03:00 summer time becomes 02:00.
  const change = Date.UTC(2026, 9, 25, 1)
  const berlin = (at: number) => (at < change ? 2 : 1) * HOUR_MS
  const ticks = timeTicks(change - 3 * DAY_MS, change + 3 * DAY_MS, 1000, berlin, 'Europe/Berlin')
  for (const { at } of ticks) expect((at + berlin(at)) % DAY_MS).toBe(0)
})
