/** The client gate: the real tmi.js against a chat server on a loopback port. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { startFakeTwitch } from '@smacktalk/fake-twitch'
import { systemClock as clock } from '@smacktalk/runtime'
import { createLineReader } from '@smacktalk/twitch'
import { describe, expect, it, onTestFinished } from 'vitest'
import { until } from '../../../test/support/temporary-log.ts'
import { isJoined, setUpChat as setUp, stateOf } from './testing/chat-setup.ts'

const SEED = 4711
console.info(`frames cut by seed ${SEED}`)

describe('the source over tmi.js', () => {
  it('joins what is wanted, leaves what is not, and hears only where it is', async () => {
    const { server, source, lines, said } = await setUp()
    source.want(['a', 'b'])
    await until(() => isJoined(source, 'a') && isJoined(source, 'b'))
    expect(stateOf(source, 'a')?.heardUntil).toBeGreaterThan(clock.now() - 5_000)
    source.want(['b', 'c'])
    await until(() => isJoined(source, 'c') && server.joined('a') === 0)
    expect(said).toEqual(['joined a', 'joined b', 'lost a: left', 'joined c'])
    server.send('a', ':x!x@x PRIVMSG #a :not heard')
    server.send('b', ':x!x@x PRIVMSG #b :heard')
    await until(() => lines.some((line) => line.endsWith(':heard')))
    expect(lines.some((line) => line.includes('not heard'))).toBe(false)
  })

  it('joins the 18 most important channels at once and tells the others their place', async () => {
    const { server, source } = await setUp()
    const logins = Array.from({ length: 40 }, (_, index) => `c${index}`)
    source.want(logins)
    await until(() => source.channels().filter(({ state }) => state === 'joined').length === 18)
    expect(server.joins.map(({ login }) => login)).toEqual(logins.slice(0, 18))
    const waiting = source.channels().slice(18)
    expect(waiting.map(({ state }) => state)).toEqual(waiting.map(() => 'queued'))
    expect(waiting.map(({ place }) => place)).toEqual(waiting.map((_, index) => index + 1))
    expect(waiting[0]?.etaMs).toBeGreaterThan(5_000)
    expect(waiting.at(-1)?.etaMs).toBeGreaterThan(15_000)
  })

  it('puts more than 90 channels on a second connection', async () => {
    const { server, source } = await setUp()
    source.want(Array.from({ length: 91 }, (_, index) => `c${index}`))
    const startedAt = clock.now()
    await until(() => server.connections === 2)
    // Twitch cuts who connects faster than this.
    expect(clock.now() - startedAt).toBeGreaterThanOrEqual(590)
    source.want(['c0'])
    await until(() => server.connections === 1)
  })

  it('says what it lost and up to when it heard it, and is back after a dropped connection', async () => {
    const { server, source, said, lostAt, lines } = await setUp()
    source.want(['a'])
    await until(() => isJoined(source, 'a'))
    const heard = stateOf(source, 'a')?.heardUntil ?? 0
    await clock.sleep(30)
    server.dropAll()
    await until(() => said.length === 3)
    expect(said).toEqual(['joined a', 'lost a: connection lost', 'joined a'])
    expect(lostAt[0]?.heardUntil).toBe(heard)
    server.send('a', ':x!x@x PRIVMSG #a :again')
    await until(() => lines.includes(':x!x@x PRIVMSG #a :again'))
  })

  it('finds a connection dead that is open and silent, and replaces it', async () => {
    const { server, source, said, lostAt } = await setUp({ watchdogMs: 900 })
    source.want(['a'])
    await until(() => isJoined(source, 'a'))
    server.freeze()
    await until(() => said.includes('lost a: connection lost'))
    // The time from which nothing was heard, not that at which the watchdog found out (less one of its steps).
    const [{ heardUntil, noticedAt } = { heardUntil: 0, noticedAt: 0 }] = lostAt
    expect(noticedAt - heardUntil).toBeGreaterThanOrEqual(900 - 2 * 30)
    server.thaw()
    await until(() => isJoined(source, 'a'))
  })

  it('keeps a silent connection that answers PING, and counts the answer as heard', async () => {
    const { source, said } = await setUp({ watchdogMs: 600 })
    source.want(['quiet'])
    await until(() => isJoined(source, 'quiet'))
    const joinedAt = clock.now()
    await until(() => (stateOf(source, 'quiet')?.heardUntil ?? 0) > joinedAt + 1_000)
    expect(said).toEqual(['joined quiet'])
  })

  it('starts a successor when asked to reconnect, and loses nothing', async () => {
    const { server, source, said, lines } = await setUp()
    source.want(['a', 'b'])
    await until(() => isJoined(source, 'a') && isJoined(source, 'b'))
    let sent = 0
    server.reconnectNotice()
    const say = () => server.send('a', `:x!x@x PRIVMSG #a :number ${sent++}`)
    await until(() => {
      say()
      return server.connections === 2
    })
    await until(() => {
      say()
      return server.connections === 1 && server.joined('a') === 1
    })
    for (let more = 0; more < 5; more++) say()
    await until(() => lines.includes(`:x!x@x PRIVMSG #a :number ${sent - 1}`))
    const heard = new Set(lines.filter((line) => line.includes('PRIVMSG')))
    expect(heard.size).toBe(sent)
    expect(said).toEqual(['joined a', 'joined b'])
  })

  it('tells a suspended channel, a refusing one and one that is not there from the others', async () => {
    const { server, source } = await setUp()
    server.refuseJoin('gone', 'msg_channel_suspended')
    server.refuseJoin('closed', 'msg_banned')
    server.silentJoin('silent')
    source.want(['gone', 'closed', 'silent', 'fine'])
    await until(() => isJoined(source, 'fine'))
    await until(() => stateOf(source, 'closed')?.state === 'refused')
    expect(stateOf(source, 'gone')).toMatchObject({
      state: 'suspended',
      reason: expect.stringMatching(/^This channel does not exist or has been suspended\. It is tried again/),
    })
    expect(stateOf(source, 'silent')?.state).toBe('joining')
  })

  it('shows a refused login on every channel', async () => {
    const { server, source } = await setUp()
    server.refuseLogin(true)
    source.want(['a'])
    await until(() => stateOf(source, 'a')?.state === 'refused')
    expect(stateOf(source, 'a')?.reason).toMatch(/^Login authentication failed\. Check twitch\.username/)
    expect(server.joins).toEqual([])
  })

  it('logs in with a name and a token', async () => {
    const { source } = await setUp({ username: 'somebody', token: 'oauth:0123456789abcdef' })
    source.want(['a'])
    await until(() => isJoined(source, 'a'))
  })

  it('waits for a server that is not there yet', async () => {
    const gone = await startFakeTwitch()
    await gone[Symbol.asyncDispose]()
    const { source } = await setUp({ url: gone.url })
    source.want(['a'])
    await clock.sleep(700)
    expect(stateOf(source, 'a')?.state).toBe('queued')
    const back = await startFakeTwitch({ port: gone.port })
    onTestFinished(() => back[Symbol.asyncDispose]())
    await until(() => isJoined(source, 'a'))
  })
})

const shared = resolve(
  process.env['SMACKTALK_SHARED'] ?? join(import.meta.dirname, '../../../../shared'),
  'twitch-irc/vectors',
)
const present = existsSync(shared)
if (!present)
  console.warn(`SKIPPED: protocol vectors are missing, expected in ${shared}; set SMACKTALK_SHARED`)

describe.skipIf(!present)('the source over tmi.js, given every line of the protocol vectors', () => {
  it('survives, passes on each line exactly once and unchanged, and none of it becomes a private record', async () => {
    // RECONNECT asks for a second connection, on which everything would be heard again.
    const vectors = readdirSync(shared)
      .filter((name) => name.endsWith('.irc') && name !== 'reconnect.irc')
      .flatMap((name) => readFileSync(join(shared, name), 'utf8').split('\n').slice(0, -1))
    const extra = [
      ':x!x@x PRIVMSG #room :a\u2028b\u2029c\u0085d\u000be\u000cf',
      ':x!x@x PRIVMSG #room :with a lone\nline feed',
      ':x!x@x PRIVMSG #room :with NUL \u0000 inside',
      ':x!x@x PRIVMSG #room :trailing blanks  ',
      '\u0000',
      '   ',
    ]
    const all = [...vectors, ...extra].filter((line) => line !== '')
    const { server, source, lines, said } = await setUp({}, { framing: { seed: SEED, fragment: true } })
    source.want(['room'])
    await until(() => isJoined(source, 'room'))
    const before = lines.length
    for (const line of all) server.send('room', line)
    server.send('room', ':x!x@x PRIVMSG #room :the end')
    await until(() => lines.at(-1) === ':x!x@x PRIVMSG #room :the end')

    const heard = lines
      .slice(before, -1)
      .filter((line) => !line.startsWith(':tmi.twitch.tv PONG tmi.twitch.tv :alive'))
    expect(heard).toEqual(all)
    expect(said).toEqual(['joined room'])
    expect(server.connections).toBe(1)

    const reader = createLineReader({ run: 'live', ingestor: 'test' })
    const outcomes = heard.map((line) => ({ line, outcome: reader.read(line, 0) }))
    const whispers = outcomes.filter(({ line }) => /^(?:@[^ ]+ )?:[^ ]+ WHISPER /.test(line))
    for (const { outcome } of whispers) expect(outcome).toEqual({ kind: 'ignored', command: 'WHISPER' })
    expect(whispers).toHaveLength(8)
    const cheers = outcomes.filter(
      ({ outcome }) =>
        outcome.kind === 'record' && outcome.record.kind === 'message' && outcome.record.value.bits !== null,
    )
    expect(cheers.length).toBeGreaterThan(20)
  })
})
