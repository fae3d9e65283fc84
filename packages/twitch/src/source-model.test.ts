/** The source against histories of a chat server that fails at random (testing/source-history.ts). */
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { type Command, History, histories, NAMES, playHistory } from './testing/source-history.ts'

/** Histories that once went wrong. */
const FOUND: [number[], Command[]][] = [
  // The echo of a JOIN came after a NOTICE that says no, and nobody left the channel.
  [
    [251],
    [
      { kind: 'want', logins: ['c2'] },
      { kind: 'want', logins: ['c3'] },
      { kind: 'noticed', login: 'c3', messageId: 'msg_channel_suspended' },
      { kind: 'wait', ms: 250 },
      { kind: 'want', logins: ['c5'] },
    ],
  ],
  // Two old connections that stood for each other ended at once.
  [
    [1_000],
    [
      { kind: 'want', logins: ['c1'] },
      { kind: 'wait', ms: 5_000 },
      { kind: 'ask-to-go' },
      { kind: 'wait', ms: 2_000 },
      { kind: 'ask-to-go' },
      { kind: 'wait', ms: 10_000 },
    ],
  ],
  // A connection that stands still is found by its silence alone.
  [[100], [{ kind: 'want', logins: ['c1', 'c2'] }, { kind: 'wait', ms: 2_000 }, { kind: 'freeze' }]],
]

it('keeps to the limits and the truth at every moment, and joins everybody once it can', {
  timeout: 120_000,
}, async () => {
  await fc.assert(fc.asyncProperty(...histories, playHistory), { numRuns: 25, examples: FOUND })
})

it('tries a refused login once a minute, with one connection', async () => {
  const history = new History([100])
  history.chat.mode = 'login-refused'
  await history.apply({ kind: 'want', logins: NAMES })
  await history.wait(300_000)
  expect(history.chat.logins.length).toBeLessThanOrEqual(7)
  expect(history.source.channels().every(({ state }) => state === 'refused')).toBe(true)
  history.chat.heal()
  await history.wait(60_000)
  expect(history.source.channels().filter(({ state }) => state === 'joined').length).toBeGreaterThanOrEqual(
    18,
  )
  await history.source[Symbol.asyncDispose]()
})

it('tells within a minute that a channel is open again, and asks a full server for one channel a minute', async () => {
  const history = new History([50])
  history.chat.capacity = 3
  for (const login of ['c0', 'c1']) history.chat.rules.set(login, 'msg_channel_suspended')
  await history.apply({ kind: 'want', logins: NAMES.slice(0, 40) })
  await history.wait(20_000)
  const of = (state: string) => history.source.channels().filter((hearing) => hearing.state === state).length
  expect([of('joined'), of('suspended'), of('refused')]).toEqual([3, 2, 35])
  const confirmed = () => history.source.figures().confirmed
  const joins = history.chat.joinsSeen
  await history.wait(180_000)
  // Both suspended ones every 45 s, and one of the others every 50 s.
  expect(history.chat.joinsSeen - joins).toBeLessThanOrEqual(2 * 5 + 4)
  history.chat.capacity = 100
  await history.wait(60_000)
  expect(confirmed()).toBeGreaterThan(3)
  history.chat.rules.clear()
  await history.wait(60_000)
  expect([of('joined'), confirmed()]).toEqual([40, 40])
  await history.source[Symbol.asyncDispose]()
})
