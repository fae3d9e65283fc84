import { type Coverage, coveragePartition, DAY_MS, MINUTE_MS } from '@smacktalk/contract'
import { silentLogger } from '@smacktalk/runtime'
import type { HistoryAnswer, HistoryQuestion } from '@smacktalk/twitch'
import { encodeRow } from '@smacktalk/wire'
import { expect, test } from 'vitest'
import { ManualClock } from '../../../test/conformance/manual-clock.ts'
import { MemoryStore } from '../../../test/support/memory-store.ts'
import { createBackfill } from './backfill.ts'

const DAY = Date.UTC(2026, 0, 5)
const NOON = DAY + 12 * 60 * MINUTE_MS
const HORIZON_MS = 15 * MINUTE_MS

const told = (...times: number[]) => times.map((heardAt) => ({ raw: `line of ${heardAt}`, heardAt }))
const answer = (...times: number[]): HistoryAnswer => ({
  kind: 'told',
  isJoined: true,
  lines: told(...times),
})

/** A channel that was heard until NOON; the answers come in their order, the last one again and again. */
function world(...answers: HistoryAnswer[]) {
  const clock = new ManualClock(NOON)
  const store = new MemoryStore()
  const questions: HistoryQuestion[] = []
  const taken: number[] = []
  const claims: Coverage[] = []
  const rooms = new Map([['a', '11']])
  const meanwhile: (() => void)[] = []
  let writes = 0

  /** Live coverage by any ingestor as the job would have stored it. */
  async function heard(...spans: [from: number, to: number][]): Promise<void> {
    writes++
    const value = encodeRow('coverage', {
      starts: spans.map(([from]) => from - DAY),
      ends: spans.map(([, to]) => to - DAY),
      importedStarts: [],
      importedEnds: [],
      backfilledStarts: [],
      backfilledEnds: [],
      losses: [],
    })
    const partition = coveragePartition('11', DAY)
    await store.write([
      { table: 'coverage', partition, row: String(DAY), position: writes, writtenAt: writes, value },
    ])
  }

  const backfill = createBackfill({
    ask: async (question) => {
      questions.push(question)
      for (const happen of meanwhile) happen()
      const given = answers.length > 1 ? answers.shift() : answers[0]
      if (given === undefined) throw new Error('nobody expected a question')
      return given
    },
    ...{ store, clock, logger: silentLogger, horizonMs: HORIZON_MS, ingestor: 'one', settleMs: 1_000 },
    channelId: (login) => rooms.get(login) ?? null,
    line: ({ heardAt }) => taken.push(heardAt) > 0,
    covered: (claim) => claims.push(claim),
    random: () => 0.5,
  })
  const signal = new AbortController().signal

  /** Moves on and does what is due; the space between two questions passes by itself. */
  async function pass(ms: number): Promise<void> {
    const until = clock.now() + ms
    while (clock.now() < until) {
      clock.advance(Math.min(500, until - clock.now()))
      let done = false
      const step = backfill.step(signal).then(() => {
        done = true
      })
      while (!done) {
        await new Promise(setImmediate)
        if (!done) clock.advance(1)
      }
      await step
    }
  }
  return { clock, questions, taken, claims, rooms, meanwhile, heard, backfill, pass }
}

test('a gap is asked for once, a while after it has ended, and is filled', async () => {
  const at = world(answer(NOON - 40_000, NOON - 3_000, NOON + 10_000, NOON + 40_000, NOON + 62_000))
  await at.heard([NOON - 5 * MINUTE_MS, NOON])
  at.clock.advance(MINUTE_MS)
  at.backfill.joined('a', NOON + MINUTE_MS)
  await at.pass(1_000)
  expect(at.questions).toEqual([])
  await at.pass(MINUTE_MS)
  expect(at.questions).toEqual([{ login: 'a', after: NOON - MINUTE_MS, before: NOON + MINUTE_MS + 5_000 }])
  // Those at the edges may have been on their way; what is further away was heard.
  expect(at.taken).toEqual([NOON - 3_000, NOON + 10_000, NOON + 40_000, NOON + 62_000])
  expect(at.claims).toEqual([
    {
      channelId: '11',
      channelLogin: 'a',
      ingestor: 'one',
      origin: 'backfilled',
      from: NOON,
      to: NOON + MINUTE_MS,
      ended: null,
    },
  ])
  expect(at.backfill.figures()).toEqual({ asked: 1, failed: 0, lines: 4, waiting: 0 })
})

test('of a channel that was taken off the list while it was asked for nothing is taken', async () => {
  const at = world(answer(NOON + 10_000, NOON + 62_000))
  await at.heard([NOON - MINUTE_MS, NOON])
  at.meanwhile.push(() => {
    at.rooms.delete('a')
    at.backfill.keep(new Set())
  })
  at.backfill.joined('a', NOON + MINUTE_MS)
  await at.pass(2 * MINUTE_MS)
  expect([at.questions.length, at.taken, at.claims]).toEqual([1, [], []])
})

test('it counts as covered only as far as the answer reaches', async () => {
  const at = world(answer(NOON + 20_000, NOON + 40_000))
  await at.heard([NOON - MINUTE_MS, NOON])
  at.backfill.joined('a', NOON + MINUTE_MS)
  await at.pass(2 * MINUTE_MS)
  expect(at.claims).toMatchObject([{ from: NOON + 20_000, to: NOON + MINUTE_MS }])
})

