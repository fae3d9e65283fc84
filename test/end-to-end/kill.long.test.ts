import { test } from 'vitest'
import { playKillRounds } from './kill-rounds.ts'

/** A new one each time; its number is in the name. */
const SEED = Number(process.env['SMACKTALK_TEST_SEED'] ?? Date.now() % 1_000_000)

test(`60 kills at random moments of a busy chat lose nothing and count nothing twice (seed ${SEED})`, () =>
  playKillRounds({
    seed: SEED,
    kills: 60,
    messagesPerSecond: 1_500,
    lifeMs: (_, random) => random.between(0, 12_000),
    // Long enough by themselves to hit commits before, at and after them; one is sure of it on a slow machine.
    commits: (kill) => kill === 30,
    againMs: 3_000,
  }))
