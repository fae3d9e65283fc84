import { expect, test } from 'vitest'
import type { Sabotage } from './hostile-store.ts'
import { playHistories } from './play-histories.ts'

/** Enough for every fault to meet every other; `npm test` stays short, CI plays more (simulation.long.test.ts). */
const HISTORIES = Number(process.env['SMACKTALK_TEST_HISTORIES'] ?? 10_000)
const FIRST_SEED = Number(process.env['SMACKTALK_TEST_SEED'] ?? 1)

test(`crashes, zombies and reordered writes leave no wrong row (seeds from ${FIRST_SEED})`, {
  timeout: 280_000,
}, async () => {
  const { incidents, wrong } = await playHistories(FIRST_SEED, HISTORIES, {})
  console.info(`${HISTORIES} histories from seed ${FIRST_SEED}: ${JSON.stringify(incidents)}`)
  expect(wrong).toEqual([])
  for (const count of Object.values(incidents)) expect(count).toBeGreaterThan(HISTORIES / 10)
})

test.each<[string, Sabotage]>([
  ['rows that forget their position', { positionsIgnored: true }],
  ['write times from the wall clock', { wallClockTimes: true }],
  ['a position sent together with its data', { positionWithData: true }],
])('%s are found out', { timeout: 60_000 }, async (_, sabotage) => {
  const { wrong } = await playHistories(1, 500, sabotage)
  expect(wrong.length).toBeGreaterThan(0)
})
