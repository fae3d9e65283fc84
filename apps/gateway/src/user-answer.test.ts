import { DAY_MS, HOUR_MS, type UserAnswer, type UserDayRow, type UserSeriesAnswer } from '@smacktalk/contract'
import { describe, expect, test } from 'vitest'
import { SCHEMAS, type SchemaName } from './answer-schemas.ts'
import { NOW, openTestGateway, type RowWriter, type TestGateway } from './gateway-fixture.ts'
import { misfits } from './json-schema-fixture.ts'

/** A Thursday. */
const DAY = NOW - (NOW % DAY_MS)
const iso = (atMs: number) => new Date(atMs).toISOString()

const LEFT_OUT = 'Not counted by name. This person asked to be left out.'

function withRows(write: (rows: RowWriter) => Promise<void>): Promise<TestGateway> {
  return openTestGateway(async ({ rows, wanted }) => {
    await wanted.add(['alpha'])
    await rows.names('7', 'Alpha', 'alpha')
    await rows.names('8', 'Beta', 'beta')
    await write(rows)
  })
}

/** A day with messages in one hour. */
function wrote(
  day: number,
  hour: number,
  messages: number,
  more: Partial<UserDayRow> = {},
): Partial<UserDayRow> {
  const at = day + hour * HOUR_MS
  return {
    login: 'person',
    displayName: 'Person',
    namedAt: at + 5,
    messages: [messages, 0, 0, 0],
    firstAt: at,
    lastAt: at + 5,
    hours: new Array<number>(24).fill(0).with(hour, messages),
    ...more,
  }
}

async function ask(gateway: TestGateway, path: string, schema: SchemaName): Promise<unknown> {
  const { status, body } = await gateway.get(`/api/v1/users/${path}`)
  expect([status, body]).toEqual([200, body])
  expect(misfits(body, SCHEMAS[schema])).toEqual([])
  return body
}

async function profile(gateway: TestGateway, path: string): Promise<UserAnswer> {
  return (await ask(gateway, path, 'UserAnswer')) as UserAnswer
}

async function series(gateway: TestGateway, path: string): Promise<UserSeriesAnswer> {
  return (await ask(gateway, path, 'UserSeriesAnswer')) as UserSeriesAnswer
}

