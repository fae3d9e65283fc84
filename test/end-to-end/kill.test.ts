import { test } from 'vitest'
import type { Random } from '../support/random.ts'
import { playKillRounds } from './kill-rounds.ts'

const SEED = Number(process.env['SMACKTALK_TEST_SEED'] ?? 1)

/** Most lives are short; every fifth lasts until it has committed, which comes five seconds after the start. */
const commits = (kill: number): boolean => kill % 5 === 4

const lifeMs = (_kill: number, random: Random): number => random.between(0, 1_000)

test(
  `10 kills at random moments lose nothing and count nothing twice (seed ${SEED})`,
  { timeout: 400_000 },
  () => playKillRounds({ seed: SEED, kills: 10, messagesPerSecond: 300, lifeMs, commits, againMs: 5_000 }),
)
