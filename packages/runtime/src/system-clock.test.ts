import { expect, test } from 'vitest'
import { systemClock } from './system-clock.ts'

test('waiting ends at once when the signal aborts, before or during it, and does not reject', async () => {
  await systemClock.sleep(3_600_000, AbortSignal.abort())
  const stop = new AbortController()
  const waiting = systemClock.sleep(3_600_000, stop.signal)
  stop.abort()
  await waiting
})

test('waiting takes its time', async () => {
  const before = performance.now()
  await systemClock.sleep(20)
  expect(performance.now() - before).toBeGreaterThan(18)
})
