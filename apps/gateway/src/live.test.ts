/** The live path over a real socket: what a page sees when it watches. */
import {
  type ClientToServer,
  DAY_MS,
  type Frame,
  MINUTE_MS,
  SECOND_MS,
  type ServerToClient,
  SHARED,
  summarise,
  type View,
  type Watch,
  type WatchAnswer,
} from '@smacktalk/contract'
import { io, type Socket } from 'socket.io-client'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import {
  classes,
  coverageRow,
  NOW,
  openTestGateway,
  spanRow,
  type TestGateway,
  viewOf,
} from './gateway-fixture.ts'

const DAY = NOW - (NOW % DAY_MS)
const MINUTE = NOW - (NOW % MINUTE_MS)
const SECOND = NOW / SECOND_MS
const iso = (atMs: number) => new Date(atMs).toISOString()

interface Client {
  readonly socket: Socket<ServerToClient, ClientToServer>
  readonly frames: { kind: 'snapshot' | 'tick'; frame: Frame }[]
  watch(what: unknown): Promise<WatchAnswer>
  snapshot(): Frame
  ticks(): Frame[]
}

async function connect({ gateway }: TestGateway, extraHeaders: Record<string, string> = {}): Promise<Client> {
  const socket: Client['socket'] = io(gateway.url, {
    transports: ['websocket'],
    reconnection: false,
    extraHeaders,
  })
  onTestFinished(() => {
    socket.disconnect()
  })
  const frames: Client['frames'] = []
  socket.on('snapshot', (frame) => frames.push({ kind: 'snapshot', frame }))
  socket.on('tick', (frame) => frames.push({ kind: 'tick', frame }))
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  socket.on('connect', resolve)
  socket.on('connect_error', reject)
  await promise
  return {
    socket,
    frames,
    watch: (what) => socket.emitWithAck('watch', what as Watch),
    snapshot: () => frames.findLast(({ kind }) => kind === 'snapshot')!.frame,
    ticks: () => frames.filter(({ kind }) => kind === 'tick').map(({ frame }) => frame),
  }
}

async function open(): Promise<TestGateway> {
  return openTestGateway(async ({ rows, wanted, clock }) => {
    clock.nowMs = NOW - DAY_MS
    await wanted.add(['alpha', 'beta'])
    clock.nowMs = NOW
    for (const [id, login] of [
      ['7', 'alpha'],
      ['8', 'beta'],
    ] as const) {
      await rows.names(id, login.toUpperCase(), login)
      await rows.state({ login, channelId: id, since: NOW - 5 * MINUTE_MS })
      await rows.coverage(id, DAY, { starts: [NOW - 5 * MINUTE_MS - DAY], ends: [NOW - DAY] }, 3)
    }
    await rows.recents('7', new Map([[SECOND - 2, 6]]), 4)
    await rows.span(
      'days',
      '7',
      DAY,
      { messages: classes(100), chatters: { exact: ['1', '2'], registers: null } },
      4,
    )
    await rows.span(
      'days',
      '8',
      DAY,
      { messages: classes(10), chatters: { exact: ['2', '3'], registers: null } },
      4,
    )
  })
}

/** A view of alpha: `messages` in the second SECOND, as of a position. */
function alphaView(position: number, messages: number): View {
  const summary = (start: number) =>
    summarise(start, position, spanRow({ messages: classes(100 + messages) }))
  return viewOf({
    channelId: '7',
    position,
    asOf: NOW + position,
    seconds: [{ at: NOW, messages: classes(messages).with(SHARED, 2) }],
    minutes: [summary(MINUTE)],
    days: [summary(DAY)],
  })
}

const messagesAt = (frame: Frame, second: number) =>
  frame.values.seconds.find(({ t }) => t === iso(second * SECOND_MS))?.messages

