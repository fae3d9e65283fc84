/** What the gateway does when the log or the store fail it. */
import type { View } from '@smacktalk/contract'
import { type EventLog, LogUnavailableError, type RowStore, StoreUnavailableError } from '@smacktalk/ports'
import { io } from 'socket.io-client'
import { expect, onTestFinished, test, vi } from 'vitest'
import { classes, NOW, openTestGateway, type TestGateway, viewOf } from './gateway-fixture.ts'
import type { WantedList } from './gateway-options.ts'
import { replacing } from './replacing-fixture.ts'
import { wantedLater } from './wanted-later.ts'

async function alpha({
  rows,
  wanted,
}: {
  rows: TestGateway['rows']
  wanted: TestGateway['wanted']
}): Promise<void> {
  await wanted.add(['alpha'])
  await rows.state({ login: 'alpha', channelId: '7' })
}

const view = (position: number): View =>
  viewOf({ channelId: '7', position, seconds: [{ at: NOW - 1_000, messages: classes(position) }] })

async function messagesPerMinute(gateway: TestGateway): Promise<unknown> {
  const { body } = await gateway.get('/api/v1/channels')
  return (body as { channels: { messagesPerMinute: unknown }[] }).channels[0]?.messagesPerMinute
}

test('a store that cannot be reached is said so, and the gateway goes on when it can', async () => {
  let down = false
  const fails = (store: RowStore): RowStore =>
    replacing(store, {
      async load(table, partition) {
        if (down) throw new StoreUnavailableError('The store does not answer.', 'Wait.')
        return store.load(table, partition)
      },
    })
  const between = ({ log, store }: { log: EventLog; store: RowStore }) => ({ log, store: fails(store) })
  const gateway = await openTestGateway(alpha, {}, between)
  await vi.waitFor(async () => expect((await gateway.get('/readyz')).status).toBe(200))
  down = true
  const { status, headers, body } = await gateway.get('/api/v1/channels/alpha/series')
  expect([status, headers.get('retry-after')]).toEqual([503, '5'])
  expect(body).toMatchObject({ status: 503, detail: 'The store does not answer. Wait.' })
  await vi.waitFor(async () =>
    expect((await gateway.get('/readyz')).body).toMatchObject({
      reasons: ['stored rows: The store does not answer.'],
    }),
  )
  expect((await gateway.get('/healthz')).status).toBe(200)
  expect((await gateway.get('/api/v1/channels')).status).toBe(200)
  down = false
  await vi.waitFor(async () => expect((await gateway.get('/readyz')).status).toBe(200))
  expect((await gateway.get('/api/v1/channels/alpha/series')).status).toBe(200)
})

test('a log that breaks off is followed again', async () => {
  let times = 0
  const breaksOff = (log: EventLog): EventLog =>
    replacing(log, {
      follow(...args) {
        times++
        if (times <= 2) return Promise.reject(new LogUnavailableError('The log does not answer.', 'Wait.'))
        return log.follow(...args)
      },
    })
  const gateway = await openTestGateway(alpha, {}, ({ log, store }) => ({ log: breaksOff(log), store }))
  await vi.waitFor(async () => expect((await gateway.get('/readyz')).status).toBe(200))
  expect(times).toBe(3)
  await gateway.publish(view(4))
  await vi.waitFor(async () => expect(await messagesPerMinute(gateway)).toBe(4))
})

test('what was missed while the log could not be followed is read from the store at once', async () => {
  let cut = new AbortController()
  const cuttable = (log: EventLog): EventLog =>
    replacing(log, {
      async follow(topic, from, deliver, signal, caughtUp) {
        await log.follow(topic, from, deliver, AbortSignal.any([signal, cut.signal]), caughtUp)
        if (signal.aborted) return
        cut = new AbortController()
        throw new LogUnavailableError('The log does not answer.', 'Wait.')
      },
    })
  const gateway = await openTestGateway(alpha, {}, ({ log, store }) => ({ log: cuttable(log), store }))
  await vi.waitFor(async () => expect((await gateway.get('/readyz')).status).toBe(200))
  await gateway.rows.recents('7', new Map([[NOW / 1_000 - 1, 9]]), 9)
  cut.abort()
  await vi.waitFor(async () => expect(await messagesPerMinute(gateway)).toBe(9))
})

test('a log that can never be followed again ends the gateway with the reason', async () => {
  const fault = new Error('The log is another one.')
  const gone = (log: EventLog): EventLog => replacing(log, { follow: () => Promise.reject(fault) })
  const gateway = await openTestGateway(alpha, {}, ({ log, store }) => ({ log: gone(log), store }))
  await expect(gateway.gateway.finished).rejects.toBe(fault)
  expect((await gateway.get('/readyz')).status).toBe(503)
})

test('a view that cannot be read is counted and the next one shown', async () => {
  const gateway = await openTestGateway(alpha)
  await vi.waitFor(async () => expect((await gateway.get('/readyz')).status).toBe(200))
  await gateway.log.append('views', [{ key: '7', value: new Uint8Array([1, 2, 3]) }])
  await gateway.publish(view(5))
  await vi.waitFor(async () => expect(await messagesPerMinute(gateway)).toBe(5))
  expect((await gateway.get('/metrics')).body).toContain('smacktalk_gateway_broken_views_total 1')
})

