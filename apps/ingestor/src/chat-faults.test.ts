/** What chat servers do wrong, played by a real server against the real client. */
import { systemClock as clock } from '@smacktalk/runtime'
import { describe, expect, it } from 'vitest'
import { until } from '../../../test/support/temporary-log.ts'
import { type ChatSetup, isJoined, setUpChat, stateOf } from './testing/chat-setup.ts'

const SEED = 20_261
console.info(`messages cut and doubled by seed ${SEED}`)

const numbered = (login: string, number: number) =>
  `@id=n-${number};tmi-sent-ts=1700000000000 :x!x@x PRIVMSG #${login} :number ${number} 🦊 of many  `

const chatOf = ({ lines }: ChatSetup) => lines.filter((line) => line.includes(' PRIVMSG '))

async function joinAll(setup: ChatSetup, logins: readonly string[]): Promise<void> {
  setup.source.want(logins)
  await until(() => logins.every((login) => isJoined(setup.source, login)))
}

describe('lines', () => {
  it('arrive whole and in order however messages and fragments cut them', async () => {
    const setup = await setUpChat({}, { framing: { seed: SEED, fragment: true, cutLines: true } })
    await joinAll(setup, ['a'])
    const sent = Array.from({ length: 2_000 }, (_, index) => numbered('a', index))
    for (const line of sent) setup.server.send('a', line)
    await until(() => chatOf(setup).length >= sent.length)
    expect(chatOf(setup)).toEqual(sent)
  })

  it('that are cut off by the end of their connection are not taken for whole ones', async () => {
    const setup = await setUpChat()
    await joinAll(setup, ['a'])
    setup.server.dropAll(numbered('a', 1))
    await until(() => setup.said.length === 3)
    setup.server.send('a', numbered('a', 2))
    await until(() => chatOf(setup).length > 0)
    expect(setup.said).toEqual(['joined a', 'lost a: connection lost', 'joined a'])
    expect(chatOf(setup)).toEqual([numbered('a', 2)])
  })

  it('that are delivered twice are passed on twice, with their ids: judging knows them', async () => {
    const setup = await setUpChat({}, { framing: { seed: SEED } })
    await joinAll(setup, ['a'])
    setup.server.deliverTwice(0.5)
    for (let number = 0; number < 200; number++) setup.server.send('a', numbered('a', number))
    setup.server.deliverTwice(0)
    setup.server.send('a', numbered('a', 200))
    await until(() => chatOf(setup).at(-1) === numbered('a', 200))
    expect(new Set(chatOf(setup)).size).toBe(201)
    expect(chatOf(setup).length).toBeGreaterThan(260)
  })

  it('come late over a slow connection and none is missing', async () => {
    const setup = await setUpChat({ watchdogMs: 3_000 })
    await joinAll(setup, ['a'])
    setup.server.slowDown(500)
    const startedAt = clock.now()
    for (let number = 0; number < 500; number++) setup.server.send('a', numbered('a', number))
    await until(() => chatOf(setup).length === 500)
    expect(clock.now() - startedAt).toBeGreaterThan(700)
    expect(setup.said).toEqual(['joined a'])
  })

  it('that pile up before a connection which is far too slow cost it the connection, and it comes back', async () => {
    const setup = await setUpChat()
    await joinAll(setup, ['a'])
    setup.server.slowDown(100)
    for (let number = 0; number < 6_000; number++) setup.server.send('a', numbered('a', number))
    await until(() => setup.said.includes('lost a: connection lost'))
    setup.server.slowDown(null)
    await until(() => setup.said.length === 3)
    expect(setup.server.lost).toBeGreaterThan(5_000)
    expect(setup.lostAt[0]?.heardUntil).toBeLessThanOrEqual(setup.lostAt[0]?.noticedAt ?? 0)
  })
})

describe('a server that is about to restart', () => {
  it('is left without a gap, over several rounds, under load, with every channel', async () => {
    const setup = await setUpChat()
    const { server, source, said } = setup
    const logins = ['a', 'b', 'c']
    await joinAll(setup, logins)
    let number = 0
    const speak = () => {
      for (const login of logins) server.send(login, numbered(login, number++))
    }
    for (let round = 1; round <= 2; round++) {
      const joins = server.joins.length
      server.reconnectNotice(3_000)
      await until(() => {
        speak()
        return server.joins.length === joins + logins.length && server.connections === 1
      })
      expect(source.figures().connections).toMatchObject([{ restarts: round, state: 'open', channels: 3 }])
    }
    speak()
    await until(
      () =>
        chatOf(setup)
          .at(-1)
          ?.includes(`n-${number - 1};`) === true,
    )
    expect(new Set(chatOf(setup)).size).toBe(number)
    expect(said).toEqual(logins.map((login) => `joined ${login}`))
  })

  it('which asks every new connection to go is answered ever more slowly', async () => {
    const setup = await setUpChat({ random: () => 0.99 })
    const { server, source } = setup
    await joinAll(setup, ['a'])
    const asked = new Set<number>()
    const startedAt = clock.now()
    await until(() => {
      const newest = server.joins.at(-1)?.connection ?? 0
      if (!asked.has(newest)) {
        asked.add(newest)
        server.reconnectNotice()
      }
      return clock.now() - startedAt > 4_500
    })
    // Half a second, one, two, four: one at full speed would have come every 0.6 s.
    expect(source.figures().connections[0]?.restarts).toBeLessThanOrEqual(4)
    expect(setup.said.filter((word) => word.startsWith('lost'))).toEqual([])
  })
})

