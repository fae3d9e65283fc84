import { DAY_MS, HOUR_MS, MINUTE_MS } from '@smacktalk/contract'
import { expect, test } from 'vitest'
import { stepTime } from './step-time.ts'

const FROM = Date.UTC(2026, 10, 19, 0, 0)
const DAYS = [1, 2, 7, 30, 60, 200]
const STEPS = [MINUTE_MS, 5 * MINUTE_MS, HOUR_MS, 6 * HOUR_MS, DAY_MS]

test('no two steps of a chart have the same time', () => {
  for (const days of DAYS) {
    for (const stepMs of STEPS) {
      const times = Array.from({ length: (days * DAY_MS) / stepMs }, (_, index) => FROM + index * stepMs)
      if (times.length > 20_000) continue
      const written = times.map((_, index) => stepTime({ stepMs, times }, index))
      expect(new Set(written).size, `${days} days by ${stepMs} ms`).toBe(times.length)
    }
  }
})

test('a chart of a day writes times of day, single seconds with their second', () => {
  expect(stepTime({ stepMs: 5 * MINUTE_MS, times: [FROM, FROM + 5 * MINUTE_MS] }, 1)).toMatch(/^\d\d:\d\d$/)
  expect(stepTime({ stepMs: 1_000, times: [FROM] }, 0)).toMatch(/^\d\d:\d\d:\d\d$/)
})