test('a view that got lost is made good from the store', async () => {
  const gateway = await openTestGateway(alpha)
  await gateway.rows.recents('7', new Map([[NOW / 1_000 - 1, 9]]), 9)
  await vi.waitFor(async () => {
    gateway.clock.nowMs += 500
    expect(await messagesPerMinute(gateway)).toBe(9)
  })
})

test('a gateway that starts without store and log serves, says so, and becomes ready by itself', async () => {
  const down = { log: true, store: true }
  const between = ({ log, store }: { log: EventLog; store: RowStore }) => ({
    log: replacing(log, {
      follow: (...args) =>
        down.log
          ? Promise.reject(new LogUnavailableError('No broker answers.', 'Wait.'))
          : log.follow(...args),
    }),
    store: replacing(store, {
      load: (table, partition) =>
        down.store
          ? Promise.reject(new StoreUnavailableError('No node answers.', 'Wait.'))
          : store.load(table, partition),
    }),
  })
  const gateway = await openTestGateway(alpha, {}, between)
  expect((await gateway.get('/healthz')).status).toBe(200)
  const { status, body } = await gateway.get('/readyz')
  expect(status).toBe(503)
  expect(JSON.stringify(body)).toMatch(/live views.*stored rows/)
  await vi.waitFor(async () =>
    expect((await gateway.get('/api/v1/status')).body).toMatchObject({
      troubles: [{ part: 'store' }],
      accountAt: null,
    }),
  )
  const refused = await gateway.get('/api/v1/channels')
  expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '2'])
  const socket = io(gateway.gateway.url, { transports: ['websocket'], reconnection: false })
  onTestFinished(() => {
    socket.disconnect()
  })
  const answer = await socket.emitWithAck('watch', { overview: true })
  expect(answer).toMatchObject({ error: { status: 503 } })

  Object.assign(down, { log: false, store: false })
  await vi.waitFor(async () => expect((await gateway.get('/readyz')).status).toBe(200))
  expect(await socket.emitWithAck('watch', { overview: true })).toEqual({ ok: true })
  await gateway.publish(view(4))
  await vi.waitFor(async () => expect(await messagesPerMinute(gateway)).toBe(4))
})

test('a list of channels that is read later is not shown as empty before', async () => {
  const opening = Promise.withResolvers<WantedList>()
  const gateway = await openTestGateway(alpha, { wanted: wantedLater(opening.promise) })
  expect((await gateway.get('/api/v1/channels')).status).toBe(503)
  const refused = await gateway.send('POST', '/api/v1/channels', { names: ['beta'] })
  expect(refused).toMatchObject({
    status: 503,
    body: { detail: expect.stringContaining('list of channels has not been read') },
  })
  opening.resolve(gateway.wanted)
  await vi.waitFor(async () =>
    expect((await gateway.get('/api/v1/channels')).body).toMatchObject({ channels: [{ name: 'alpha' }] }),
  )
})

test('live frames go on while the store says nothing, and a request for stored points ends with a sentence', async () => {
  let down = false
  const gateway = await openTestGateway(alpha, {}, ({ log, store }) => ({
    log,
    store: replacing(store, {
      load: (table, partition) => (down ? new Promise(() => {}) : store.load(table, partition)),
      loadRange: (...key) => (down ? new Promise(() => {}) : store.loadRange(...key)),
    }),
  }))
  await vi.waitFor(async () => expect((await gateway.get('/readyz')).status).toBe(200))
  down = true
  const asked = gateway.get('/api/v1/channels/alpha/series')
  const socket = io(gateway.gateway.url, { transports: ['websocket'], reconnection: false })
  onTestFinished(() => {
    socket.disconnect()
  })
  const ticks: { position: string }[] = []
  socket.on('tick', (tick) => ticks.push(tick))
  await vi.waitFor(async () =>
    expect((await gateway.get('/api/v1/status')).body).toMatchObject({ troubles: [{ part: 'store' }] }),
  )
  expect(await socket.emitWithAck('watch', { overview: true })).toEqual({ ok: true })
  for (const position of [4, 5]) {
    await gateway.publish(view(position))
    await vi.waitFor(() => expect(ticks.at(-1)?.position).toBe(String(position + 1)))
  }
  // The clock of the test stands still, so the request that was on its way is given up by moving it.
  gateway.clock.nowMs += 4_000
  const late = await asked
  expect([late.status, late.headers.get('retry-after')]).toEqual([503, '5'])
  expect(late.body).toMatchObject({ detail: expect.stringContaining('did not answer within 4 s') })
  const again = await gateway.get('/api/v1/channels/alpha/series')
  expect([again.status, again.headers.get('content-type')]).toEqual([
    503,
    'application/problem+json; charset=utf-8',
  ])
})

test('the source of a cluster is not changed by a gateway', async () => {
  const settings = { host: '127.0.0.1', port: 0, adminToken: null, bots: [], backend: 'cluster' as const }
  const sourceInfo = { kind: 'demo' as const, twitchReachable: () => true, switchTo: null }
  const gateway = await openTestGateway(alpha, { settings, sourceInfo })
  const { status, body } = await gateway.send('POST', '/api/v1/source', { source: 'twitch' })
  expect(status).toBe(409)
  expect(body).toMatchObject({ detail: expect.stringContaining('SMACKTALK_SOURCE') })
})