describe('watching a channel', () => {
  test('gives the snapshot first, with ten minutes, the running minute and day, and what nobody heard as null', async () => {
    const client = await connect(await open())
    expect(await client.watch({ channel: 'Alpha' })).toEqual({ ok: true })
    await vi.waitFor(() => expect(client.frames.length).toBeGreaterThan(1))
    expect(client.frames[0]?.kind).toBe('snapshot')
    const { values, ...head } = client.snapshot()
    expect(head).toEqual({ seq: 1, asOf: iso(NOW - 2_000), position: '4', channel: '7' })
    expect(values.seconds).toHaveLength(600)
    expect(values.seconds[0]).toEqual({ t: iso(NOW - 599_000), messages: null })
    expect(messagesAt(client.snapshot(), SECOND - 2)).toBe(6)
    expect(messagesAt(client.snapshot(), SECOND - 100)).toBe(0)
    expect(values).toMatchObject({ rate: 6 / 5, day: { t: iso(DAY), messages: 100 }, top: {} })
    expect(values.minute).toMatchObject({ t: iso(MINUTE), messages: 0, coveredMs: 30_000 })
    expect(values.channels).toBeUndefined()
  })

  test.each([{ channel: 'alpha' }, { overview: true }])(
    'does not repeat the snapshot of %j in the first tick',
    async (what) => {
      const client = await connect(await open())
      await client.watch(what)
      await vi.waitFor(() => expect(client.ticks()).toHaveLength(1))
      const { seconds, channels, secondsByChannel = {} } = client.ticks()[0]!.values
      expect([seconds, channels, secondsByChannel]).toEqual([[], undefined, {}])
    },
  )

  test('gives changes as absolute values, numbers without holes, and a position that only grows', async () => {
    const gateway = await open()
    const client = await connect(gateway)
    await client.watch({ channel: '7' })
    for (let position = 5; position <= 8; position++) {
      await gateway.publish(alphaView(position, position))
      await vi.waitFor(() => expect(client.ticks().at(-1)?.position).toBe(String(position)))
    }
    const newest = client.ticks().at(-1)!
    expect(newest.asOf).toBe(iso(NOW + 8))
    expect(newest.values.seconds).toEqual([{ t: iso(NOW), messages: 10, byClass: [8, 0, 0, 0, 2] }])
    expect(newest.values.day.messages).toBe(108)
    const frames = client.frames.map(({ frame }) => frame)
    expect(frames.map(({ seq }) => seq)).toEqual(frames.map((_, index) => index + 1))
    const positions = frames.map(({ position }) => Number(position))
    expect(positions).toEqual(positions.toSorted((a, b) => a - b))
  })

  test('never shows an older view or row over a newer one', async () => {
    const gateway = await open()
    const client = await connect(gateway)
    await client.watch({ channel: 'alpha' })
    await gateway.publish(alphaView(9, 9), alphaView(6, 6))
    await vi.waitFor(() => expect(client.ticks().at(-1)?.position).toBe('9'))
    await gateway.rows.recents('7', new Map([[SECOND, 1]]), 8)
    await client.watch({ channel: 'alpha' })
    await vi.waitFor(() => expect(client.frames.filter(({ kind }) => kind === 'snapshot')).toHaveLength(2))
    expect(messagesAt(client.snapshot(), SECOND)).toBe(11)
    expect(client.snapshot()).toMatchObject({ position: '9', values: { day: { messages: 109 } } })
  })

  test('says so even when nothing changes, but only every two seconds', async () => {
    const gateway = await open()
    const client = await connect(gateway)
    await client.watch({ channel: 'alpha' })
    await vi.waitFor(() => expect(client.ticks()).toHaveLength(1))
    gateway.clock.nowMs += 1_900
    await settledTicks(gateway, client)
    const before = client.ticks().length
    await settledTicks(gateway, client)
    expect(client.ticks()).toHaveLength(before)
    gateway.clock.nowMs += 2_000
    await vi.waitFor(() => expect(client.ticks()).toHaveLength(before + 1))
    expect(
      client
        .ticks()
        .at(-1)
        ?.values.seconds.map(({ t }) => t),
    ).toContain(iso(NOW + 3_000))
  })

  test('gives the first ten of today by kind, and a list again when it has changed', async () => {
    const gateway = await open()
    const words = Array.from({ length: 12 }, (_, index) => ({ key: `word${index + 10}`, count: 100 - index }))
    await gateway.rows.top('7', 'words', ['day', NOW], words)
    await gateway.rows.top('7', 'emotes', ['day', NOW], [{ key: 'twitch:25', label: 'Kappa', count: 2 }])
    await gateway.rows.top('7', 'emotes', ['day', NOW - DAY_MS], [{ key: 'twitch:1', count: 9 }])
    const client = await connect(gateway)
    await client.watch({ channel: 'alpha' })
    const { top } = client.snapshot().values
    expect(top.words).toHaveLength(10)
    expect(top.words?.[0]).toEqual({ key: 'word10', label: 'word10', count: 100, maxError: 0 })
    expect(top).toMatchObject({ chatters: [], commands: [], mentions: [] })
    expect(top.emotes).toEqual([{ key: 'twitch:25', label: 'Kappa', count: 2, messages: 2, maxError: 0 }])

    const writer = [{ key: '1', label: 'One', count: 1 }]
    await gateway.rows.top('7', 'chatters', ['day', NOW], writer, { position: 2 })
    await gateway.rows.top('7', 'words', ['day', NOW], words, { position: 2 })
    gateway.clock.nowMs += 4_900
    await settledTicks(gateway, client)
    expect(client.ticks().filter(({ values }) => 'chatters' in values.top)).toEqual([])
    gateway.clock.nowMs += 200
    await vi.waitFor(() => expect(client.ticks().some(({ values }) => 'chatters' in values.top)).toBe(true))
    const told = client.ticks().filter(({ values }) => Object.keys(values.top).length > 0)
    expect(told.map(({ values }) => values.top)).toEqual([
      { chatters: [{ key: '1', label: 'One', count: 1, maxError: 0 }] },
    ])

    await gateway.rows.optOut('7', '1')
    gateway.clock.nowMs += 5_100
    await vi.waitFor(() =>
      expect(client.ticks().findLast(({ values }) => values.top.chatters)?.values.top.chatters).toEqual([]),
    )
  })

  test('turns a zero into null when the channel turns out to have been lost', async () => {
    const gateway = await open()
    const client = await connect(gateway)
    gateway.clock.nowMs = NOW + 10_000
    await client.watch({ channel: 'alpha' })
    expect(messagesAt(client.snapshot(), SECOND + 5)).toBe(0)
    await gateway.rows.state({ login: 'alpha', channelId: '7', state: 'lost', updatedAt: NOW + 10_000 })
    const row = coverageRow({ starts: [0], ends: [NOW + 2_000 - DAY] })
    await gateway.publish(viewOf({ channelId: '7', position: 5, coverage: [{ day: DAY, row }] }))
    await vi.waitFor(() => {
      gateway.clock.nowMs += 100
      const said = client.ticks().findLast((tick) => messagesAt(tick, SECOND + 5) !== undefined)
      expect(said === undefined ? undefined : messagesAt(said, SECOND + 5)).toBeNull()
    })
  })

  test('that Twitch has not named yet begins when it has', async () => {
    const gateway = await open()
    await gateway.wanted.add(['gamma'])
    const client = await connect(gateway)
    await vi.waitFor(
      async () => expect(await client.watch({ channel: 'gamma' })).toEqual({ ok: true }),
      5_000,
    )
    expect(client.snapshot()).toMatchObject({ channel: 'login:gamma', asOf: null, position: '0' })
    await gateway.publish({ ...alphaView(3, 3), channelId: '99', channelLogin: 'gamma' })
    await vi.waitFor(() => expect(client.snapshot()).toMatchObject({ channel: '99' }))
    await vi.waitFor(() => expect(client.ticks().at(-1)).toMatchObject({ channel: '99' }))
  })
})

