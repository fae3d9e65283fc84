import { CHANNEL_STATES_PARTITION } from '@smacktalk/contract'
import type { Embedded } from '@smacktalk/embedded'
import {
  type ChannelHearing,
  type ChatListener,
  type ChatSource,
  LogUnavailableError,
  StoreUnavailableError,
} from '@smacktalk/ports'
import { silentLogger, systemClock } from '@smacktalk/runtime'
import { openWantedChannels } from '@smacktalk/wanted-channels'
import { decodeFeed } from '@smacktalk/wire'
import { describe, expect, it, onTestFinished } from 'vitest'
import { openTemporaryLog, recordsIn, until } from '../../../test/support/temporary-log.ts'
import { startIngestor } from './ingestor.ts'
import type { IngestorSettings } from './settings-book.ts'

/** A source that does what the test says. */
function scriptedSource() {
  const hearings = new Map<string, ChannelHearing>()
  const wants: string[][] = []
  let listener: ChatListener | undefined
  let disposed = false

  function set(login: string, change: Partial<ChannelHearing>): void {
    const before = hearings.get(login)
    hearings.set(login, {
      login,
      state: 'queued',
      reason: null,
      since: 0,
      place: null,
      etaMs: null,
      heardUntil: null,
      ...before,
      ...change,
    })
  }

  const source: ChatSource = {
    want(logins) {
      wants.push([...logins])
      for (const login of hearings.keys()) if (!logins.includes(login)) hearings.delete(login)
      for (const login of logins) set(login, {})
    },
    channels: () => [...hearings.values()],
    figures: () => ({ connections: [], confirmed: 0, refusal: null }),
    async [Symbol.asyncDispose]() {
      disposed = true
    },
  }
  return {
    wants,
    open(to: ChatListener) {
      listener = to
      return source
    },
    isDisposed: () => disposed,
    line: (raw: string) => listener?.line(raw, systemClock.now()),
    join(login: string, at = systemClock.now()) {
      set(login, { state: 'joined', heardUntil: at })
      listener?.joined(login, at)
    },
    hear: (login: string, heardUntil: number) => set(login, { heardUntil }),
    lose(login: string, heardUntil: number, cause: string) {
      set(login, { state: 'lost', reason: cause, heardUntil: null })
      listener?.lost(login, heardUntil, cause)
    },
  }
}

const settings: IngestorSettings = {
  bots: ['nightbot'],
  optOut: [],
  channels: [{ name: 'a' }, { name: 'b' }],
}

async function start(
  embedded: Embedded,
  startWith = settings,
  watched: () => Promise<ReadonlySet<string>> = async () => new Set(),
) {
  const script = scriptedSource()
  const stopping = new AbortController()
  const wanted = await openWantedChannels({ log: embedded.log, clock: systemClock, signal: stopping.signal })
  const ingestor = await startIngestor({
    ...embedded,
    clock: systemClock,
    logger: silentLogger,
    settings: startWith,
    wanted,
    openSource: script.open,
    ingestorId: 'one',
    watched,
  })
  const stop = async () => {
    await ingestor[Symbol.asyncDispose]()
    await ingestor.finished
    stopping.abort()
    await wanted.finished
  }
  onTestFinished(stop)
  return { script, ingestor, wanted, stop }
}

const message = (id: string, room = '11', login = 'a') =>
  `@id=${id};room-id=${room};user-id=5;tmi-sent-ts=1700000000000 :x!x@x PRIVMSG #${login} :hello`

async function statesIn({ store }: Embedded) {
  const rows = await store.load('channel_states', CHANNEL_STATES_PARTITION)
  return new Map(
    rows.map(({ value }) => {
      const state = decodeFeed('channelState', value)
      return [state.login, state]
    }),
  )
}

