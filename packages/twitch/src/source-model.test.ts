/** The source against histories of a chat server that fails at random (testing/source-history.ts). */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
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

describe('of many suspended channels', () => {
  const SUSPENDED = NAMES.slice(0, 90)
  const OTHERS = NAMES.slice(90)

  /** @param settledMs until all have been asked for, at 18 JOINs in 10.5 s, and the suspended ones once more */
  async function suspended(logins: readonly string[], settledMs = 150_000) {
    const history = new History([50])
    for (const login of logins) history.chat.rules.set(login, 'msg_channel_suspended')
    await history.apply({ kind: 'want', logins: [...logins, ...OTHERS.slice(0, 30)] })
    await history.wait(settledMs)
    const of = (state: string) => history.source.channels().filter((hearing) => hearing.state === state)
    expect(of('suspended')).toHaveLength(logins.length)
    return { history, of }
  }

  it('looks at each of ninety within a minute while nobody else wants to join', async () => {
    const { history, of } = await suspended(SUSPENDED)
    let oldest = 0
    for (let step = 0; step < 240; step++) {
      await history.wait(1_000)
      const now = history.clock.now()
      for (const login of SUSPENDED) oldest = Math.max(oldest, now - (history.chat.askedAt.get(login) ?? 0))
    }
    expect(oldest).toBeLessThanOrEqual(60_000)
    expect(of('suspended').every(({ reason }) => !reason?.includes('looked at'))).toBe(true)
    history.chat.rules.clear()
    await history.wait(60_000)
    expect(of('joined')).toHaveLength(120)
    expect(history.chat.broken).toEqual([])
    await history.source[Symbol.asyncDispose]()
  })

  it('joins first who is wanted now', async () => {
    const { history, of } = await suspended(SUSPENDED)
    await history.wait(60_000)
    await history.apply({ kind: 'want', logins: [...SUSPENDED, ...OTHERS] })
    await history.wait(8_000)
    expect(of('joined')).toHaveLength(OTHERS.length)
    expect(history.chat.broken).toEqual([])
    await history.source[Symbol.asyncDispose]()
  })

  it('says of those that it did not get to when they were looked at', async () => {
    const many = [...SUSPENDED, ...Array.from({ length: 90 }, (_, index) => `more${index}`)]
    const { history, of } = await suspended(many, 300_000)
    await history.wait(120_000)
    const now = history.clock.now()
    for (const { login, reason } of of('suspended')) {
      const askedAt = history.chat.askedAt.get(login) ?? 0
      const isOld = now - askedAt > 61_000
      const at = new Date(askedAt).toISOString().slice(0, 17).replace('T', ' ')
      if (isOld) expect(reason).toContain(`It is tried again in turn (last looked at ${at}`)
      // A JOIN of just now has not been answered yet.
      if (now - askedAt < 60_000 && now - askedAt > 1_000)
        expect(reason).toContain('It is tried again every minute')
      // All of them in turn: none is forgotten.
      expect(now - askedAt).toBeLessThanOrEqual(120_000)
    }
    await history.source[Symbol.asyncDispose]()
  })
})

it('counts a channel as confirmed no longer when it was told to leave it, whether or not that is answered', async () => {
  const history = new History([50])
  history.chat.isSilentOnPart = true
  await history.apply({ kind: 'want', logins: ['c0', 'c1', 'c2'] })
  await history.wait(5_000)
  history.chat.rules.set('c0', 'msg_channel_suspended')
  await history.apply({ kind: 'noticed', login: 'c0', messageId: 'msg_channel_suspended' })
  await history.apply({ kind: 'want', logins: ['c0', 'c2'] })
  await history.wait(5_000)
  expect(history.source.figures().confirmed).toBe(1)
  history.chat.rules.clear()
  await history.wait(60_000)
  expect(history.source.figures().confirmed).toBe(2)
  await history.source[Symbol.asyncDispose]()
})

it('knows no longer that a channel is suspended when three JOINs were not answered', async () => {
  const history = new History([50])
  history.chat.rules.set('c0', 'msg_channel_suspended')
  await history.apply({ kind: 'want', logins: ['c0'] })
  await history.wait(5_000)
  history.chat.rules.set('c0', 'silent')
  await history.wait(180_000)
  expect(history.source.channels()[0]).toMatchObject({ state: 'not-found' })
  await history.source[Symbol.asyncDispose]()
})

it('looks at suspended channels while the server lets nobody more in, and says when it has no room for one', async () => {
  const history = new History([50])
  for (const login of ['c0', 'c1', 'c2', 'c3']) history.chat.rules.set(login, 'msg_channel_suspended')
  history.chat.capacity = 10
  await history.apply({ kind: 'want', logins: NAMES.slice(0, 30) })
  await history.wait(60_000)
  const states = () =>
    history.source
      .channels()
      .slice(0, 4)
      .map(({ state }) => state)
  expect(states()).toEqual(['suspended', 'suspended', 'suspended', 'suspended'])
  history.chat.rules.clear()
  await history.wait(60_000)
  expect(states()).toEqual(['refused', 'refused', 'refused', 'refused'])
  await history.source[Symbol.asyncDispose]()
})
