/** Many more histories of a failing chat server than the unit test has time for. */
import fc from 'fast-check'
import { it } from 'vitest'
import { histories, playHistory } from '../../packages/twitch/src/testing/source-history.ts'

const HISTORIES = 1_000

it(`keeps to the limits and the truth in ${HISTORIES} histories`, { timeout: 300_000 }, async () => {
  await fc.assert(fc.asyncProperty(...histories, playHistory), { numRuns: HISTORIES })
})
