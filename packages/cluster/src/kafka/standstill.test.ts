import { expect, test } from 'vitest'
import { Standstill } from './standstill.ts'

/** Looks every six seconds from 0 on, as the reader does, up to `until`; the first time it said yes. */
function firstAlarm(until: number, options: { movedAt?: number[]; busyUntil?: number } = {}): number | null {
  const standstill = new Standstill(60_000, 0)
  expect(standstill.everyMs).toBe(6_000)
  for (let now = 6_000; now <= until; now += 6_000) {
    for (const at of options.movedAt ?? []) if (at > now - 6_000 && at <= now) standstill.moved(at)
    if (standstill.look(now, now <= (options.busyUntil ?? -1))) return now
  }
  return null
}

test('a client of which nothing was heard for the limit stands still', () => {
  expect(firstAlarm(120_000)).toBe(60_000)
})

test('every sign of life gives it the whole limit again', () => {
  expect(firstAlarm(120_000, { movedAt: [30_000] })).toBe(90_000)
  expect(firstAlarm(600_000, { movedAt: Array.from({ length: 20 }, (_, index) => index * 50_000) })).toBe(
    null,
  )
})

test('while records are worked on nothing can move, and nothing is said', () => {
  expect(firstAlarm(300_000, { busyUntil: 200_000 })).toBe(258_000)
})

test('a process that was stopped itself does not take its own sleep for the client’s', () => {
  const standstill = new Standstill(60_000, 0)
  expect(standstill.look(6_000, false)).toBe(false)
  expect(standstill.look(600_000, false)).toBe(false)
  expect(standstill.look(606_000, false)).toBe(false)
})