describe('a profile', () => {
  test('adds up days and channels', async () => {
    const gateway = await withRows(async (rows) => {
      await rows.userDay('7', DAY - DAY_MS, '42', wrote(DAY - DAY_MS, 3, 2, { characters: 20, replies: 1 }))
      await rows.userDay('7', DAY, '42', {
        ...wrote(DAY, 20, 0, { messages: [1, 2, 3, 4], commands: 7, emoteUses: 5, bits: 100 }),
        badges: 'vip/1',
      })
      await rows.userDay('8', DAY, '42', wrote(DAY, 1, 30, { timeouts: 1, bans: 2, deletions: 3 }))
      await rows.userDay('8', DAY, '43', wrote(DAY, 1, 99, { login: 'other' }))
    })
    const answer = await profile(gateway, 'Person')
    expect(answer).toMatchObject({
      id: '42',
      login: 'person',
      displayName: 'Person',
      from: iso(DAY - 399 * DAY_MS),
      to: iso(DAY + DAY_MS),
      totals: {
        messages: 42,
        characters: 20,
        emoteUses: 5,
        commands: 7,
        replies: 1,
        bits: 100,
        timeouts: 1,
        bans: 2,
        deletions: 3,
      },
      firstAt: iso(DAY - DAY_MS + 3 * HOUR_MS),
      lastAt: iso(DAY + 20 * HOUR_MS + 5),
      daysActive: 2,
    })
    expect(answer.channels).toMatchObject([
      { id: '8', name: 'beta', displayName: 'Beta', messages: 30, timeouts: 1, firstAt: iso(DAY + HOUR_MS) },
      { id: '7', name: 'alpha', displayName: 'Alpha', slot: 0, messages: 12, badges: 'vip/1' },
    ])
  })

  test('shows hours, and weekdays from Monday on', async () => {
    const monday = DAY - 3 * DAY_MS
    const gateway = await withRows(async (rows) => {
      await rows.userDay('7', monday, '42', wrote(monday, 0, 1))
      await rows.userDay('7', monday - DAY_MS, '42', wrote(monday - DAY_MS, 23, 2))
      await rows.userDay('8', monday - 7 * DAY_MS, '42', wrote(monday - 7 * DAY_MS, 0, 4))
    })
    const { hours, weekHours } = await profile(gateway, 'person')
    expect(new Date(monday).getUTCDay()).toBe(1)
    expect([hours[0], hours[23], weekHours[0]?.[0], weekHours[6]?.[23]]).toEqual([5, 2, 5, 2])
    expect(weekHours.flat().reduce((sum, count) => sum + count, 0)).toBe(7)
  })

  test('counts streaks over channels, and only days with a message', async () => {
    const active = [1, 2, 3, 10, 11, 12, 13, 20]
    const gateway = await withRows(async (rows) => {
      for (const [index, ago] of active.entries()) {
        const day = DAY - ago * DAY_MS
        await rows.userDay(index % 2 === 0 ? '7' : '8', day, '42', wrote(day, 1, 1))
      }
      await rows.userDay('7', DAY, '42', { login: 'person', timeouts: 1 })
      await rows.userDay('7', DAY - 14 * DAY_MS, '42', { deletions: 1 })
    })
    expect(await profile(gateway, 'person')).toMatchObject({
      daysActive: 8,
      longestStreak: 4,
      currentStreak: 3,
      totals: { timeouts: 1, deletions: 1 },
    })
    gateway.clock.nowMs = NOW + DAY_MS
    expect(await profile(gateway, 'id:42')).toMatchObject({ longestStreak: 4, currentStreak: 0 })
  })

  test('is found by id, by an older login, by an @, and by digits first as id', async () => {
    const gateway = await withRows(async (rows) => {
      await rows.userDay('7', DAY - 9 * DAY_MS, '42', wrote(DAY - 9 * DAY_MS, 1, 1, { login: 'before' }))
      await rows.userDay('7', DAY, '42', wrote(DAY, 1, 1))
      await rows.userDay('7', DAY, '43', wrote(DAY, 1, 1, { login: '42' }))
      // Somebody else had the name longer ago.
      await rows.userDay('7', DAY - 10 * DAY_MS, '99', wrote(DAY - 10 * DAY_MS, 1, 1, { login: 'before' }))
    })
    const idOf = async (name: string) => (await profile(gateway, name)).id
    expect(await Promise.all(['person', 'PERSON', '@person', 'before', '42', 'id:42'].map(idOf))).toEqual(
      new Array(6).fill('42'),
    )
    expect(await idOf('login:42')).toBe('43')
    expect((await profile(gateway, 'before')).names).toMatchObject([
      { login: 'person', lastAt: iso(DAY + HOUR_MS + 5) },
      { login: 'before', displayName: 'Person', firstAt: iso(DAY - 9 * DAY_MS + HOUR_MS) },
    ])
    expect((await profile(gateway, `before?to=${DAY - DAY_MS}`)).login).toBe('person')
  })

  test('counts what lies in the range, rounded outwards to days', async () => {
    const gateway = await withRows(async (rows) => {
      for (const ago of [0, 1, 2, 3]) {
        await rows.userDay('7', DAY - ago * DAY_MS, '42', wrote(DAY - ago * DAY_MS, 1, 10 ** ago))
      }
    })
    const messages = async (query: string) => (await profile(gateway, `person?${query}`)).totals.messages
    expect(await messages(`from=${DAY - DAY_MS + 1}`)).toBe(11)
    expect(await messages(`from=${DAY - 2 * DAY_MS}&to=${DAY - DAY_MS + 1}`)).toBe(110)
    expect(await profile(gateway, `person?from=${DAY - 9 * DAY_MS}&to=${DAY - 8 * DAY_MS}`)).toMatchObject({
      totals: { messages: 0 },
      firstAt: null,
      channels: [],
      emotes: [],
    })
  })

  test('ranks exactly over the range or not at all', async () => {
    const gateway = await withRows(async (rows) => {
      for (const ago of [0, 1]) {
        const day = DAY - ago * DAY_MS
        await rows.userDay('7', day, '42', wrote(day, 1, 5))
        await rows.userDay('8', day, '42', wrote(day, 1, 5))
      }
      await rows.userDay('9', DAY, '42', { login: 'person', timeouts: 1 })
      await rows.top(
        '7',
        'chatters',
        ['day', DAY],
        [
          { key: '1', count: 9 },
          { key: '42', count: 5 },
          { key: '5', count: 5 },
        ],
      )
      await rows.top(
        '7',
        'chatters',
        ['day', DAY - DAY_MS],
        [
          { key: '2', count: 11 },
          { key: '3', count: 99 },
          { key: '42', count: 5 },
        ],
      )
      await rows.top('8', 'chatters', ['day', DAY], [{ key: '42', count: 5 }])
      await rows.top('8', 'chatters', ['day', DAY - DAY_MS], [{ key: '1', count: 11 }], { approximate: true })
      await rows.top('9', 'chatters', ['day', DAY], [{ key: '1', count: 9 }])
      // Asked to be left out: takes no place.
      await rows.optOut('7', '3')
    })
    const ranks = async (query: string) => {
      const { channels } = await profile(gateway, `person${query}`)
      return Object.fromEntries(channels.map(({ id, rank }) => [id, rank]))
    }
    expect(await ranks('')).toEqual({ '7': 2, '8': null, '9': null })
    expect(await ranks(`?from=${DAY}`)).toEqual({ '7': 2, '8': 1, '9': null })
    expect(await ranks(`?from=${DAY - DAY_MS}&to=${DAY}`)).toEqual({ '7': 2, '8': null })
  })

  test('ranks within approximate lists as long as nobody who is only known to a bound could stand elsewhere', async () => {
    const gateway = await withRows(async (rows) => {
      for (const channel of ['7', '8', '9']) await rows.userDay(channel, DAY, '42', wrote(DAY, 1, 20))
      const lists: Record<string, { key: string; count: number; error?: number }[]> = {
        // Whoever is not listed wrote at most 12.
        '7': [
          { key: '5', count: 12, error: 11 },
          { key: '42', count: 20 },
          { key: '3', count: 22, error: 1 },
          { key: '1', count: 90, error: 12 },
        ],
        // One of them wrote 19 to 22.
        '8': [
          { key: '5', count: 12 },
          { key: '3', count: 22, error: 3 },
          { key: '1', count: 90 },
        ],
        // The smallest of a full list: one that is not named may have come more often.
        '9': [{ key: '1', count: 21 }],
      }
      for (const [channel, entries] of Object.entries(lists)) {
        await rows.top(channel, 'chatters', ['day', DAY], entries, { approximate: true })
      }
    })
    const { channels } = await profile(gateway, `person?from=${DAY}`)
    expect(Object.fromEntries(channels.map(({ id, rank }) => [id, rank]))).toEqual({
      '7': 3,
      '8': null,
      '9': null,
    })
  })

  test('shows twenty favourite emotes, merged over days', async () => {
    const gateway = await withRows(async (rows) => {
      const emotes = (count: number) => ({
        approximate: false,
        entries: Array.from({ length: 30 }, (_, index) => ({
          key: `twitch:${index + 10}`,
          label: `Emote${index + 10}`,
          count: index + count,
          messages: 0,
          error: 0,
        })),
      })
      await rows.userDay('7', DAY, '42', wrote(DAY, 1, 1, { favourites: emotes(1) }))
      await rows.userDay('8', DAY - DAY_MS, '42', wrote(DAY - DAY_MS, 1, 1, { favourites: emotes(100) }))
    })
    const { emotes } = await profile(gateway, 'person')
    expect(emotes).toHaveLength(20)
    expect(emotes[0]).toEqual({ key: 'twitch:39', label: 'Emote39', count: 159, maxError: 0 })
  })

  test('of somebody unknown is a problem with the nearest name of today', async () => {
    const gateway = await withRows(async (rows) => {
      await rows.top(
        '7',
        'chatters',
        ['day', DAY],
        [
          { key: '42', label: 'Person', count: 1 },
          { key: '43', label: 'Hidden', count: 1 },
        ],
      )
      await rows.optOut('7', '43')
    })
    for (const [name, hint] of [
      ['persom', ' Did you mean "person"?'],
      ['alpho', ' Did you mean "alpha"?'],
      ['hiddem', ''],
      ['id:77', ''],
    ]) {
      const { status, body } = await gateway.get(`/api/v1/users/${name}`)
      const text = name?.replace('id:', '')
      expect([status, (body as { detail: string }).detail]).toEqual([
        404,
        `Nobody called “${text}” has been counted here.${hint}`,
      ])
    }
  })

  test.each([
    ['by id', ['42'], ['person', 'before', 'id:42', '42']],
    ['by login', ['person'], ['person', 'before', 'id:42', '42']],
    ['never counted', ['ghost', '77'], ['ghost', 'Ghost', 'id:77']],
  ])('of somebody who asked to be left out says only that (%s)', async (_case, given, asked) => {
    const gateway = await withRows(async (rows) => {
      await rows.userDay('7', DAY - 9 * DAY_MS, '42', wrote(DAY - 9 * DAY_MS, 1, 1, { login: 'before' }))
      await rows.userDay('8', DAY, '42', wrote(DAY, 1, 1))
      await rows.optOut('7', ...given)
    })
    for (const name of asked) {
      for (const path of [name, `${name}/series`]) {
        const { status, body } = await gateway.get(`/api/v1/users/${path}`)
        expect([path, status, body]).toMatchObject([path, 404, { detail: LEFT_OUT }])
      }
    }
  })

  test('by default goes back over imported years, at most over 400 active days', async () => {
    const old = DAY - 1_000 * DAY_MS
    const gateway = await withRows(async (rows) => {
      await rows.userDay('7', DAY, '42', wrote(DAY, 1, 1))
      await rows.userDay('7', old, '42', wrote(old, 1, 1))
      for (let ago = 0; ago < 410; ago++) {
        await rows.userDay(
          '7',
          DAY - 2 * ago * DAY_MS,
          '43',
          wrote(DAY - 2 * ago * DAY_MS, 1, 1, { login: 'daily' }),
        )
      }
    })
    expect(await profile(gateway, 'person')).toMatchObject({ from: iso(old), totals: { messages: 2 } })
    expect(await profile(gateway, 'daily')).toMatchObject({
      from: iso(DAY - 2 * 399 * DAY_MS),
      daysActive: 400,
      totals: { messages: 400 },
    })
  })
})

