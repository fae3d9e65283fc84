import { type ChannelEvent, DAY_MS, EVENT_KINDS, type EventsAnswer, HOUR_MS } from '@smacktalk/contract'
import { describe, expect, test } from 'vitest'
import { SCHEMAS } from './answer-schemas.ts'
import { NOW, openTestGateway, type RowWriter, type TestGateway } from './gateway-fixture.ts'
import { misfits } from './json-schema-fixture.ts'

const DAY = NOW - (NOW % DAY_MS)

function withEvents(write: (rows: RowWriter) => Promise<void>): Promise<TestGateway> {
  return openTestGateway(async ({ rows }) => {
    await rows.names('7', 'Alpha', 'alpha')
    await write(rows)
  })
}

async function page(gateway: TestGateway, query = ''): Promise<EventsAnswer> {
  const { status, body } = await gateway.get(`/api/v1/channels/alpha/events?${query}`)
  expect([status, body]).toEqual([200, body])
  expect(misfits(body, SCHEMAS.EventsAnswer)).toEqual([])
  return body as EventsAnswer
}

async function pages(gateway: TestGateway, query: string): Promise<ChannelEvent[]> {
  const events: ChannelEvent[] = []
  let cursor = ''
  for (let count = 0; count < 100; count++) {
    const answer = await page(gateway, `${query}${cursor}`)
    events.push(...answer.events)
    if (answer.next === null) return events
    cursor = `&cursor=${answer.next}`
  }
  throw new Error('the pages do not end')
}

const amounts = (events: readonly ChannelEvent[]) => events.map(({ amount }) => amount)

describe('events', () => {
  test('of the last hour come newest first, each with everything its kind has', async () => {
    const gateway = await withEvents(async (rows) => {
      await rows.event('7', NOW - HOUR_MS - 1, 1, { kind: 'raid' })
      await rows.event('7', NOW - HOUR_MS, 2, {
        kind: 'timeout',
        targetId: '5',
        targetLogin: 'x',
        amount: 600,
      })
      await rows.event('7', NOW - 1, 4, {
        kind: 'sub',
        userId: '6',
        login: 'y',
        displayName: 'Y',
        plan: '1000',
      })
      await rows.event('7', NOW, 5, { kind: 'ban' })
    })
    const { events, next } = await page(gateway)
    expect(next).toBeNull()
    expect(events).toMatchObject([
      {
        kind: 'sub',
        at: new Date(NOW - 1).toISOString(),
        login: 'y',
        displayName: 'Y',
        plan: '1000',
        amount: null,
      },
      { kind: 'timeout', targetId: '5', targetLogin: 'x', amount: 600, userId: null },
    ])
    expect(new Set(events.map(({ id }) => id)).size).toBe(2)
  })

  test('come page by page over days, each once, also those of the same millisecond', async () => {
    const times = [NOW - 5 * DAY_MS, DAY - 1, DAY, DAY, DAY, NOW - 1]
    const gateway = await withEvents(async (rows) => {
      for (const [index, at] of times.entries())
        await rows.event('7', at, index, { kind: 'raid', amount: index })
    })
    for (const limit of [1, 2, 3, 6, 500]) {
      const events = await pages(gateway, `from=${NOW - 6 * DAY_MS}&limit=${limit}`)
      expect([limit, amounts(events)]).toEqual([limit, [5, 4, 3, 2, 1, 0]])
    }
    expect((await page(gateway, `from=${NOW - 6 * DAY_MS}&limit=6`)).next).toBeNull()
  })

  test('that happen meanwhile, and the time that passes, do not move the pages', async () => {
    const gateway = await withEvents(async (rows) => {
      await rows.event('7', NOW - HOUR_MS + 1, 0, { kind: 'raid', amount: 0 })
      await rows.event('7', NOW - 20, 1, { kind: 'raid', amount: 1 })
      await rows.event('7', NOW - 10, 2, { kind: 'raid', amount: 2 })
    })
    const first = await page(gateway, 'limit=1')
    expect(amounts(first.events)).toEqual([2])
    await gateway.rows.event('7', NOW + 1, 3, { kind: 'raid', amount: 3 })
    gateway.clock.nowMs = NOW + 10_000
    expect(amounts((await page(gateway, `cursor=${first.next}`)).events)).toEqual([1, 0])
  })

  test.each(EVENT_KINDS)('of kind %s are found alone', async (kind) => {
    const gateway = await withEvents(async (rows) => {
      for (const [index, other] of EVENT_KINDS.entries()) {
        await rows.event('7', NOW - 1_000 + index, index, { kind: other })
      }
    })
    expect((await pages(gateway, `kind=${kind}&limit=1`)).map((event) => event.kind)).toEqual([kind])
  })

  test('name nobody who has asked since to be left out, by id or by login', async () => {
    const gateway = await withEvents(async (rows) => {
      const gift = { userId: '1', login: 'one', displayName: 'One', targetId: '2', targetLogin: 'two' }
      await rows.event('7', NOW - 3, 1, { kind: 'gift', ...gift })
      await rows.event('7', NOW - 2, 2, { kind: 'ban', targetId: '3', targetLogin: 'three' })
      await rows.event('7', NOW - 1, 3, { kind: 'deletion', targetLogin: 'three' })
      await rows.userDay('7', NOW, '3', { login: 'three' })
      await rows.optOut('7', '1', 'three')
    })
    expect((await page(gateway)).events).toMatchObject([
      { kind: 'deletion', targetId: null, targetLogin: null },
      { kind: 'ban', targetId: null, targetLogin: null },
      { kind: 'gift', userId: null, login: null, displayName: null, targetId: '2', targetLogin: 'two' },
    ])
  })

  test('of a kind that does not exist are refused with the nearest', async () => {
    const gateway = await withEvents(async () => {})
    const { body } = await gateway.get('/api/v1/channels/alpha/events?kind=giftBom')
    expect(body).toMatchObject({ status: 400, detail: expect.stringContaining('Did you mean "giftBomb"?') })
  })

  test('do not go on with the cursor of another question', async () => {
    const gateway = await withEvents(async (rows) => {
      await rows.names('8', 'Beta', 'beta')
      for (const position of [1, 2]) await rows.event('7', NOW - position, position, { kind: 'raid' })
    })
    const { next } = await page(gateway, 'limit=1&kind=raid')
    const refused = async (path: string) => {
      const { status, body } = await gateway.get(`/api/v1/channels/${path}&cursor=${next}`)
      expect([path, status]).toEqual([path, 400])
      return (body as { detail: string }).detail
    }
    expect(await refused('alpha/events?kind=ban')).toContain('another kind')
    expect(await refused('beta/events?kind=raid')).toContain('another channel')
    expect(await refused('alpha/events?kind=raid&from=2026-11-01')).toContain('another range')
  })
})
