/** What the gateway does when the log or the store fail it. */
import type { View } from '@smacktalk/contract'
import { type EventLog, LogUnavailableError, type RowStore, StoreUnavailableError } from '@smacktalk/ports'
import { expect, test, vi } from 'vitest'
import { classes, NOW, openTestGateway, type TestGateway, viewOf } from './gateway-fixture.ts'

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

/** The same object with some of its functions replaced. */
function replacing<T extends object>(inner: T, replaced: Partial<T>): T {
  return new Proxy(inner, {
    get(target, name) {
      const found: unknown = Reflect.get(Reflect.has(replaced, name) ? replaced : target, name)
      return typeof found === 'function' ? found.bind(target) : found
    },
  })
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