describe("a person's series", () => {
  test('has the days on which something was counted, in all channels or in one', async () => {
    const gateway = await withRows(async (rows) => {
      await rows.userDay('7', DAY, '42', wrote(DAY, 1, 1))
      await rows.userDay('8', DAY, '42', wrote(DAY, 5, 10))
      await rows.userDay('7', DAY - 4 * DAY_MS, '42', wrote(DAY - 4 * DAY_MS, 1, 100))
    })
    const all = await series(gateway, 'person/series')
    expect(all).toMatchObject({ user: { id: '42', login: 'person' }, channel: null, to: iso(DAY + DAY_MS) })
    expect(all.points).toMatchObject([
      { t: iso(DAY - 4 * DAY_MS), messages: 100 },
      { t: iso(DAY), messages: 11, firstAt: iso(DAY + HOUR_MS), lastAt: iso(DAY + 5 * HOUR_MS + 5) },
    ])
    const one = await series(gateway, `person/series?channel=Beta&from=${DAY - 9 * DAY_MS}`)
    expect(one).toMatchObject({ channel: { id: '8', name: 'beta' }, from: iso(DAY - 9 * DAY_MS) })
    expect(one.points.map(({ messages }) => messages)).toEqual([10])
  })

  test('in a channel nobody knows is refused by that parameter', async () => {
    const gateway = await withRows(async (rows) => rows.userDay('7', DAY, '42', wrote(DAY, 1, 1)))
    const { status, body } = await gateway.get('/api/v1/users/person/series?channel=alpho')
    expect([status, body]).toMatchObject([
      404,
      { parameter: 'channel', detail: expect.stringContaining('alpha') },
    ])
  })
})
