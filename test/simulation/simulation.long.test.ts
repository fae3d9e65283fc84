import { expect, test } from 'vitest'
import { playHistories } from './play-histories.ts'

/** Other seeds than those of the short test, and several times as many. */
const FIRST_SEED = Number(process.env['SMACKTALK_TEST_SEED'] ?? 1_000_001)
const HISTORIES = Number(process.env['SMACKTALK_TEST_HISTORIES'] ?? 40_000)

test(`no wrong row in many histories (seeds from ${FIRST_SEED})`, async () => {
  const { incidents, wrong } = await playHistories(FIRST_SEED, HISTORIES, {})
  console.info(`${HISTORIES} histories from seed ${FIRST_SEED}: ${JSON.stringify(incidents)}`)
  expect(wrong).toEqual([])
})
