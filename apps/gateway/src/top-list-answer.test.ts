import { DAY_MS, HOUR_MS, type TopAnswer } from '@smacktalk/contract'
import { describe, expect, test } from 'vitest'
import { SCHEMAS } from './answer-schemas.ts'
import { NOW, openTestGateway, type RowWriter, type TestGateway } from './gateway-fixture.ts'
import { misfits } from './json-schema-fixture.ts'

const DAY = NOW - (NOW % DAY_MS)
const HOUR = NOW - (NOW % HOUR_MS)
const iso = (atMs: number) => new Date(atMs).toISOString()

function withRows(write: (rows: RowWriter) => Promise<void>): Promise<TestGateway> {
  return openTestGateway(async ({ rows }) => {
    await rows.names('7', 'Alpha', 'alpha')
    await write(rows)
  })
}

async function top(gateway: TestGateway, query: string): Promise<TopAnswer> {
  const { status, body } = await gateway.get(`/api/v1/channels/alpha/top?${query}`)
  expect([status, body]).toEqual([200, body])
  expect(misfits(body, SCHEMAS.TopAnswer)).toEqual([])
  return body as TopAnswer
}

describe('a top list', () => {
  test('is that of the last hour, rounded outwards, when nothing else is asked for', async () => {
    const gateway = await withRows(async (rows) => {
      await rows.top('7', 'words', ['hour', HOUR - 2 * HOUR_MS], [{ key: 'before', count: 9 }])
      await rows.top('7', 'words', ['hour', HOUR - HOUR_MS], [{ key: 'earlier', count: 2 }])
      await rows.top(
        '7',
        'words',
        ['hour', HOUR],
        [
          { key: 'earlier', count: 1 },
          { key: 'now', count: 4 },
        ],
      )
      await rows.top('7', 'words', ['day', DAY], [{ key: 'whole', count: 99 }])
    })
    expect(await top(gateway, 'kind=words')).toEqual({
      kind: 'words',
      from: iso(HOUR - HOUR_MS),
      to: iso(HOUR + HOUR_MS),
      entries: [
        { key: 'now', label: 'now', count: 4, maxError: 0 },
        { key: 'earlier', label: 'earlier', count: 3, maxError: 0 },
      ],
      approximate: false,
    })
  })

  test('takes whole UTC days from rows of days and the edges from rows of hours', async () => {
    const gateway = await withRows(async (rows) => {
      for (const day of [DAY - 2 * DAY_MS, DAY - DAY_MS, DAY]) {
        await rows.top('7', 'commands', ['day', day], [{ key: '!day', count: 1 }])
        for (let hour = 0; hour < 24; hour++) {
          await rows.top('7', 'commands', ['hour', day + hour * HOUR_MS], [{ key: '!hour', count: 1 }])
        }
      }
    })
    const counts = async (from: number, to: number) =>
      Object.fromEntries(
        (await top(gateway, `kind=commands&from=${from}&to=${to}`)).entries.map(({ key, count }) => [
          key,
          count,
        ]),
      )
    const [from, to] = [DAY - DAY_MS - 3 * HOUR_MS, DAY + 2 * HOUR_MS]
    expect(await counts(from, to)).toEqual({ '!day': 1, '!hour': 5 })
    expect(await counts(from + 1, to + 1)).toEqual({ '!day': 1, '!hour': 6 })
    expect(await counts(DAY - 2 * DAY_MS, DAY + DAY_MS)).toEqual({ '!day': 3 })
    expect(await counts(DAY + HOUR_MS, DAY + 3 * HOUR_MS)).toEqual({ '!hour': 2 })
  })

  test('says of emotes in how many messages they are, and keeps equal counts in code point order', async () => {
    const gateway = await withRows(async (rows) => {
      await rows.top(
        '7',
        'emotes',
        ['hour', HOUR],
        [
          { key: 'twitch:25', label: 'Kappa', count: 5, messages: 2 },
          { key: 'x:\u{1f600}', label: 'astral', count: 5, messages: 5 },
          { key: 'x:\uffee', label: 'half', count: 5, messages: 5 },
        ],
      )
    })
    const { entries } = await top(gateway, 'kind=emotes')
    expect(entries.map(({ label, messages }) => [label, messages])).toEqual([
      ['Kappa', 2],
      ['half', 5],
      ['astral', 5],
    ])
    expect((await top(gateway, 'kind=emotes&limit=1')).entries).toHaveLength(1)
  })

  test('beyond what is exact says by how much a count may be too high', async () => {
    const gateway = await withRows(async (rows) => {
      const full = [
        { key: 'b', count: 3, error: 1 },
        { key: 'a', count: 10 },
      ]
      await rows.top('7', 'words', ['hour', HOUR - HOUR_MS], full, { approximate: true })
      await rows.top(
        '7',
        'words',
        ['hour', HOUR],
        [
          { key: 'a', count: 1 },
          { key: 'c', count: 5 },
        ],
      )
    })
    expect(await top(gateway, 'kind=words')).toMatchObject({
      approximate: true,
      entries: [
        { key: 'a', count: 11, maxError: 0 },
        // The full list does not name it: it may have come up to three times.
        { key: 'c', count: 8, maxError: 3 },
        { key: 'b', count: 3, maxError: 1 },
      ],
    })
  })

  test('calls chatters as on the last day of the range', async () => {
    const gateway = await withRows(async (rows) => {
      await rows.top(
        '7',
        'chatters',
        ['day', DAY - DAY_MS],
        [
          { key: '1', label: 'Old', count: 5 },
          { key: '2', label: 'Other', count: 1 },
        ],
      )
      await rows.top('7', 'chatters', ['hour', HOUR], [{ key: '3', label: 'Three', count: 9 }])
      await rows.userDay('7', NOW, '1', { login: 'new', displayName: 'New' })
      await rows.userDay('7', DAY - DAY_MS, '2', { login: 'else', displayName: 'Else' })
    })
    const { entries } = await top(gateway, `kind=chatters&from=${DAY - DAY_MS}&to=${HOUR + HOUR_MS}`)
    expect(entries.map(({ key, label, count }) => [key, label, count])).toEqual([
      ['3', 'Three', 9],
      ['1', 'New', 5],
      ['2', 'Other', 1],
    ])
  })

  test.each([
    ['their id', '1'],
    ['their login', 'secret'],
  ])('leaves people out who have asked since by %s, mentions included', async (_by, given) => {
    const gateway = await withRows(async (rows) => {
      await rows.top(
        '7',
        'chatters',
        ['hour', HOUR],
        [
          { key: '1', label: 'Secret', count: 5 },
          { key: '2', label: 'open', count: 3 },
        ],
      )
      await rows.top(
        '7',
        'mentions',
        ['hour', HOUR],
        [
          { key: 'open', count: 1 },
          { key: 'secret', count: 9 },
          { key: 'secret_before', count: 8 },
        ],
      )
      await rows.userDay('7', DAY - 9 * DAY_MS, '1', { login: 'secret_before', displayName: 'Before' })
      await rows.userDay('7', DAY - DAY_MS, '1', { login: 'secret', displayName: 'Secret' })
      await rows.optOut('7', given)
    })
    const keys = async (kind: string) => (await top(gateway, `kind=${kind}`)).entries.map(({ key }) => key)
    expect(await keys('chatters')).toEqual(['2'])
    // Who gave the id has not said which names; who gave a login has named that one.
    expect(await keys('mentions')).toEqual(given === '1' ? ['open'] : ['secret_before', 'open'])
  })

  test('leaves people out of a channel that was never told, by the setting of the gateway', async () => {
    const optOut: string[] = []
    const gateway = await openTestGateway(
      async ({ rows }) => {
        await rows.names('7', 'Alpha', 'alpha')
        await rows.top(
          '7',
          'chatters',
          ['hour', HOUR],
          [
            { key: '1', label: 'Secret', count: 5 },
            { key: '2', label: 'open', count: 3 },
          ],
        )
      },
      {
        settings: {
          host: '127.0.0.1',
          port: 0,
          adminToken: null,
          bots: [],
          optOut: () => optOut,
          backend: 'embedded',
        },
      },
    )
    const keys = async () => (await top(gateway, 'kind=chatters')).entries.map(({ key }) => key)
    expect(await keys()).toEqual(['1', '2'])
    optOut.push('1')
    gateway.clock.nowMs += 10_000
    expect(await keys()).toEqual(['2'])
  })

  test('is empty, not missing, for a channel that Twitch has not named yet', async () => {
    const gateway = await openTestGateway(async ({ wanted }) => {
      await wanted.add(['alpha'])
    })
    expect(await top(gateway, 'kind=mentions')).toMatchObject({ entries: [], approximate: false })
  })

  test('without its kind is refused with the kinds there are', async () => {
    const gateway = await withRows(async () => {})
    const { status, body } = await gateway.get('/api/v1/channels/alpha/top')
    expect(status).toBe(400)
    expect(body).toMatchObject({
      detail: '“kind” is missing. It is one of chatters, emotes, words, commands, mentions.',
    })
    const near = await gateway.get('/api/v1/channels/alpha/top?kind=emote')
    expect(near.body).toMatchObject({
      status: 400,
      detail: expect.stringContaining('Did you mean "emotes"?'),
    })
  })
})
