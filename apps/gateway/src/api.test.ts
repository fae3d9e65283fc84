import {
  BOT,
  COMMAND,
  clocksPartition,
  DAY_MS,
  DEFAULT_STOP_WORDS,
  emptyCounts,
  HOUR_MS,
  MINUTE_MS,
  type OverviewAnswer,
  type Point,
  type Problem,
  SECOND_MS,
  type SeriesAnswer,
  SHARED,
  type StatusAnswer,
  type StopWordsAnswer,
  spanPartition,
  summarise,
} from '@smacktalk/contract'
import { describe, expect, test, vi } from 'vitest'
import { alpha } from './alpha-fixture.ts'
import {
  classes,
  coverageRow,
  NOW,
  openTestGateway,
  type RowWriter,
  spanRow,
  type TestGateway,
  viewOf,
} from './gateway-fixture.ts'
import { fits } from './json-schema-fixture.ts'

const DAY = NOW - (NOW % DAY_MS)
const HOUR = NOW - (NOW % HOUR_MS)
const MINUTE = NOW - (NOW % MINUTE_MS)
const iso = (atMs: number) => new Date(atMs).toISOString()

async function series(gateway: TestGateway, path: string): Promise<SeriesAnswer> {
  const { status, body } = await gateway.get(`/api/v1/channels/${path}`)
  expect(body).toSatisfy(() => status === 200)
  fits(body, 'SeriesAnswer')
  return body as SeriesAnswer
}

function point(answer: SeriesAnswer | OverviewAnswer, at: number): Point {
  return answer.points.find(({ t }) => t === iso(at)) as Point
}

