import { expect, test } from 'vitest'
import { type Incidents, playHistory } from './history.ts'
import type { Sabotage } from './hostile-store.ts'

/** Enough for every fault to meet every other; `npm test` stays short, CI plays more (simulation.long.test.ts). */
const HISTORIES = Number(process.env['SMACKTALK_TEST_HISTORIES'] ?? 10_000)
const FIRST_SEED = Number(process.env['SMACKTALK_TEST_SEED'] ?? 1)

async function play(first: number, count: number, sabotage: Sabotage) {
  const incidents: Incidents = { crashes: 0, zombies: 0, replayed: 0, lateWrites: 0, records: 0 }
  const wrong: string[] = []
  for (let seed = first; seed < first + count && wrong.length < 5; seed++) {
    const found = await playHistory(seed, sabotage, incidents)
    if (found !== null) wrong.push(`seed ${seed}: ${found}`)
  }
  return { incidents, wrong }
}

test(`crashes, zombies and reordered writes leave no wrong row (seeds from ${FIRST_SEED})`, {
  timeout: 280_000,
}, async () => {
  const { incidents, wrong } = await play(FIRST_SEED, HISTORIES, {})
  console.info(`${HISTORIES} histories from seed ${FIRST_SEED}: ${JSON.stringify(incidents)}`)
  expect(wrong).toEqual([])
  for (const count of Object.values(incidents)) expect(count).toBeGreaterThan(HISTORIES / 10)
})

test.each<[string, Sabotage]>([
  ['rows that forget their position', { positionsIgnored: true }],
  ['write times from the wall clock', { wallClockTimes: true }],
  ['a position sent together with its data', { positionWithData: true }],
])('%s are found out', { timeout: 60_000 }, async (_, sabotage) => {
  const { wrong } = await play(1, 500, sabotage)
  expect(wrong.length).toBeGreaterThan(0)
})
