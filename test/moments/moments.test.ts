import { expect, test } from 'vitest'
import { playWorld, scoreOf, type WorldKind } from './moment-worlds.ts'

const HOUR_MS = 3_600_000
/** Fewer and shorter worlds than `npm run bench -- moments` plays, and a weaker floor. */
const PLAYED: readonly (readonly [kind: WorldKind, seeds: readonly number[], hours: number])[] = [
  ['quiet', [1, 2], 1],
  ['spiky', [1], 1],
  ['gaps', [1], 1],
]

test.each(PLAYED)(
  'in a %s world (seeds %j) most of what happens is found, with its cause',
  (kind, seeds, hours) => {
    const durationMs = hours * HOUR_MS
    const score = scoreOf(
      seeds.map((seed) => playWorld(kind, seed, durationMs)),
      durationMs,
    )
    expect(score.labels).toBeGreaterThan(40)
    expect(score.found / score.labels).toBeGreaterThanOrEqual(0.85)
    expect(score.rightCause / score.found).toBeGreaterThanOrEqual(0.9)
    expect(score.falseRate).toBeLessThanOrEqual(2)
  },
)

test('a channel that only grows over hours has no moments (seed 1)', () => {
  const { moments, records } = playWorld('drifting', 1, 1.5 * HOUR_MS)
  expect(records).toBeGreaterThan(10_000)
  expect(moments).toEqual([])
})

test('in the demo world a raid and an emote storm with its emote are found within ten minutes (seed 1)', () => {
  const { moments } = playWorld('demo', 1, HOUR_MS / 6)
  const rows = moments.map(({ row }) => row)
  expect(rows.find(({ cause }) => cause === 'raid')).toMatchObject({ raider: expect.any(String) })
  const storm = rows.find(({ cause }) => cause === 'emoteStorm')
  expect(storm?.emote).toMatch(/^twitch:/)
  expect(storm?.emoteLabel).toMatch(/\S/)
})