describe('a server that lets nobody more in', () => {
  it('is not asked again and again: the rest says why and what to do, and moves up when one leaves', async () => {
    const setup = await setUpChat()
    const { server, source } = setup
    server.limitChannels(3)
    source.want(['a', 'b', 'c', 'd', 'e'])
    await until(() => stateOf(source, 'e')?.state === 'refused')
    await clock.sleep(600)
    expect(source.channels().map(({ state }) => state)).toEqual([
      'joined',
      'joined',
      'joined',
      'refused',
      'refused',
    ])
    expect(stateOf(source, 'e')?.reason).toMatch(
      /too many chat channels\. Twitch lets an account .* Remove channels/,
    )
    expect(source.figures().refusal).toMatch(
      /^Twitch lets this account into no more channels: “You are connected/,
    )
    expect(server.joins).toHaveLength(5)
    source.want(['b', 'c', 'd', 'e'])
    await until(() => isJoined(source, 'd'))
    await until(() => stateOf(source, 'e')?.state === 'refused')
    expect(source.figures().confirmed).toBe(3)
  })

  it('because of the pace is left in peace for a while', async () => {
    const setup = await setUpChat()
    const { server, source } = setup
    server.enforcePace(true)
    await joinAll(setup, ['a'])
    server.notice('', '', 'You are joining channels too fast.')
    source.want(['a', 'b'])
    await until(() => stateOf(source, 'b')?.state !== 'joined' && server.joins.length >= 1)
    server.notice('', '', 'You are joining channels too fast.')
    await clock.sleep(400)
    const joins = server.joins.length
    source.want(['a', 'b', 'c', 'd'])
    await clock.sleep(600)
    expect(server.joins).toHaveLength(joins)
    expect(stateOf(source, 'd')).toMatchObject({
      state: 'refused',
      reason: expect.stringContaining('limit of 20 JOINs in 10 seconds'),
    })
    expect(isJoined(source, 'a')).toBe(true)
  })

  it('because of the login is tried by one connection alone', async () => {
    const setup = await setUpChat()
    const { server, source } = setup
    server.refuseLogin(true)
    source.want(Array.from({ length: 200 }, (_, index) => `c${index}`))
    await until(() => stateOf(source, 'c199')?.state === 'refused')
    await clock.sleep(2_000)
    const { connections } = source.figures()
    expect(connections).toHaveLength(3)
    expect(connections.reduce((sum, { reason }) => sum + Number(reason !== null), 0)).toBe(1)
    expect(stateOf(source, 'c0')?.reason).toMatch(/^Login authentication failed\. Check twitch\.username/)
  })
})

describe('who is where', () => {
  it('agrees at rest: wanted, joined, confirmed, and what the server knows', async () => {
    const setup = await setUpChat()
    const { server, source } = setup
    await joinAll(setup, ['a', 'b', 'c', 'd'])
    source.want(['b', 'd', 'e'])
    await until(() => isJoined(source, 'e') && server.joined('a') === 0 && server.joined('c') === 0)
    await until(() => source.figures().confirmed === 3)
    expect(source.channels().filter(({ state }) => state === 'joined')).toHaveLength(3)
    expect(['a', 'b', 'c', 'd', 'e'].map((login) => server.joined(login))).toEqual([0, 1, 0, 1, 1])
  })

  it('leaves a channel that is suspended while it is heard, and says up to when it was', async () => {
    const setup = await setUpChat()
    const { server, source, said } = setup
    await joinAll(setup, ['a', 'b'])
    server.notice('a', 'msg_channel_suspended', 'This channel has been suspended.')
    await until(() => stateOf(source, 'a')?.state === 'suspended')
    await until(() => server.joined('a') === 0 && source.figures().confirmed === 1)
    expect(said).toEqual(['joined a', 'joined b', 'lost a: suspended'])
  })
})
