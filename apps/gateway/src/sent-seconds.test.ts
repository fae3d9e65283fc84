import { CLASS_COUNT, RECENT_SECONDS, SECOND_MS } from '@smacktalk/contract'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { SecondRing } from './second-ring.ts'
import { SentSeconds, secondsOf } from './sent-seconds.ts'

const START = 1_800_000_000

const counts = fc.oneof(
  fc.nat(5).map((plain) => [plain, 0, 0, 0, 0, 0, 0, 0]),
  fc.array(fc.nat(2), { minLength: CLASS_COUNT, maxLength: CLASS_COUNT }),
)
/** What is counted in a tick, and how many seconds later that is than the tick before. */
const ticks = fc.array(
  fc.record({ passed: fc.nat(200), counted: fc.array(fc.tuple(fc.nat(20), counts), { maxLength: 10 }) }),
  { minLength: 1, maxLength: 12 },
)

test('who adds up the changes knows every second by class, as a snapshot says it and as it was counted', () => {
  fc.assert(
    fc.property(ticks, (list) => {
      const ring = new SecondRing()
      const sent = new SentSeconds()
      const told = new Map<string, unknown>()
      const known = new Map<number, readonly number[]>()
      const messagesOf = (second: number) => ring.messages(second, 0)
      let now = START
      let position = 0
      for (const { passed, counted } of list) {
        now += passed
        for (const [ago, byClass] of counted) {
          ring.set(now - ago, byClass, ++position)
          known.set(now - ago, byClass)
        }
        for (const point of sent.changes(now * SECOND_MS, messagesOf, ring)) told.set(point.t, point)
        // Nothing twice: what was told is not told again.
        expect(sent.changes(now * SECOND_MS, messagesOf, ring)).toEqual([])
      }
      for (const point of secondsOf(now * SECOND_MS, messagesOf, ring)) {
        expect(told.get(point.t)).toEqual(point)
        const byClass = known.get(Date.parse(point.t) / SECOND_MS)
        const padded = [...(point.byClass ?? [point.messages ?? 0]), 0, 0, 0, 0, 0, 0, 0]
        expect(padded.slice(0, CLASS_COUNT)).toEqual(byClass ?? [0, 0, 0, 0, 0, 0, 0, 0])
        expect(point.messages).toBe(byClass === undefined ? null : byClass.reduce((a, b) => a + b, 0))
      }
      expect(secondsOf(now * SECOND_MS, messagesOf, ring).length).toBeGreaterThanOrEqual(RECENT_SECONDS)
    }),
  )
})
