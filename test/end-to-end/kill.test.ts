import { test } from 'vitest'
import type { Random } from '../support/random.ts'
import { playKillRounds } from './kill-rounds.ts'

const SEED = Number(process.env['SMACKTALK_TEST_SEED'] ?? 1)

/** Most lives are short; every fifth is long enough for a commit, which comes five seconds after the start. */
function lifeMs(kill: number, random: Random): number {
  return kill % 5 === 4 ? random.between(4_800, 5_800) : random.between(0, 1_000)
}

test(
  `10 kills at random moments lose nothing and count nothing twice (seed ${SEED})`,
  { timeout: 180_000 },
  () => playKillRounds({ seed: SEED, kills: 10, messagesPerSecond: 300, lifeMs, againMs: 5_000 }),
)
