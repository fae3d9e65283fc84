import { expect, test } from 'vitest'
import { ManualClock } from '../../../test/conformance/manual-clock.ts'
import { TakeOverMeter } from './take-over-meter.ts'

function meter() {
  const clock = new ManualClock()
  return { clock, began: clock.now(), meter: new TakeOverMeter(clock) }
}

test('a take-over lasts until the past of every partition is remembered', () => {
  const { clock, began, meter: takeOver } = meter()
  takeOver.given(3)
  takeOver.given(5)
  clock.advance(100)
  takeOver.opened(3, 40, 50)
  takeOver.opened(5, 7, 10)
  takeOver.passed(5, 7, 12)
  clock.advance(200)
  takeOver.passed(3, 40, 45)
  expect(takeOver.last).toBeNull()
  clock.advance(300)
  takeOver.passed(3, 45, 50)
  expect(takeOver.last).toEqual({ at: began, partitions: 2, tookMs: 600, readBack: 13 })
})

test('a partition without a past is at work when its checkpoint is read', () => {
  const { clock, began, meter: takeOver } = meter()
  takeOver.given(0)
  clock.advance(20)
  takeOver.opened(0, 0, 0)
  expect(takeOver.last).toEqual({ at: began, partitions: 1, tookMs: 20, readBack: 0 })
  clock.advance(1_000)
  takeOver.passed(0, 0, 100)
  expect(takeOver.last?.tookMs).toBe(20)
})

test('the next one is measured on its own, and one that moves on at once is not waited for', () => {
  const { clock, meter: takeOver } = meter()
  takeOver.given(0)
  takeOver.opened(0, 0, 0)
  clock.advance(5_000)
  const began = clock.now()
  takeOver.given(1)
  takeOver.given(2)
  takeOver.opened(1, 0, 4)
  clock.advance(10)
  takeOver.left(2)
  takeOver.passed(1, 0, 4)
  expect(takeOver.last).toEqual({ at: began, partitions: 2, tookMs: 10, readBack: 4 })
})
