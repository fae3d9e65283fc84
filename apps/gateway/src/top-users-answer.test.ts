import { DAY_MS, HOUR_MS, MINUTE_MS, type TopUsersAnswer } from '@smacktalk/contract'
import { expect, test } from 'vitest'
import { SCHEMAS } from './answer-schemas.ts'
import { NOW, openTestGateway, type RowWriter, type TestGateway } from './gateway-fixture.ts'
import { misfits } from './json-schema-fixture.ts'

const DAY = NOW - (NOW % DAY_MS)
const HOUR = NOW - (NOW % HOUR_MS)
const iso = (atMs: number) => new Date(atMs).toISOString()

function withRows(write: (rows: RowWriter) => Promise<void>): Promise<TestGateway> {
  return openTestGateway(async ({ rows, wanted }) => {
    await wanted.add(['alpha', 'beta'])
    for (const [id, login] of [
      ['7', 'alpha'],
      ['8', 'beta'],
    ] as const) {
      await rows.names(id, login, login)
      await rows.state({ login, channelId: id, since: NOW - 20 * MINUTE_MS })
    }
    await write(rows)
  })
}

async function users(gateway: TestGateway, query = ''): Promise<TopUsersAnswer> {
  const { status, body } = await gateway.get(`/api/v1/users${query}`)
  expect([status, body]).toEqual([200, body])
  expect(misfits(body, SCHEMAS.TopUsersAnswer)).toEqual([])
  return body as TopUsersAnswer
}

test('adds up what people wrote in all channels in the last hour, and says where most of it was', async () => {
  const gateway = await withRows(async (rows) => {
    await rows.top(
      '7',
      'chatters',
      ['hour', HOUR - HOUR_MS],
      [
        { key: '1', label: 'One', count: 2 },
        { key: '2', label: 'Two', count: 6 },
      ],
    )
    await rows.top('7', 'chatters', ['hour', HOUR], [{ key: '1', label: 'One', count: 1 }])
    await rows.top('8', 'chatters', ['hour', HOUR], [{ key: '1', label: 'One', count: 5 }])
    await rows.top('8', 'chatters', ['hour', HOUR - 2 * HOUR_MS], [{ key: '3', label: 'Three', count: 99 }])
  })
  const answer = await users(gateway)
  expect(answer).toMatchObject({ from: iso(HOUR - HOUR_MS), to: iso(HOUR + HOUR_MS), approximate: false })
  expect(answer).toMatchObject({ channels: 2, channelsOmitted: 0 })
  expect(
    answer.users.map(({ displayName, messages, channels, most }) => [
      displayName,
      messages,
      channels,
      most.name,
      most.messages,
    ]),
  ).toEqual([
    ['One', 8, 2, 'beta', 5],
    ['Two', 6, 1, 'alpha', 6],
  ])
  expect((await users(gateway, '?limit=1')).users).toHaveLength(1)
})

test('takes a whole day from the rows of days, and adds up fewer channels of many days', async () => {
  const gateway = await withRows(async (rows) => {
    await rows.top('7', 'chatters', ['day', DAY], [{ key: '1', label: 'One', count: 40 }])
    await rows.top('7', 'chatters', ['hour', HOUR], [{ key: '1', label: 'One', count: 3 }])
  })
  const today = await users(gateway, `?from=${DAY}&to=${DAY + DAY_MS}`)
  expect(today.users.map(({ messages }) => messages)).toEqual([40])
  const { status, body } = await gateway.get(`/api/v1/users?from=${DAY - 40 * DAY_MS}&to=${DAY}`)
  expect([status, (body as { parameter: string }).parameter]).toEqual([400, 'from'])
})

test('names nobody who asked to be left out', async () => {
  const gateway = await withRows(async (rows) => {
    const list = [
      { key: '1', label: 'One', count: 2 },
      { key: '2', label: 'Two', count: 6 },
    ]
    await rows.top('7', 'chatters', ['hour', HOUR], list)
    await rows.optOut('7', '2')
  })
  expect((await users(gateway)).users.map(({ displayName }) => displayName)).toEqual(['One'])
})

test('names nobody who asked in another channel, by login, and is written with other letters', async () => {
  const gateway = await withRows(async (rows) => {
    await rows.userDay('7', DAY, '2', { login: 'two', displayName: '二' })
    await rows.top(
      '8',
      'chatters',
      ['hour', HOUR],
      [
        { key: '1', label: 'One', count: 2 },
        { key: '2', label: '二', count: 6 },
      ],
    )
    await rows.optOut('7', 'two')
  })
  expect((await users(gateway)).users.map(({ displayName }) => displayName)).toEqual(['One'])
})
