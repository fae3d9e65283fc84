import { expect, test } from 'vitest'
import { clock, dayName } from '../format/times.ts'
import { rateNote } from './key-figures.tsx'

const NOW = Date.UTC(2026, 10, 19, 21, 47)
const WHEN = `usual for ${dayName(NOW)} ${clock(NOW)}`
/** 60 messages in the last minute; the running second is not looked at. */
const view = { total: { first: 0, values: [...Array.from({ length: 70 }, () => 1), 900] } }
const usual = (perMinute: number | null) => ({ hours: [], lastDay: perMinute })

test('the last minute is told against what is usual at this hour', () => {
  expect(rateNote(view, usual(50), NOW)).toBe(`20% above ${WHEN}`)
  expect(rateNote(view, usual(80), NOW)).toBe(`25% below ${WHEN}`)
  expect(rateNote(view, usual(61), NOW)).toBe(`as ${WHEN}`)
  expect(rateNote(view, usual(20), NOW)).toBe(`×3.0 the ${WHEN}`)
})

test('without a usual or a covered minute the figure says what it is', () => {
  for (const none of [null, usual(null), usual(0)]) {
    expect(rateNote(view, none, NOW)).toBe('mean of the last 5 s')
  }
  const away = { total: { first: 0, values: [null, null, 3] } }
  expect(rateNote(away, usual(50), NOW)).toBe('mean of the last 5 s')
})
