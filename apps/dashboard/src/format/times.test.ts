import { expect, test } from 'vitest'
import { age, asOfText, clock, clockSeconds, dayAndClock, duration, roughDuration, weekday } from './times.ts'

const AT = Date.UTC(2026, 10, 19, 20, 44, 2)

test('times of day are written in the zone of the reader', () => {
  expect(clock(AT, 'Europe/Berlin')).toBe('21:44')
  expect(clockSeconds(AT, 'UTC')).toBe('20:44:02')
  expect(clock(Date.UTC(2026, 10, 19), 'UTC')).toBe('00:00')
})

test('days are written with their name or their month', () => {
  expect(weekday(AT, 'UTC')).toBe('Thu 19')
  expect(dayAndClock(AT, 'Europe/Berlin')).toBe('19 Nov, 21:44')
})

test('durations name two units at most', () => {
  expect(duration(45_000)).toBe('45 s')
  expect(duration(72_000)).toBe('1 min 12 s')
  expect(duration(240_000)).toBe('4 min 00 s')
  expect(duration(24_000_000)).toBe('6 h 40 min')
  expect(duration(51 * 3_600_000)).toBe('2 d 3 h')
  expect(duration(-5)).toBe('0 s')
})

test('rough durations name one unit, of days two', () => {
  expect(roughDuration(44_600)).toBe('45 s')
  expect(roughDuration(240_000)).toBe('4 min')
  expect(roughDuration(7 * 3_600_000)).toBe('7 h')
  expect(roughDuration(3 * 86_400_000)).toBe('3 d 0 h')
})

test('an age has a decimal only while it is short', () => {
  expect(age(480)).toBe('0.5 s')
  expect(age(9_960)).toBe('10 s')
  expect(age(-20)).toBe('0.0 s')
})

test('figures that stand still say of when they are and how long ago that was', () => {
  expect(asOfText(AT, AT + 14_400, 'UTC')).toBe('as of 20:44:02, 14 s ago')
  expect(asOfText(AT, AT + 600_000, 'UTC')).toBe('as of 20:44:02, 10 min ago')
})