describe('watching the overview', () => {
  test('adds up all channels without shared copies and names them', async () => {
    const gateway = await open()
    const client = await connect(gateway)
    expect(await client.watch({ overview: true })).toEqual({ ok: true })
    const snapshot = client.snapshot()
    expect(snapshot).toMatchObject({ overview: true, asOf: iso(NOW - 2_000) })
    expect(snapshot.values.day).toMatchObject({ messages: 110, chatters: 3 })
    expect(snapshot.values.channels?.map(({ name }) => name)).toEqual(['alpha', 'beta'])
    expect(snapshot.values.secondsByChannel).toEqual({ 7: [[SECOND - 2, 6]] })
    await gateway.publish(alphaView(5, 5), { ...alphaView(6, 3), channelId: '8', channelLogin: 'beta' })
    await vi.waitFor(() => {
      const seen = client.ticks().flatMap(({ values }) => Object.entries(values.secondsByChannel ?? {}))
      expect(seen).toContainEqual(['7', [[SECOND, 5]]])
      expect(seen).toContainEqual(['8', [[SECOND, 3]]])
    })
    expect(
      messagesAt(client.ticks().findLast((tick) => messagesAt(tick, SECOND) !== undefined)!, SECOND),
    ).toBe(8)
    expect(client.ticks().at(-1)?.values.day.messages).toBe(208)
  })

  test('sends the list again only when it changes', async () => {
    const gateway = await open()
    const client = await connect(gateway)
    await client.watch({ overview: true })
    await vi.waitFor(() => expect(client.ticks().length).toBeGreaterThan(0))
    const lists = () => client.ticks().filter(({ values }) => values.channels !== undefined)
    const before = lists().length
    gateway.clock.nowMs += 2_000
    const ticks = client.ticks().length
    await vi.waitFor(() => expect(client.ticks().length).toBeGreaterThan(ticks))
    await gateway.publish(alphaView(5, 5))
    await vi.waitFor(() => expect(client.ticks().at(-1)?.values.day.messages).toBe(115))
    expect(lists()).toHaveLength(before)
    await gateway.wanted.add(['gamma'])
    await vi.waitFor(() => {
      gateway.clock.nowMs += 100
      expect(lists().at(-1)?.values.channels).toHaveLength(3)
    })
  })

  test('drops what a channel had when it leaves the list', async () => {
    const gateway = await open()
    const client = await connect(gateway)
    await client.watch({ overview: true })
    await gateway.wanted.remove('alpha')
    await vi.waitFor(() => {
      gateway.clock.nowMs += 100
      const changed = client.ticks().findLast((tick) => messagesAt(tick, SECOND - 2) !== undefined)
      expect(changed === undefined ? undefined : messagesAt(changed, SECOND - 2)).toBe(0)
    })
  })
})

