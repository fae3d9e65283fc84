import {
  type AddChannelsAnswer,
  type ChannelsAnswer,
  channelNamesPartition,
  DAY_MS,
  HOUR_MS,
  type Instance,
  SECOND_MS,
  type SeriesAnswer,
} from '@smacktalk/contract'
import { describe, expect, test, vi } from 'vitest'
import { alpha } from './alpha-fixture.ts'
import { classes, NOW, openTestGateway, type TestGateway, viewOf } from './gateway-fixture.ts'
import { instanceOf } from './instance-fixture.ts'
import { fits } from './json-schema-fixture.ts'

const DAY = NOW - (NOW % DAY_MS)
const iso = (atMs: number) => new Date(atMs).toISOString()

async function series(gateway: TestGateway, path: string): Promise<SeriesAnswer> {
  const { status, body } = await gateway.get(`/api/v1/channels/${path}`)
  expect([path, status]).toEqual([path, 200])
  return body as SeriesAnswer
}

describe('the list', () => {
  test('tells state, rate of the last full minute and coverage of the last day', async () => {
    const second = NOW / SECOND_MS
    const gateway = await openTestGateway(async (parts) => {
      await alpha(parts)
      await parts.rows.recents(
        '7',
        new Map([
          [second - 61, 50],
          [second - 60, 5],
          [second - 1, 7],
          [second, 100],
        ]),
      )
    })
    const { body } = await gateway.get('/api/v1/channels')
    fits(body, 'ChannelsAnswer')
    expect(body).toMatchObject({
      channels: [
        { id: '7', name: 'alpha', displayName: 'Alpha', state: 'joined', messagesPerMinute: 12, slot: 0 },
        { id: null, name: 'beta', state: 'queued', messagesPerMinute: null, coverage: null, slot: 1 },
      ],
    })
  })

  describe('of two ingestors', () => {
    const running = { ingestor: 'two', id: 'ingestor-2' }
    const gone = { ingestor: 'one', id: 'ingestor-1', stopping: true }
    type Said = readonly { ingestor: string; state: string; reason?: string }[]

    async function standing(instances: readonly Partial<Instance>[], said: Said) {
      const gateway = await openTestGateway(async ({ wanted, rows }) => {
        await wanted.add(['gamma'])
        for (const one of instances) await rows.instance(instanceOf('ingestor', one))
        for (const state of said) await rows.state({ login: 'gamma', updatedAt: LATER, ...state })
      })
      return vi.waitFor(async () => {
        const { channels } = (await gateway.get('/api/v1/channels')).body as ChannelsAnswer
        const [channel] = channels
        expect(channel?.reason).not.toBeNull()
        return [channel?.state, channel?.reason]
      })
    }
    /** After the channel was added. */
    const LATER = NOW + DAY_MS
    const there = { updatedAt: LATER }

    test('the one that hears a channel decides', async () => {
      const said = [
        { ingestor: 'one', state: 'lost', reason: 'cut' },
        { ingestor: 'two', state: 'joined', reason: 'heard' },
      ]
      const both = [
        { ...running, ...there },
        { ...gone, ...there, stopping: false },
      ]
      expect(await standing(both, said)).toEqual(['joined', 'heard'])
    })

    test('one that is gone holds no channel at joined', async () => {
      const said = [
        { ingestor: 'one', state: 'joined' },
        { ingestor: 'two', state: 'joining', reason: 'its turn' },
      ]
      const both = [
        { ...running, ...there },
        { ...gone, ...there },
      ]
      expect(await standing(both, said)).toEqual(['joining', 'its turn'])
      expect(await standing(both, said.slice(0, 1))).toEqual([
        'lost',
        'Its ingestor is gone; another one takes it over.',
      ])
      expect(await standing(both.slice(1), said.slice(0, 1))).toEqual(['lost', 'No ingestor answers.'])
    })
  })

  test('keeps the id of a login whatever a view says, and changes it when stored names do', async () => {
    const gateway = await openTestGateway(async (parts) => {
      await alpha(parts)
      await parts.rows.names('8', 'Beta', 'beta')
    })
    const ids = async () => {
      const { channels } = (await gateway.get('/api/v1/channels')).body as ChannelsAnswer
      return channels.map(({ id }) => id)
    }
    expect(await ids()).toEqual(['7', '8'])
    const taken = () => gateway.get('/metrics').then(({ body }) => String(body))
    await gateway.publish(
      viewOf({ channelId: '7', channelLogin: 'beta', position: 5 }),
      viewOf({ channelId: '8', channelLogin: 'alpha', position: 5 }),
    )
    await vi.waitFor(async () => expect(await taken()).toContain('gateway_views_total 2'))
    expect(await ids()).toEqual(['7', '8'])
    expect((await series(gateway, 'beta/series')).channel.id).toBe('8')

    const newer = { table: 'channel_names', partition: channelNamesPartition('beta'), row: '9' } as const
    await gateway.rows.put('channelName', newer, { lastAt: NOW + 1 })
    gateway.clock.nowMs += 31_000
    await vi.waitFor(async () => expect(await ids()).toEqual(['7', '9']))
  })

  test('leaves aside what was said of a channel before it was added', async () => {
    const gateway = await openTestGateway(async (parts) => {
      await alpha(parts)
      await parts.rows.state({ login: 'beta', state: 'paused', updatedAt: NOW - 2 * HOUR_MS })
    })
    const { body } = await gateway.get('/api/v1/channels')
    expect(body).toMatchObject({
      channels: [{}, { name: 'beta', state: 'queued', since: iso(NOW - HOUR_MS) }],
    })
  })

  test('does not call a channel joined when its ingestor has been silent', async () => {
    const gateway = await openTestGateway(async (parts) => {
      await alpha(parts)
      await parts.rows.state({ login: 'alpha', channelId: '7', updatedAt: NOW - 26_000 })
    })
    const { body } = await gateway.get('/api/v1/channels')
    expect(body).toMatchObject({ channels: [{ state: 'lost', since: iso(NOW - 26_000) }, {}] })
  })

  test('takes new channels, each with its own result', async () => {
    const gateway = await openTestGateway(alpha)
    const answer = await gateway.send('POST', '/api/v1/channels', { names: [' #Gamma ', 'alpha', 'no!'] })
    expect(answer.status).toBe(207)
    fits(answer.body, 'AddChannelsAnswer')
    expect(answer.body).toMatchObject({
      results: [
        { name: 'gamma', status: 202, place: 2 },
        { name: 'alpha', status: 200, place: null },
        { name: 'no!', status: 400, reason: expect.stringContaining('not a channel name') },
      ],
    })
    const { body } = await gateway.get('/api/v1/channels')
    expect(body).toMatchObject({ channels: [{}, {}, { name: 'gamma', state: 'queued' }] })
  })

  test('takes five hundred pasted names at once: each once, each that is none with its reason, with place and wait', async () => {
    const gateway = await openTestGateway(alpha)
    const good = Array.from({ length: 480 }, (_, index) => `pasted_${index}`)
    const names = [...good, ...good.slice(0, 10), 'https://www.twitch.tv/Pasted_0', ' #PASTED_1 ']
    const bad = ['', 'two words', 'ümlaut', 'x'.repeat(26), 'a-b', 'a.b', '!', '@']
    const answer = await gateway.send('POST', '/api/v1/channels', { names: [...names, ...bad] })
    expect(answer.status).toBe(207)
    fits(answer.body, 'AddChannelsAnswer')
    const { results } = answer.body as AddChannelsAnswer
    expect(results).toHaveLength(500)
    expect(results.map(({ status }) => status)).toEqual([
      ...good.map(() => 202),
      ...Array.from({ length: 12 }, () => 200),
      ...bad.map(() => 400),
    ])
    for (const { reason } of results.slice(-bad.length)) expect(reason).toMatch(/.{10,}/)
    const places = results.slice(0, good.length).map(({ place }) => place ?? 0)
    expect(places).toEqual(good.map((_, index) => index + 2))
    expect(results[479]?.etaMs).toBeGreaterThan(480 * 500)
    const { channels } = (await gateway.get('/api/v1/channels')).body as ChannelsAnswer
    expect(channels.filter(({ name }) => name.startsWith('pasted_'))).toHaveLength(480)
  })

  test('has channels of imports as paused, in charts but not awaited, until somebody adds or removes them', async () => {
    const gateway = await openTestGateway(async ({ rows, wanted }) => {
      await wanted.listImported(['older', 'oldest'])
      await rows.names('9', 'Older', 'older')
      await rows.coverage('9', DAY, { importedStarts: [0], importedEnds: [HOUR_MS] })
      await rows.span('hours', '9', DAY, { messages: classes(5) })
    })
    const list = async () => (await gateway.get('/api/v1/channels')).body
    const states = async () =>
      ((await list()) as ChannelsAnswer).channels.map(({ name, state }) => [name, state])
    fits(await list(), 'ChannelsAnswer')
    expect(await list()).toMatchObject({
      channels: [
        {
          id: '9',
          name: 'older',
          displayName: 'Older',
          state: 'paused',
          messagesPerMinute: null,
          coverage: null,
        },
        { id: null, name: 'oldest', state: 'paused' },
      ],
    })
    const range = `from=${DAY}&to=${DAY + 2 * HOUR_MS}&step=hour`
    expect((await series(gateway, `older/series?${range}`)).totals['messages']).toBe(5)
    // Nobody wanted to hear it after the import ends, so that is no gap.
    expect(await series(gateway, `older/series?${range}`)).toMatchObject({ coverage: 1, gaps: [] })
    const { body } = await gateway.get(`/api/v1/overview?${range}`)
    expect(body).toMatchObject({
      totals: { messages: 5 },
      coverage: 1,
      channels: [{ total: 5 }, { total: 0 }],
    })

    await gateway.send('POST', '/api/v1/channels', { names: ['older'] })
    expect(await states()).toEqual([
      ['older', 'queued'],
      ['oldest', 'paused'],
    ])
    expect((await gateway.send('DELETE', '/api/v1/channels/oldest')).status).toBe(204)
    expect(await states()).toEqual([['older', 'queued']])
  })

  test('lets channels go and keeps their history', async () => {
    const gateway = await openTestGateway(alpha)
    expect((await gateway.send('DELETE', '/api/v1/channels/Alpha')).status).toBe(204)
    expect((await gateway.get('/api/v1/channels')).body).toMatchObject({ channels: [{ name: 'beta' }] })
    expect((await series(gateway, 'alpha/series')).channel.id).toBe('7')
    expect((await gateway.send('DELETE', '/api/v1/channels/alpha')).status).toBe(404)
  })
})
