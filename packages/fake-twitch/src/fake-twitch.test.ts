import tmi from 'tmi.js'
import { describe, expect, it, onTestFinished } from 'vitest'
import { type FakeTwitch, type FakeTwitchOptions, startFakeTwitch } from './fake-twitch.ts'
import { LineClient } from './testing/line-client.ts'

async function open(options: FakeTwitchOptions = {}): Promise<FakeTwitch> {
  const twitch = await startFakeTwitch(options)
  onTestFinished(() => twitch[Symbol.asyncDispose]())
  return twitch
}

function client(twitch: FakeTwitch): LineClient {
  const made = new LineClient(twitch.url)
  onTestFinished(() => made[Symbol.dispose]())
  return made
}

const message = (channel: string, text: string) =>
  `@id=1;room-id=2;tmi-sent-ts=3;user-id=4 :mossy_kettle!mossy_kettle@mossy_kettle.tmi.twitch.tv PRIVMSG #${channel} :${text}`

describe('the fake Twitch', () => {
  it('lets the real tmi.js client in and gives it every line of its channels', async () => {
    const twitch = await open({ framing: { seed: 7, fragment: true } })
    const chat = new tmi.Client({
      options: { skipMembership: true, skipUpdatingEmotesets: true, joinInterval: 300 },
      connection: { server: '127.0.0.1', port: twitch.port, secure: false, reconnect: false },
      channels: ['tundra_tapes'],
    })
    const raw: string[] = []
    const done = Promise.withResolvers<void>()
    chat.on('raw_message', (_, { raw: line }) => {
      if (line.includes(' PRIVMSG ')) raw.push(line)
      if (line.endsWith(':the end')) done.resolve()
    })
    const joined = Promise.withResolvers<string>()
    chat.on('join', (channel, _, self) => {
      if (self) joined.resolve(channel)
    })
    await chat.connect()
    expect(await joined.promise).toBe('#tundra_tapes')
    expect(twitch.joins).toMatchObject([{ login: 'tundra_tapes', connection: 1 }])
    expect(twitch.joined('tundra_tapes')).toBe(1)

    const lines = Array.from({ length: 300 }, (_, index) => message('tundra_tapes', `🦊 line ${index} ç`))
    lines.push(message('tundra_tapes', 'the end'))
    for (const line of lines) {
      twitch.send('tundra_tapes', line)
      twitch.send('orbit_orchard', message('orbit_orchard', 'nobody is here'))
    }
    await done.promise
    expect(raw).toEqual(lines)
    expect(twitch.sent).toBe(lines.length)
    await chat.ping()
    await chat.disconnect()
  })

  it('greets with 001 to 376 and echoes a JOIN with the nick, the names and the ROOMSTATE', async () => {
    const twitch = await open({ idOf: () => '77', now: () => 1_234 })
    const reader = await client(twitch).opened()
    expect(reader.protocol).toBe('irc')
    reader.say('CAP LS 302', 'CAP REQ :twitch.tv/tags twitch.tv/commands', 'CAP REQ :twitch.tv/unheard')
    reader.say('PASS oauth:secret', 'NICK Dune_Drifter', 'JOIN #harbor_harp,#Neon_Nettle,#not-a-name,nothing')
    await reader.until((line) => line.endsWith('ROOMSTATE #neon_nettle'))
    const start = ':dune_drifter!dune_drifter@dune_drifter.tmi.twitch.tv JOIN'
    expect(reader.lines.map((line) => line.replace(/ (0\d\d|37\d) dune_drifter :.*/, ' $1'))).toEqual([
      ':tmi.twitch.tv CAP * LS :twitch.tv/tags twitch.tv/commands twitch.tv/membership',
      ':tmi.twitch.tv CAP * ACK :twitch.tv/tags twitch.tv/commands',
      ':tmi.twitch.tv CAP * NAK :twitch.tv/unheard',
      ...['001', '002', '003', '004', '375', '372', '376'].map((number) => `:tmi.twitch.tv ${number}`),
      ...['harbor_harp', 'neon_nettle'].flatMap((login) => [
        `${start} #${login}`,
        `:dune_drifter.tmi.twitch.tv 353 dune_drifter = #${login} :dune_drifter`,
        `:dune_drifter.tmi.twitch.tv 366 dune_drifter #${login} :End of /NAMES list`,
        `@emote-only=0;followers-only=-1;r9k=0;room-id=77;slow=0;subs-only=0 :tmi.twitch.tv ROOMSTATE #${login}`,
      ]),
    ])
    expect(twitch.joins).toEqual([
      { login: 'harbor_harp', atMs: 1_234, connection: 1 },
      { login: 'neon_nettle', atMs: 1_234, connection: 1 },
    ])
  })

  it('answers PING, PART and unknown commands, and sends nothing of a channel that was left', async () => {
    const twitch = await open()
    const reader = await client(twitch).login('a', 'b')
    reader.say('PING', 'PING :alive', 'WHAT now', 'PART #a', 'PRIVMSG #b :not heard')
    await reader.until((line) => line.endsWith(' PART #a'))
    expect(reader.lines.slice(-4)).toEqual([
      'PONG :tmi.twitch.tv',
      ':tmi.twitch.tv PONG tmi.twitch.tv :alive',
      ':tmi.twitch.tv 421 justinfan42 WHAT :Unknown command',
      ':justinfan42!justinfan42@justinfan42.tmi.twitch.tv PART #a',
    ])
    twitch.send('a', message('a', 'unheard'))
    twitch.send('b', message('b', 'heard'))
    expect(await reader.until((line) => line.includes('PRIVMSG'))).toBe(message('b', 'heard'))
    expect([twitch.joined('a'), twitch.joined('b'), twitch.sent]).toEqual([0, 1, 1])
    reader.say('QUIT')
    expect(await reader.closed).toBe(1000)
  })

  it('gives tags and commands only to clients that asked for them', async () => {
    const twitch = await open()
    const reader = await client(twitch).opened()
    reader.say('NICK justinfan1', 'JOIN #a')
    await reader.until((line) => line.includes(' 366 '))
    twitch.send('a', '@room-id=1;tmi-sent-ts=1 :tmi.twitch.tv CLEARCHAT #a')
    twitch.send('a', message('a', 'hello'))
    await reader.until((line) => line.includes('PRIVMSG'))
    expect(reader.lines.at(-1)).toBe(message('a', 'hello').replace(/^\S+ /, ''))
    expect(reader.lines.join()).not.toMatch(/CLEARCHAT|ROOMSTATE/)
  })

  it('refuses logins, without a token or on demand', async () => {
    const twitch = await open()
    const nameless = await client(twitch).opened()
    nameless.say('NICK someone')
    await nameless.closed
    expect(nameless.lines).toEqual([':tmi.twitch.tv NOTICE * :Improperly formatted auth'])
    twitch.refuseLogin(true)
    const refused = await client(twitch).opened()
    refused.say('NICK justinfan5', 'JOIN #a')
    await refused.closed
    expect(refused.lines).toEqual([':tmi.twitch.tv NOTICE * :Login authentication failed'])
    twitch.refuseLogin(false)
    await client(twitch).login('a')
    expect(twitch.joined('a')).toBe(1)
  })

  it('refuses a JOIN with a notice or with silence until it is allowed again', async () => {
    const twitch = await open()
    const reader = await client(twitch).login()
    twitch.refuseJoin('a', 'msg_channel_suspended')
    twitch.silentJoin('b')
    reader.say('JOIN #a', 'JOIN #b', 'PING :done')
    await reader.until((line) => line.endsWith(':done'))
    const notices = reader.lines.filter((line) => line.includes('#'))
    expect(notices).toEqual([
      '@msg-id=msg_channel_suspended :tmi.twitch.tv NOTICE #a :This channel does not exist or has been suspended.',
    ])
    expect(twitch.joins.map(({ login }) => login)).toEqual(['a', 'b'])
    twitch.allowJoin('b')
    reader.say('JOIN #b')
    await reader.until((line) => line.endsWith('ROOMSTATE #b'))
    twitch.notice('b', 'slow_on', 'Slow now.')
    twitch.reconnectNotice()
    expect(await reader.until((line) => line.includes('slow_on'))).toBe(
      '@msg-id=slow_on :tmi.twitch.tv NOTICE #b :Slow now.',
    )
    expect(await reader.until((line) => line.includes('RECONNECT'))).toBe(':tmi.twitch.tv RECONNECT')
  })

  it('freezes without closing: nothing is read, nothing written, nobody new is answered', async () => {
    const twitch = await open()
    const reader = await client(twitch).login('a')
    const heard = reader.lines.length
    twitch.freeze()
    twitch.send('a', message('a', 'late'))
    reader.say('JOIN #b', 'PING :late')
    const newcomer = client(twitch)
    let answered = false
    const opening = newcomer.opened().then(() => {
      answered = true
    })
    // Another server on the same loop answers a whole conversation meanwhile; this one stays silent.
    const other = await open()
    await client(other).login('a')
    await client(other).login('a')
    expect([reader.lines.length, answered, twitch.connections]).toEqual([heard, false, 1])
    expect(twitch.joins.map(({ login }) => login)).toEqual(['a'])
    twitch.thaw()
    await opening
    await reader.until((line) => line.endsWith('PONG tmi.twitch.tv :late'))
    expect(twitch.joined('b')).toBe(1)
    await reader.until((line) => line.endsWith('PRIVMSG #a :late'))
  })

  it('drops connections without a goodbye and takes new ones', async () => {
    const twitch = await open()
    const readers = [await client(twitch).login('a'), await client(twitch).login('a')]
    expect(twitch.joined('a')).toBe(2)
    twitch.dropAll()
    expect([twitch.joined('a'), twitch.connections]).toEqual([0, 0])
    for (const reader of readers) expect(await reader.closed).toBe(1006)
    await client(twitch).login('a')
    expect(twitch.joined('a')).toBe(1)
    expect(twitch.joins.map(({ connection }) => connection)).toEqual([1, 2, 3])
  })

  it('puts several lines into a frame, the same way for the same seed', async () => {
    const framesOf = async (seed: number) => {
      const twitch = await open({ framing: { seed, linesMax: 10 } })
      const reader = await client(twitch).login('a')
      const before = reader.frames.length
      for (let index = 0; index < 100; index++) twitch.send('a', message('a', String(index)))
      await reader.until((line) => line.endsWith(':99'))
      return reader.frames.slice(before)
    }
    const [one, same, other] = [await framesOf(1), await framesOf(1), await framesOf(2)]
    expect(one).toEqual(same)
    expect(one).not.toEqual(other)
    expect(one.reduce((sum, lines) => sum + lines, 0)).toBe(100)
    expect(Math.max(...one)).toBeGreaterThan(3)
  })

  it('says so when its port is taken', async () => {
    const twitch = await open()
    await expect(startFakeTwitch({ port: twitch.port })).rejects.toThrow(/cannot listen on 127\.0\.0\.1/)
  })
})
