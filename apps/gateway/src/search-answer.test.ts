/** `GET /search` over a real store. */
import { DAY_MS, type SearchAnswer } from '@smacktalk/contract'
import { expect, test } from 'vitest'
import { SCHEMAS } from './answer-schemas.ts'
import { NOW, openTestGateway, type TestGateway } from './gateway-fixture.ts'
import { misfits } from './json-schema-fixture.ts'

const DAY = NOW - (NOW % DAY_MS)

function opened(): Promise<TestGateway> {
  return openTestGateway(async ({ rows, wanted }) => {
    await wanted.add(['alpha', 'not_alpha', 'beta'])
    await rows.names('7', 'Alpha', 'alpha', 'alpha_before')
    await rows.names('8', 'Beta', 'beta')
    const old = DAY - 9 * DAY_MS
    await rows.userDay('7', old, '42', { login: 'before', displayName: 'Before', namedAt: old })
    await rows.userDay('7', DAY, '42', { login: 'person', displayName: 'Person', namedAt: DAY })
    // The name that one gave up has another one now.
    await rows.userDay('8', DAY, '43', { login: 'before', displayName: 'Before', namedAt: DAY })
    await rows.userDay('8', DAY, '44', { login: 'shy', displayName: 'Shy', namedAt: DAY })
    const chatters = [
      { key: '42', label: 'Person', count: 9 },
      { key: '50', label: 'Personable', count: 5 },
      { key: '51', label: 'ペルソナ', count: 4 },
      { key: '44', label: 'Shy', count: 3 },
    ]
    await rows.top('7', 'chatters', ['day', DAY], chatters)
    // Gave a login in one channel; another channel's list writes the name with other letters.
    await rows.userDay('7', DAY, '45', { login: 'quiet_one', displayName: '静か', namedAt: DAY })
    await rows.top('8', 'chatters', ['day', DAY], [{ key: '45', label: '静か', count: 2 }])
    await rows.optOut('7', '44', 'quiet_one')
  })
}

async function search(gateway: TestGateway, text: string): Promise<SearchAnswer> {
  const { status, body } = await gateway.get(`/api/v1/search?text=${encodeURIComponent(text)}`)
  expect([status, body]).toEqual([200, body])
  expect(misfits(body, SCHEMAS.SearchAnswer)).toEqual([])
  return body as SearchAnswer
}

const people = async (gateway: TestGateway, text: string): Promise<string[]> =>
  (await search(gateway, text)).users.map(({ id, was }) => (was === null ? id : `${id} was ${was}`))

const channels = async (gateway: TestGateway, text: string): Promise<string[]> =>
  (await search(gateway, text)).channels.map(({ name, was }) => (was === null ? name : `${name} was ${was}`))

test('channels: the whole name first, then beginnings, then names that hold it; an old name too', async () => {
  const gateway = await opened()
  expect(await channels(gateway, 'Alpha')).toEqual(['alpha', 'not_alpha'])
  const [first, ...rest] = await channels(gateway, 'a')
  expect([first, rest.sort()]).toEqual(['alpha', ['beta', 'not_alpha']])
  expect(await channels(gateway, '#alpha_before')).toEqual(['alpha was alpha_before'])
  expect(await channels(gateway, '8')).toEqual(['beta'])
  expect(await channels(gateway, 'nothing')).toEqual([])
})

test('people: everybody who carried a name, by id; beginnings among those who write today', async () => {
  const gateway = await opened()
  expect(await people(gateway, 'before')).toEqual(['43', '42 was before'])
  expect(await people(gateway, '@Person')).toEqual(['42', '50'])
  expect(await people(gateway, 'pers')).toEqual(['42', '50'])
  expect(await people(gateway, 'ペル')).toEqual(['51'])
  expect(await people(gateway, '43')).toEqual(['43'])
  // The owner of a channel who has written nothing has no page.
  expect(await people(gateway, 'alph')).toEqual([])
  expect((await search(gateway, 'ペル')).users).toEqual([
    { id: '51', login: null, displayName: 'ペルソナ', was: null },
  ])
})

test('nobody who asked to be left out is found, by name, id or beginning', async () => {
  const gateway = await opened()
  for (const text of ['shy', 'sh', '44', 'quiet_one', '静', '静か'])
    expect(await people(gateway, text)).toEqual([])
})

test('a lone sign finds nothing, and a limit is kept', async () => {
  const gateway = await opened()
  expect(await search(gateway, '@')).toEqual({ channels: [], users: [] })
  const { body } = await gateway.get('/api/v1/search?text=a&limit=1')
  expect((body as SearchAnswer).channels).toHaveLength(1)
})