describe('a series', () => {
  test('shows stored minutes, zero where it was quiet, null where nobody was, and why', async () => {
    const gateway = await openTestGateway(async (parts) => {
      await alpha(parts)
      await parts.rows.span('minutes', '7', MINUTE - 5 * MINUTE_MS, {
        messages: classes(4).with(BOT, 2).with(COMMAND, 1).with(SHARED, 3),
        characters: classes(40).with(BOT, 20),
        chatters: { exact: ['1', '2'], registers: null },
        counts: { ...emptyCounts(), raids: 1, raidViewers: 30 },
        peakPerSecond: 3,
        droppedByReason: [{ name: 'bad-time', count: 2 }],
      })
    })
    const answer = await series(gateway, 'Alpha/series?without=bots,shared')
    expect(answer).toMatchObject({
      channel: { id: '7', name: 'alpha', displayName: 'Alpha', slot: 0 },
      from: iso(MINUTE - HOUR_MS),
      to: iso(MINUTE + MINUTE_MS),
      step: 'minute',
      without: ['bots', 'shared'],
    })
    expect(answer.points).toHaveLength(61)
    expect(point(answer, MINUTE - 5 * MINUTE_MS)).toMatchObject({
      messages: 5,
      characters: 40,
      chatters: 2,
      chattersError: 0,
      raids: 1,
      raidViewers: 30,
      peakPerSecond: 3,
      coveredMs: MINUTE_MS,
      droppedByReason: { 'bad-time': 2 },
    })
    expect(point(answer, MINUTE - 4 * MINUTE_MS)).toMatchObject({
      messages: 0,
      raids: 0,
      coveredMs: MINUTE_MS,
    })
    expect(point(answer, MINUTE - 11 * MINUTE_MS)).toMatchObject({
      messages: null,
      raids: null,
      coveredMs: 0,
    })
    expect(point(answer, MINUTE)).toMatchObject({ messages: 0, coveredMs: 30_000 })
    expect(answer.messagesByClass).toEqual([4, 2, 1, 0, 3, 0, 0, 0])
    expect(answer.totals).toMatchObject({ messages: 5, raidViewers: 30, chatters: 2, peakPerSecond: 3 })
    expect(answer.gaps).toEqual([
      { from: iso(MINUTE - 12 * MINUTE_MS), to: iso(MINUTE - 10 * MINUTE_MS), cause: 'connection lost' },
    ])
    expect(answer.coverage).toBe(Math.floor((58 / 60) * 10_000) / 10_000)
    expect(answer.unaffected).toContain('raids')
  })

  test('counts a chatter of several spans once, by the coarsest rows that make up the range', async () => {
    const gateway = await openTestGateway(async (parts) => {
      await alpha(parts)
      const who = (...exact: string[]) => ({
        messages: classes(exact.length),
        chatters: { exact, registers: null },
      })
      await parts.rows.span('minutes', '7', HOUR - HOUR_MS - MINUTE_MS, who('1', '2'))
      await parts.rows.span('minutes', '7', HOUR - HOUR_MS, who('9'))
      await parts.rows.span('hours', '7', HOUR - HOUR_MS, who('2', '3'))
      await parts.rows.span('minutes', '7', HOUR, who('3', '4'))
    })
    const from = iso(HOUR - HOUR_MS - MINUTE_MS)
    const answer = await series(gateway, `7/series?from=${from}&to=${iso(HOUR + MINUTE_MS)}`)
    expect(answer.totals).toMatchObject({ messages: 5, chatters: 4, chattersError: 0 })
  })

  test('gives seconds of the last ten minutes and null before', async () => {
    const second = NOW / SECOND_MS
    const gateway = await openTestGateway(async (parts) => {
      await alpha(parts)
      await parts.rows.recents(
        '7',
        new Map([
          [second - 3, 6],
          [second - 20 * 60, 5],
        ]),
      )
    })
    const answer = await series(gateway, 'alpha/series?step=second')
    const at = (ago: number) => answer.points.find(({ t }) => t === iso(NOW - ago * SECOND_MS))?.messages
    expect(answer.points).toHaveLength(3_600)
    expect([at(3), at(2), at(599), at(600), at(1_200)]).toEqual([6, 0, 0, null, null])
    expect(answer.totals).toEqual({ messages: 6 })
    expect(answer.unaffected).toEqual([])
  })

  test('shows a view before the store has its row, and never the older of two', async () => {
    const gateway = await openTestGateway(async (parts) => {
      await alpha(parts)
      await parts.rows.span('minutes', '7', MINUTE, { messages: classes(1) }, 5)
      await parts.rows.span('minutes', '7', MINUTE - MINUTE_MS, { messages: classes(8) }, 5)
    })
    const live = (start: number, position: number, messages: number) =>
      summarise(start, position, spanRow({ messages: classes(messages) }))
    await gateway.publish(
      viewOf({ channelId: '7', position: 9, minutes: [live(MINUTE, 9, 2), live(MINUTE - MINUTE_MS, 3, 7)] }),
    )
    await vi.waitFor(async () => {
      const answer = await series(gateway, 'alpha/series')
      expect(point(answer, MINUTE).messages).toBe(2)
      expect(point(answer, MINUTE - MINUTE_MS).messages).toBe(8)
    })
    await gateway.rows.span('minutes', '7', MINUTE, { messages: classes(3) }, 12)
    expect(point(await series(gateway, 'alpha/series'), MINUTE).messages).toBe(3)
  })

  test('of a wanted channel that Twitch has not named yet is null, not 404', async () => {
    const gateway = await openTestGateway(alpha)
    const answer = await series(gateway, 'beta/series')
    expect(answer.channel).toEqual({ id: null, name: 'beta', displayName: 'beta', slot: 1 })
    expect(new Set(answer.points.map(({ messages }) => messages))).toEqual(new Set([null]))
    expect(answer.totals['messages']).toBeNull()
    expect(answer.coverage).toBe(0)
    expect(answer.gaps).toEqual([{ from: iso(NOW - HOUR_MS), to: iso(NOW), cause: 'not joined yet' }])
  })

  test.each(['ALPHA', '7', 'id:7', 'login:alpha', 'alpha_before'])('finds a channel by %s', async (name) => {
    const gateway = await openTestGateway(alpha)
    expect((await series(gateway, `${name}/series`)).channel.id).toBe('7')
  })

  test('by a name that two channels had is that of the one who had it last', async () => {
    const gateway = await openTestGateway(async ({ rows }) => {
      await rows.names('8', 'Eight', 'both')
      await rows.names('9', 'Nine', 'nine', 'both')
    })
    expect((await series(gateway, 'both/series')).channel.id).toBe('8')
  })

  test('still answers for a channel that left the list', async () => {
    const gateway = await openTestGateway(async (parts) => {
      await alpha(parts)
      await parts.rows.names('8', 'Gone', 'gone')
      await parts.rows.span('minutes', '8', MINUTE - MINUTE_MS, { messages: classes(3) })
    })
    const answer = await series(gateway, 'gone/series')
    expect(answer).toMatchObject({
      channel: { id: '8', name: 'gone', displayName: 'Gone' },
      coverage: null,
      gaps: [],
    })
    expect(answer.totals['messages']).toBe(3)
  })

  test('of an unknown channel is 404 with the nearest name', async () => {
    const gateway = await openTestGateway(alpha)
    const { status, headers, body } = await gateway.get('/api/v1/channels/alpa/series')
    expect(status).toBe(404)
    expect(headers.get('content-type')).toContain('application/problem+json')
    expect(body).toMatchObject({ status: 404, detail: expect.stringContaining('Did you mean "alpha"?') })
    expect((await gateway.get('/api/v1/channels/id:8/series')).status).toBe(404)
    expect((await gateway.get('/api/v1/channels/login:7/series')).status).toBe(404)
  })

  test('with a row that cannot be read is an error, never a smaller number', async () => {
    const gateway = await openTestGateway(async (parts) => {
      await alpha(parts)
      const key = {
        table: 'minutes',
        partition: spanPartition('minutes', '7', DAY),
        row: String(MINUTE - 40 * MINUTE_MS).padStart(14, '0'),
      } as const
      await parts.rows.put('coverage', key, coverageRow({}))
    })
    const { status, body } = await gateway.get('/api/v1/channels/alpha/series')
    expect(status).toBe(500)
    fits(body, 'Problem')
    expect((body as Problem).request).toMatch(/^[0-9a-f]{4}-[0-9a-f]{4}$/)
  })
})