describe('a second watch', () => {
  test('replaces the first and goes on counting frames', async () => {
    const gateway = await open()
    const client = await connect(gateway)
    await client.watch({ overview: true })
    await client.watch({ channel: 'beta' })
    const from = client.frames.findIndex(({ frame }) => frame.channel === '8')
    expect(client.frames[from]?.kind).toBe('snapshot')
    await gateway.publish({ ...alphaView(9, 1), channelId: '8', channelLogin: 'beta' })
    await vi.waitFor(() => expect(client.ticks().at(-1)?.position).toBe('9'))
    const after = client.frames.slice(from).map(({ frame }) => frame)
    expect(after.every(({ channel, overview }) => channel === '8' && overview === undefined)).toBe(true)
    expect(client.frames.map(({ frame }) => frame.seq)).toEqual(client.frames.map((_, index) => index + 1))
  })

  test('that is refused leaves the first', async () => {
    const gateway = await open()
    const client = await connect(gateway)
    await client.watch({ channel: 'alpha' })
    expect(await client.watch({ channel: 'alpa' })).toEqual({
      error: { status: 404, detail: expect.stringContaining('Did you mean "alpha"?') },
    })
    await gateway.publish(alphaView(5, 5))
    await vi.waitFor(() => expect(client.ticks().at(-1)?.position).toBe('5'))
  })
})

describe('the socket', () => {
  test.each([
    null,
    'x',
    {},
    { overview: false },
    { channel: 7 },
    { channel: 'a', overview: true },
    { channel: 'café' },
    [],
  ])('refuses %j with a sentence', async (what) => {
    const client = await connect(await open())
    expect(await client.watch(what)).toEqual({ error: { status: 400, detail: expect.any(String) } })
    expect(client.socket.connected).toBe(true)
  })

  test('takes only so many watches in a second', async () => {
    const client = await connect(await open())
    const answers = await Promise.all(Array.from({ length: 8 }, () => client.watch({ channel: 'alpha' })))
    expect(answers.filter((answer) => 'ok' in answer)).toHaveLength(5)
    expect(answers.at(-1)).toEqual({ error: { status: 429, detail: expect.any(String) } })
  })

  test('ends a connection that floods or sends too much', async () => {
    const gateway = await open()
    const flood = await connect(gateway)
    for (let index = 0; index < 60; index++) flood.socket.emit('watch', { overview: true }, () => {})
    await vi.waitFor(() => expect(flood.socket.connected).toBe(false))
    const large = await connect(gateway)
    large.socket.emit('watch', { channel: 'x'.repeat(10_000) }, () => {})
    await vi.waitFor(() => expect(large.socket.connected).toBe(false))
  })

  test('is closed to pages of other sites', async () => {
    const gateway = await open()
    await expect(connect(gateway, { origin: 'https://elsewhere.example' })).rejects.toThrow()
    await connect(gateway, { origin: gateway.gateway.url })
  })

  test('speaks WebSocket only', async () => {
    const gateway = await open()
    const { status } = await gateway.get('/socket.io/?EIO=4&transport=polling')
    expect(status).toBe(400)
  })

  test('is closed with the gateway', async () => {
    const gateway = await open()
    const client = await connect(gateway)
    await client.watch({ overview: true })
    await gateway.gateway[Symbol.asyncDispose]()
    await vi.waitFor(() => expect(client.socket.connected).toBe(false))
    await gateway.gateway.finished
    await expect(fetch(`${gateway.gateway.url}/healthz`)).rejects.toThrow()
  })
})

/** Long enough for several ticks: another watch is answered after some of them have gone by. */
async function settledTicks(gateway: TestGateway, client: Client): Promise<void> {
  const before = client.frames.length
  for (let tick = 0; tick < 5; tick++) await gateway.clock.sleep(200)
  expect(client.frames.length).toBeGreaterThanOrEqual(before)
}
