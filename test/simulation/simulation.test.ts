import { expect, test } from 'vitest'
import { playHistory } from './history.ts'
import { describeIncidents, noIncidents, tooRare } from './incidents.ts'
import { playHistories } from './play-histories.ts'
import {
  acknowledgedEarly,
  arrivalOrder,
  clocksReadFirst,
  counters,
  groupOffset,
  noReadBack,
  positionsIgnored,
  positionWithData,
  quietClocksLeftOut,
  type Sabotage,
  wallClockTimes,
} from './sabotage.ts'

/** Enough for every fault to meet every other; `npm test` stays short, CI plays more (simulation.long.test.ts). */
const HISTORIES = Number(process.env['SMACKTALK_TEST_HISTORIES'] ?? 1_000)
const FIRST_SEED = Number(process.env['SMACKTALK_TEST_SEED'] ?? 1)

test(`crashes, zombies and reordered writes leave no wrong row (seeds from ${FIRST_SEED})`, {
  timeout: 280_000,
}, async () => {
  const { incidents, wrong } = await playHistories({ first: FIRST_SEED, count: HISTORIES })
  console.info(`${HISTORIES} histories from seed ${FIRST_SEED}:\n${describeIncidents(incidents)}`)
  expect(wrong).toEqual([])
  expect(tooRare(incidents, HISTORIES)).toEqual([])
})

/** Each wrong way to build the product with a seed that finds it out. */
const SABOTAGES: readonly [what: string, seed: number, make: () => Sabotage][] = [
  ['write times from skewed wall clocks', 3, wallClockTimes],
  ['no write times at all', 5, arrivalOrder],
  ['rows that forget their position', 1, positionsIgnored],
  ['counters in the store', 2, counters],
  ['the group offset in place of the checkpoint row', 1, groupOffset],
  ['a position sent together with its data', 5, positionWithData],
  ['writes acknowledged before they arrive', 2, acknowledgedEarly],
  ['no reading back after a restart', 1, noReadBack],
  ['clock rows of quiet channels left out', 38, quietClocksLeftOut],
  ['clock rows read before the checkpoint', 50, clocksReadFirst],
]
/** How far to look for another seed when the pinned one no longer finds it. */
const SEARCHED = 500
/** Histories in which nothing goes wrong: there no sabotage does harm, so it is the faults that find it out. */
const CALM_HISTORIES = 20

const wrongRows = async (seed: number, sabotage: Sabotage, calm = false): Promise<string[]> => {
  const { rows } = await playHistory(seed, { incidents: noIncidents(), sabotage, calm })
  return rows
}

test.each(SABOTAGES)('found out: %s (seed %i)', async (_, seed, make) => {
  expect(await wrongRows(seed, {}), 'without the sabotage').toEqual([])
  let red = seed
  while ((await wrongRows(red, make())).length === 0 && red < seed + SEARCHED) red++
  expect(red, `the seed to pin is now ${red}`).toBe(seed)
})

test.each(SABOTAGES)('harmless while nothing goes wrong: %s', async (_, first, make) => {
  for (let seed = first; seed < first + CALM_HISTORIES; seed++) {
    expect(await wrongRows(seed, make(), true), `seed ${seed}`).toEqual([])
  }
})