describe('the overview', () => {
  async function two(parts: { rows: RowWriter } & Parameters<typeof alpha>[0]): Promise<void> {
    await alpha(parts)
    await parts.rows.names('8', 'Beta', 'beta')
    await parts.rows.state({ login: 'beta', channelId: '8', since: NOW - 20 * MINUTE_MS })
    const start = MINUTE - 5 * MINUTE_MS
    await parts.rows.span('minutes', '7', start, {
      messages: classes(4).with(SHARED, 9).with(BOT, 2),
      chatters: { exact: ['1', '2'], registers: null },
      peakPerSecond: 2,
    })
    await parts.rows.span('minutes', '8', start, {
      messages: classes(5),
      chatters: { exact: ['2', '3'], registers: null },
      counts: { ...emptyCounts(), raids: 2 },
      peakPerSecond: 4,
    })
  }

  async function overview(gateway: TestGateway, query = ''): Promise<OverviewAnswer> {
    const { status, body } = await gateway.get(`/api/v1/overview${query}`)
    expect(status).toBe(200)
    fits(body, 'OverviewAnswer')
    return body as OverviewAnswer
  }

  test('adds up channels without shared copies; chatters are the union', async () => {
    const gateway = await openTestGateway(two)
    const answer = await overview(gateway)
    const index = answer.points.findIndex(({ t }) => t === iso(MINUTE - 5 * MINUTE_MS))
    expect(answer.points[index]).toMatchObject({ messages: 11, chatters: 3, raids: 2, peakPerSecond: 4 })
    expect(answer.totals).toMatchObject({ messages: 11, chatters: 3 })
    expect(
      answer.channels.map(({ name, total, messages, chatters, chattersError }) => [
        name,
        total,
        messages[index],
        chatters,
        chattersError,
      ]),
    ).toEqual([
      ['alpha', 6, 6, 2, 0],
      ['beta', 5, 5, 2, 0],
    ])
    expect(answer.channels[0]?.messages[index - 6]).toBeNull()
    expect(answer.channels[0]?.gaps).toHaveLength(1)
  })

  test('leaves out more when asked', async () => {
    const gateway = await openTestGateway(two)
    expect((await overview(gateway, '?without=bots')).totals['messages']).toBe(9)
  })

  test('of seconds adds up the live rings', async () => {
    const second = NOW / SECOND_MS
    const gateway = await openTestGateway(async (parts) => {
      await two(parts)
      await parts.rows.recents('7', new Map([[second - 3, 6]]))
      await parts.rows.recents('8', new Map([[second - 3, 1]]))
    })
    const answer = await overview(gateway, '?step=second')
    expect(answer.points.find(({ t }) => t === iso(NOW - 3_000))).toEqual({
      t: iso(NOW - 3_000),
      messages: 7,
    })
    expect(answer.totals).toEqual({ messages: 7 })
  })

  test('of no channels is empty, not an error', async () => {
    const answer = await overview(await openTestGateway())
    expect(answer).toMatchObject({ channels: [], coverage: null })
    expect(answer.totals['messages']).toBeNull()
  })
})