test('a service that left the channel reaches up to its last line, and one that tells nothing nowhere', async () => {
  const left = world({ kind: 'told', isJoined: false, lines: told(NOON - 10_000, NOON + 30_000) })
  await left.heard([NOON - MINUTE_MS, NOON])
  left.backfill.joined('a', NOON + MINUTE_MS)
  await left.pass(2 * MINUTE_MS)
  expect(left.claims).toMatchObject([{ from: NOON, to: NOON + 30_000 }])
  for (const isJoined of [true, false]) {
    const silent = world({ kind: 'told', isJoined, lines: [] })
    await silent.heard([NOON - MINUTE_MS, NOON])
    silent.backfill.joined('a', NOON + MINUTE_MS)
    await silent.pass(2 * MINUTE_MS)
    expect(silent.questions).toHaveLength(1)
    expect(silent.claims).toEqual([])
  }
})

test('nothing is asked of what was never heard, or what another ingestor heard', async () => {
  const fresh = world()
  fresh.backfill.joined('a', NOON)
  await fresh.pass(MINUTE_MS)
  const covered = world()
  await covered.heard([NOON - MINUTE_MS, NOON + 58_000], [NOON + 58_100, NOON + MINUTE_MS])
  covered.backfill.joined('a', NOON + MINUTE_MS)
  await covered.pass(2 * MINUTE_MS)
  expect(covered.backfill.figures()).toMatchObject({ asked: 0, waiting: 0 })
})

test('several gaps of one horizon are one question, and none of them is asked for again', async () => {
  const at = world(answer(NOON - 90_000, NOON + 30_000))
  await at.heard([NOON - 3 * MINUTE_MS, NOON - 2 * MINUTE_MS], [NOON - MINUTE_MS, NOON])
  at.backfill.joined('a', NOON + MINUTE_MS)
  await at.pass(2 * MINUTE_MS)
  expect(at.questions).toMatchObject([{ after: NOON - 3 * MINUTE_MS }])
  expect(at.claims).toMatchObject([
    { from: NOON - 90_000, to: NOON - MINUTE_MS },
    { from: NOON, to: NOON + MINUTE_MS },
  ])
  await at.heard([NOON - 3 * MINUTE_MS, NOON - 2 * MINUTE_MS], [NOON + MINUTE_MS, NOON + 2 * MINUTE_MS])
  at.backfill.joined('a', NOON + 3 * MINUTE_MS)
  await at.pass(2 * MINUTE_MS)
  expect(at.questions.slice(1)).toEqual([
    { login: 'a', after: NOON + MINUTE_MS, before: NOON + 3 * MINUTE_MS + 5_000 },
  ])
})

test('it reaches back one horizon, and no further than yesterday for what was heard', async () => {
  const at = world(answer(NOON - DAY_MS / 4))
  await at.heard([DAY, DAY + MINUTE_MS])
  at.backfill.joined('a', NOON)
  await at.pass(5_000)
  const { from, to } = at.claims[0] ?? { from: 0, to: 0 }
  expect(to).toBe(NOON)
  expect(from).toBeGreaterThan(NOON - HORIZON_MS)
  expect(from).toBeLessThan(NOON - HORIZON_MS + MINUTE_MS)
})

test('an owner who wants no history is not asked again', async () => {
  const at = world({ kind: 'forbidden', reason: 'no' })
  await at.heard([NOON - MINUTE_MS, NOON])
  at.backfill.joined('a', NOON + MINUTE_MS)
  await at.pass(2 * MINUTE_MS)
  at.backfill.joined('a', NOON + 3 * MINUTE_MS)
  await at.pass(2 * MINUTE_MS)
  expect(at.questions).toHaveLength(1)
  expect(at.claims).toEqual([])
})

test('a failing service is left alone for longer and longer, and a gap is given up after three tries', async () => {
  const at = world(
    { kind: 'failed', reason: 'x', restMs: null },
    { kind: 'failed', reason: 'x', restMs: 90_000 },
    { kind: 'failed', reason: 'x', restMs: null },
  )
  await at.heard([NOON - MINUTE_MS, NOON])
  at.backfill.joined('a', NOON + 1_000)
  await at.pass(5_000)
  expect(at.questions).toHaveLength(1)
  await at.pass(10_000)
  expect(at.questions).toHaveLength(2)
  await at.pass(70_000)
  expect(at.questions).toHaveLength(2)
  await at.pass(10 * MINUTE_MS)
  expect(at.questions).toHaveLength(3)
  expect(at.backfill.figures()).toMatchObject({ asked: 3, failed: 3, waiting: 0 })
})

test('a channel that is lost again waits until it is heard', async () => {
  const at = world(answer(NOON))
  await at.heard([NOON - MINUTE_MS, NOON])
  at.backfill.joined('a', NOON + MINUTE_MS)
  at.backfill.lost('a')
  await at.pass(2 * MINUTE_MS)
  expect(at.questions).toEqual([])
  at.backfill.joined('a', NOON + 2 * MINUTE_MS)
  at.backfill.keep(new Set())
  await at.pass(MINUTE_MS)
  expect(at.questions).toEqual([])
})
