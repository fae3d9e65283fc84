import { expect, test } from 'vitest'
import { HopMeter } from './hop-meter.ts'

function meter() {
  const clock = { nowMs: 1_700_000_000_000, now: () => clock.nowMs, sleep: () => Promise.resolve() }
  return { clock, hop: new HopMeter('fold', clock) }
}

test('a step that nothing has passed has no latency', () => {
  expect(meter().hop.figures()).toEqual({ name: 'fold', records: 0, perMinute: 0, p50Ms: null, p99Ms: null })
})

test('percentiles are right within 5 %', () => {
  const { hop } = meter()
  for (let latencyMs = 1; latencyMs <= 1_000; latencyMs++) hop.passed(1, latencyMs)
  const { p50Ms, p99Ms, perMinute } = hop.figures()
  expect(perMinute).toBe(1_000)
  expect(Math.abs(p50Ms! - 500)).toBeLessThan(25)
  expect(Math.abs(p99Ms! - 990)).toBeLessThan(50)
})

test('small latencies are told exactly, and impossible ones are put in their place', () => {
  for (const latencyMs of [0, 1, 2, 5, 9]) {
    const { hop } = meter()
    hop.passed(3, latencyMs)
    expect(hop.figures()).toMatchObject({ p50Ms: latencyMs, p99Ms: latencyMs })
  }
  const { hop } = meter()
  hop.passed(1, -40)
  expect(hop.figures().p50Ms).toBe(0)
  hop.passed(1, Number.MAX_SAFE_INTEGER)
  expect(hop.figures().p99Ms).toBeGreaterThan(3_400_000)
})

test('what is older than a minute is counted, and no longer measured', () => {
  const { clock, hop } = meter()
  hop.passed(10, 900)
  clock.nowMs += 30_000
  hop.passed(5, 10)
  expect(hop.figures()).toMatchObject({ records: 15, perMinute: 15 })
  clock.nowMs += 35_000
  expect(hop.figures()).toMatchObject({ records: 15, perMinute: 5, p99Ms: 10 })
  clock.nowMs += 86_400_000
  expect(hop.figures()).toMatchObject({ records: 15, perMinute: 0, p99Ms: null })
  hop.passed(1, 1)
  expect(hop.figures()).toMatchObject({ records: 16, perMinute: 1 })
})