test('the stop words are those in force', async () => {
  const words = async (overrides: Parameters<typeof openTestGateway>[1]) => {
    const { status, body } = await (await openTestGateway(undefined, overrides)).get('/api/v1/stop-words')
    expect(status).toBe(200)
    fits(body, 'StopWordsAnswer')
    return (body as StopWordsAnswer).words
  }
  const standard = await words({})
  expect(new Set(standard)).toEqual(DEFAULT_STOP_WORDS)
  expect(standard).toEqual(standard.toSorted())
  const settings = { host: '127.0.0.1', port: 0, adminToken: null, bots: [], backend: 'embedded' } as const
  expect(await words({ settings: { ...settings, stopWords: ['zug', 'auto'] } })).toEqual(['auto', 'zug'])
})

test('the status accounts for every record and names bots and source', async () => {
  const gateway = await openTestGateway(async ({ rows }) => {
    const clock = (channelId: string, partition: number, dropped: { name: string; count: number }[]) =>
      rows.put(
        'clock',
        { table: 'clocks', partition: clocksPartition(partition), row: channelId },
        {
          channelId,
          channelLogin: 'x',
          settings: null,
          hiddenLogins: [],
          modes: [],
          runs: [],
          account: { messages: 10, events: 5, duplicates: 3, late: 2, dropped },
        },
      )
    await clock('7', 3, [{ name: 'bad-time', count: 1 }])
    await clock('0', 63, [{ name: 'malformed', count: 4 }])
  })
  const { body } = await gateway.get('/api/v1/status')
  fits(body, 'StatusAnswer')
  expect(body as StatusAnswer).toMatchObject({
    version: '0.0.0-test',
    backend: 'embedded',
    source: 'demo',
    bots: ['nightbot'],
    now: iso(NOW),
    droppedWithoutChannel: { malformed: 4 },
    account: { records: 45, messages: 20, events: 10, duplicates: 6, late: 4, dropped: 5 },
  })
})

test('the status names the bots of the moment', async () => {
  let bots = ['nightbot']
  const settings = {
    host: '127.0.0.1',
    port: 0,
    adminToken: null,
    bots: () => bots,
    backend: 'embedded',
  } as const
  const gateway = await openTestGateway(undefined, { settings })
  expect((await gateway.get('/api/v1/status')).body).toMatchObject({ bots: ['nightbot'] })
  bots = ['other', 'third']
  expect((await gateway.get('/api/v1/status')).body).toMatchObject({ bots: ['other', 'third'] })
})

describe('the source', () => {
  test('changes after the answer has gone out', async () => {
    const switchTo = vi.fn(async () => {})
    const sourceInfo = { kind: 'demo' as const, twitchReachable: () => true, switchTo }
    const gateway = await openTestGateway(async () => {}, { sourceInfo })
    const { status, body } = await gateway.send('POST', '/api/v1/source', { source: 'twitch' })
    expect([status, body]).toEqual([202, { source: 'twitch' }])
    await vi.waitFor(() => expect(switchTo).toHaveBeenCalledExactlyOnceWith('twitch'))
  })

  test('stays when it is in force or Twitch does not answer', async () => {
    const gateway = await openTestGateway()
    expect((await gateway.send('POST', '/api/v1/source', { source: 'demo' })).status).toBe(200)
    expect((await gateway.send('POST', '/api/v1/source', { source: 'twitch' })).status).toBe(409)
    const wrong = await gateway.send('POST', '/api/v1/source', { source: 'twich' })
    expect(wrong.body).toMatchObject({
      status: 400,
      detail: expect.stringContaining('Did you mean "twitch"?'),
    })
  })
})
