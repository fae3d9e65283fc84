import { expect, test } from 'vitest'
import { ProviderSchedule, questionDelayMs } from './provider-schedule.ts'

const HOUR_MS = 3_600_000

test('waits grow to a quarter of an hour, differ by chance, and are as long as was asked for, up to an hour', () => {
  expect([1, 2, 3, 9, 90].map((failures) => questionDelayMs(failures, null, 1))).toEqual([
    ...[5_000, 10_000, 20_000, 900_000, 900_000],
  ])
  expect(questionDelayMs(1, null, 0)).toBe(2_500)
  expect(questionDelayMs(1, 60_000, 0)).toBe(60_000)
  expect(questionDelayMs(1, 86_400_000, 0)).toBe(HOUR_MS)
})

test('what was never fetched comes first, what is known when it is old', () => {
  const schedule = new ProviderSchedule(HOUR_MS, () => 0.5)
  schedule.add('11', { size: 1, fetchedAt: 1_000, etag: null }, 5_000)
  schedule.add('22', null, 5_000)
  expect(schedule.next()).toMatchObject({ set: { place: '22' }, at: 5_000 })
  schedule.answered(schedule.sets.get('22')!, 6_000)
  expect(schedule.next()).toMatchObject({ set: { place: '11' }, at: 1_000 + HOUR_MS })
})

test('sets that were fetched together are refreshed apart', () => {
  let drawn = 0
  const schedule = new ProviderSchedule(HOUR_MS, () => (drawn = (drawn + 0.37) % 1))
  for (let room = 0; room < 50; room++) schedule.add(String(room), { size: 0, fetchedAt: 0, etag: null }, 0)
  const dueAt = [...schedule.sets.values()].map((set) => set.dueAt)
  expect(new Set(dueAt).size).toBeGreaterThan(40)
  expect(Math.min(...dueAt)).toBeGreaterThanOrEqual(0.9 * HOUR_MS)
  expect(Math.max(...dueAt)).toBeLessThanOrEqual(1.1 * HOUR_MS)
})

test('a time from the future is taken for now', () => {
  const schedule = new ProviderSchedule(HOUR_MS, () => 0.5)
  schedule.add('11', { size: 1, fetchedAt: 9e15, etag: null }, 5_000)
  expect(schedule.sets.get('11')?.fetchedAt).toBe(5_000)
})

test('while a provider does not answer nothing is asked, and then another set first', () => {
  const schedule = new ProviderSchedule(HOUR_MS, () => 1)
  schedule.add('11', null, 0)
  schedule.add('22', null, 1)
  schedule.unavailable(schedule.sets.get('11')!, 'HTTP 500', null, 10)
  expect(schedule.problem).toBe('HTTP 500')
  expect(schedule.next()).toMatchObject({ set: { place: '22' }, at: 5_010 })
  schedule.answered(schedule.sets.get('22')!, 5_020)
  expect(schedule.problem).toBe(null)
  expect(schedule.next()).toMatchObject({ set: { place: '11', problem: 'HTTP 500' }, at: 5_010 })
})

test('an answer that makes no sense keeps its set from being asked for, not the others', () => {
  const schedule = new ProviderSchedule(HOUR_MS, () => 1)
  schedule.add('11', null, 0)
  schedule.add('22', null, 1)
  schedule.misunderstood(schedule.sets.get('11')!, 'no JSON', 10)
  expect(schedule.next()).toMatchObject({ set: { place: '22' }, at: 1 })
  expect([schedule.problem, schedule.sets.get('11')?.problem]).toEqual([null, 'no JSON'])
})