describe('the ingestor', () => {
  it('asks for the configured channels and those added later', async () => {
    const embedded = await openTemporaryLog()
    const { script, wanted } = await start(embedded)
    expect(script.wants.at(-1)).toEqual(['a', 'b'])
    await wanted.add(['c'])
    expect(script.wants.at(-1)).toEqual(['a', 'b', 'c'])
    await wanted.remove('a')
    expect(script.wants.at(-1)).toEqual(['b', 'c'])
  })

  it('joins a channel that was configured while the log took nothing, as soon as it does', async () => {
    const embedded = await openTemporaryLog()
    const { script, ingestor, wanted } = await start(embedded)
    const applyConfig = wanted.applyConfig
    let isAway = true
    wanted.applyConfig = async (logins) => {
      if (isAway) throw new LogUnavailableError('the log is away', 'wait')
      return applyConfig(logins)
    }
    await ingestor.updateSettings({ ...settings, channels: [...settings.channels, { name: 'c' }] })
    expect(script.wants.at(-1)).toEqual(['a', 'b'])
    isAway = false
    await until(() => script.wants.at(-1)?.includes('c') === true)
    expect(script.wants.at(-1)).toEqual(['a', 'b', 'c'])
  })

  it('asks first for what somebody looks at, as soon as somebody does', async () => {
    const embedded = await openTemporaryLog()
    const watched = new Set<string>()
    const { script } = await start(embedded, settings, async () => new Set(watched))
    expect(script.wants.at(-1)).toEqual(['a', 'b'])
    watched.add('b')
    await until(() => script.wants.at(-1)?.[0] === 'b')
    expect(script.wants.at(-1)).toEqual(['b', 'a'])
  })

  it('goes on when nobody can say who looks at what', async () => {
    const embedded = await openTemporaryLog()
    let asked = 0
    const { script } = await start(embedded, settings, async () => {
      if (++asked === 1) throw new StoreUnavailableError('the store is away', 'wait')
      return new Set(['b'])
    })
    await until(() => script.wants.at(-1)?.[0] === 'b')
    expect(asked).toBeGreaterThan(1)
  })

  it('writes the settings of a channel before its first record and after each change', async () => {
    const embedded = await openTemporaryLog()
    const { script, ingestor, stop } = await start(embedded)
    script.line(message('m-1'))
    script.line(message('m-2'))
    await ingestor.updateSettings({ ...settings, bots: ['other'] })
    script.line(message('m-3'))
    await stop()
    const kinds = (await recordsIn(embedded)).map((record) =>
      record.kind === 'message' ? record.value.id : record.kind,
    )
    expect(kinds).toEqual(['channelSettings', 'm-1', 'm-2', 'channelSettings', 'm-3'])
  })

  it('keeps private and other lines out of the log, counts them, and never fails on a bad one', async () => {
    const embedded = await openTemporaryLog()
    const { script, ingestor, stop } = await start(embedded)
    for (const line of [
      'PING :x',
      '@message-id=1 :x!x@x WHISPER me :secret',
      '',
      '\u0000',
      '@a=b',
      message('m-1'),
    ]) {
      script.line(line)
    }
    const figures = ingestor.figures()
    expect(figures).toMatchObject({
      lines: 6,
      ignored: { PING: 1, WHISPER: 1, '': 1 },
      records: { broken: 2, message: 1 },
      wanted: 2,
    })
    await stop()
    const kinds = (await recordsIn(embedded)).map(({ kind }) => kind).sort()
    expect(kinds).toEqual(['broken', 'broken', 'channelSettings', 'message'])
  })

  it('says up to when it heard a channel, why it lost it, and that it stopped', async () => {
    const embedded = await openTemporaryLog()
    const { script, stop } = await start(embedded)
    const at = systemClock.now()
    script.join('a', at)
    script.line(message('m-1'))
    script.lose('a', at + 100, 'connection lost')
    script.join('a', at + 500)
    script.hear('a', at + 900)
    await stop()
    expect(script.isDisposed()).toBe(true)
    const ticks = (await recordsIn(embedded)).flatMap((record) =>
      record.kind === 'coverage' ? [record.value] : [],
    )
    expect(ticks).toMatchObject([
      { channelId: '11', ingestor: 'one', from: at, to: at + 100, ended: 'connection lost' },
      { channelId: '11', from: at + 500, to: at + 900, ended: 'ingestor down' },
    ])
  })

  it('lets only the room itself rename a channel, no late line of another room', async () => {
    const embedded = await openTemporaryLog()
    const { script, ingestor, stop } = await start(embedded)
    const idOf = async () => (await statesIn(embedded)).get('a')?.channelId
    const heard = (id: string) => until(async () => (await idOf()) === id)
    script.join('a')
    script.line(message('m-1', '11'))
    await heard('11')
    script.line(message('m-2', '99'))
    expect(ingestor.figures().records['message']).toBe(2)
    await stop()
    expect(await idOf()).toBe('11')
  })

  it('shows the state of every channel, and leaves no one joined when it stops', async () => {
    const embedded = await openTemporaryLog()
    const { script, wanted, stop } = await start(embedded)
    script.join('a')
    script.line(message('m-1'))
    await until(async () => (await statesIn(embedded)).get('a')?.channelId === '11')
    expect((await statesIn(embedded)).get('b')).toMatchObject({ state: 'queued', ingestor: 'one' })
    await wanted.remove('b')
    await until(async () => (await statesIn(embedded)).get('b')?.state === 'paused')
    expect((await statesIn(embedded)).get('a')).toMatchObject({ state: 'joined' })
    await stop()
    expect((await statesIn(embedded)).get('a')).toMatchObject({ state: 'lost', reason: 'ingestor stopped' })
  })

  it('replaces the state of a channel that another build wrote', async () => {
    const embedded = await openTemporaryLog()
    const key = { table: 'channel_states', partition: CHANNEL_STATES_PARTITION, row: 'old one' } as const
    await embedded.store.write([{ ...key, position: 1, writtenAt: 1, value: new Uint8Array([1, 2, 3]) }])
    await start(embedded)
    await until(async () => {
      const rows = await embedded.store.load('channel_states', CHANNEL_STATES_PARTITION)
      return rows.every(({ value }) => value.byteLength > 3)
    })
    expect((await statesIn(embedded)).get('old')).toMatchObject({ state: 'paused' })
  })

  it('shows channels of an earlier process that are no longer wanted as paused', async () => {
    const embedded = await openTemporaryLog()
    const first = await start(embedded)
    await until(async () => (await statesIn(embedded)).has('b'))
    await first.stop()
    await start(embedded, { ...settings, channels: [{ name: 'a' }] })
    await until(async () => (await statesIn(embedded)).get('b')?.state === 'paused')
    await until(async () => (await statesIn(embedded)).get('a')?.state === 'queued')
  })
})
