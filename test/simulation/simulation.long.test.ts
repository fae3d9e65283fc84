import { expect, test } from 'vitest'
import { describeIncidents, tooRare } from './incidents.ts'
import { playHistoriesInThreads } from './play-histories.ts'

/** Other seeds than those of the short test, and many times as many. */
const FIRST_SEED = Number(process.env['SMACKTALK_TEST_SEED'] ?? 1_000_001)
const HISTORIES = Number(process.env['SMACKTALK_TEST_HISTORIES'] ?? 100_000)

test(`no wrong row in ${HISTORIES} histories (seeds from ${FIRST_SEED})`, async () => {
  const { incidents, wrong } = await playHistoriesInThreads({ first: FIRST_SEED, count: HISTORIES })
  console.info(
    `${HISTORIES} histories from seed ${FIRST_SEED}, ${wrong.length} wrong:\n${describeIncidents(incidents)}`,
  )
  expect(wrong).toEqual([])
  expect(tooRare(incidents, HISTORIES)).toEqual([])
})
