import fc from 'fast-check'
import { test } from 'vitest'
import { compareWithOracle } from './compare-with-oracle.ts'
import { randomLog } from './random-log.ts'

const SEEDS = [101, 102, 103] as const
const RUNS = 2_000

test.each(SEEDS)('every number is the one counted by hand in long logs of seed %d', async (seed) => {
  await fc.assert(
    fc.asyncProperty(randomLog({ stepsMax: 150 }), ({ entries, options }) =>
      compareWithOracle(entries, options),
    ),
    { seed, numRuns: RUNS },
  )
})
