import { renameSync, rmSync, writeFileSync } from 'node:fs'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import {
  type ChannelsAnswer,
  chapterList,
  type EventsAnswer,
  HOUR_MS,
  MINUTE_MS,
  type Moment,
  type MomentsAnswer,
  TOP_KINDS,
} from '@smacktalk/contract'
import type { ExportName } from '@smacktalk/gateway'
import { loadSettings } from '@smacktalk/runtime'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { Random } from '../../../test/support/random.ts'
import { type Product, startProduct } from '../../../test/support/start-product.ts'
import { type TemporaryFolder, temporaryFolder } from '../../../test/support/temporary-folder.ts'
import { exportData } from './export-data.ts'
import type { Format } from './export-text.ts'
import { UsageError } from './failures.ts'
import { NamedScope } from './named-scope.ts'
import { startProgram } from './testing/program.ts'
import { quietImport } from './testing/quiet-import.ts'
import { readCsv } from './testing/read-csv.ts'
import { WORLD_START_MS, worldLines } from './testing/world-lines.ts'

const SEED = Number(process.env['SMACKTALK_TEST_SEED'] ?? 1)

/** Over midnight. */
const WORLD_SECONDS = 3 * 3_600

let folder: TemporaryFolder
let product: Product
let channels: ChannelsAnswer['channels']

/** A product that has imported a world, hears nobody, and runs while everything here is exported. */
beforeAll(async () => {
  folder = temporaryFolder()
  const path = join(folder.path, 'chat.irc')
  writeFileSync(path, worldLines({ seed: SEED, seconds: WORLD_SECONDS, messagesPerSecond: 2 }).join('\n'))
  await quietImport(folder.path, [path])
  product = startProduct({
    dataDir: folder.path,
    env: { SMACKTALK_SOURCE: 'twitch', SMACKTALK_TWITCH_URL: 'ws://127.0.0.1:9', SMACKTALK_CHANNELS: '' },
  })
  await product.ready()
  channels = (await product.ask<ChannelsAnswer>('/channels')).channels
})

afterAll(async () => {
  await product[Symbol.asyncDispose]()
  folder[Symbol.dispose]()
})

type Answer = Readonly<Record<string, unknown>>

async function exported(
  name: ExportName,
  format: Format,
  query: Readonly<Record<string, string>>,
  names: readonly string[] | null,
): Promise<string> {
  const overrides = { dataDir: folder.path, source: 'twitch' }
  const { settings } = loadSettings({ env: {}, cwd: folder.path, config: undefined, overrides })
  let text = ''
  await using scope = new NamedScope()
  await exportData(
    { name, format, channels: names, query: new Map(Object.entries(query)) },
    {
      settings,
      scope,
      signal: new AbortController().signal,
      openOutput: () => ({
        async write(piece) {
          text += piece
          return true
        },
        async end() {},
        async giveUp() {},
      }),
    },
  )
  return text
}

function jsonLines(text: string): Answer[] {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line))
}

/** What a CSV cell says of a value of the API. */
function cellOf(value: unknown): string {
  return value === null || value === undefined ? '' : String(value)
}

/** What lies behind a name like `evidence.raid.login`. */
function at(row: Answer, title: string): unknown {
  const step = (value: unknown, name: string) => (value as Answer | null | undefined)?.[name]
  return title.split('.').reduce<unknown>(step, row)
}

/** Both formats against the same answer: JSON lines have it as it is, CSV flattened. */
async function compare(
  name: Parameters<typeof exported>[0],
  query: Readonly<Record<string, string>>,
  channel: ChannelsAnswer['channels'][number],
  answer: readonly Answer[],
): Promise<void> {
  const head = { source: 'twitch', channelId: channel.id, channel: channel.name }
  const names = [`id:${channel.id}`]
  expect(jsonLines(await exported(name, 'ndjson', query, names))).toEqual(
    answer.map((row) => ({ ...head, ...row })),
  )
  const rows = readCsv(await exported(name, 'csv', query, names))
  expect(rows).toHaveLength(answer.length)
  for (const [index, row] of rows.entries()) {
    const expected: Answer = { ...head, ...answer[index] }
    for (const [title, cell] of Object.entries(row)) {
      const [field = '', key] = title.split('.')
      const value = expected[field]
      const plain = cell.replace(/^'(?=[=+\-@])/, '')
      if (key === undefined) expect(plain, title).toBe(cellOf(value))
      else if (field === 'evidence') expect(plain, title).toBe(cellOf(at(expected, title)))
      else if (expected['messages'] === null) expect(cell, title).toBe('')
      else expect(cell, title).toBe(String((value as Record<string, number>)[key] ?? 0))
    }
  }
}

/** Some time around the world, with ends that lie on nothing. */
function randomRange(random: Random, mostMs: number): { from: string; to: string } {
  const length = random.between(1, mostMs)
  const from = WORLD_START_MS + random.between(-HOUR_MS, WORLD_SECONDS * 1_000) - Math.floor(length / 2)
  return { from: new Date(from).toISOString(), to: String(from + length) }
}

const toAnswers = (moments: readonly Moment[]): Answer[] => moments.map((moment) => ({ ...moment }))

const search = (query: Readonly<Record<string, string>>) => new URLSearchParams(query).toString()

test(`minutes, hours and days are the points of the API, for any range (seed ${SEED})`, async () => {
  const random = new Random(SEED)
  let counted = 0
  for (const [name, step, mostMs] of [
    ['minutes', 'minute', 30 * HOUR_MS],
    ['hours', 'hour', 90 * 24 * HOUR_MS],
    ['days', 'day', 800 * 24 * HOUR_MS],
  ] as const) {
    for (let round = 0; round < 4; round++) {
      const channel = random.pick(channels)
      const without = ['bots', 'commands', 'shared'].filter(() => random.chance(0.4)).join(',')
      const query = { ...randomRange(random, mostMs), without }
      const path = `/channels/id:${channel.id}/series?${search({ ...query, step })}`
      const { points } = await product.ask<{ points: Answer[] }>(path)
      await compare(name, query, channel, points)
      counted += points.filter(({ messages }) => Number(messages) > 0).length
    }
  }
  expect(counted).toBeGreaterThan(20)
})

test('a range beyond what an answer may hold is exported whole', async () => {
  const [channel] = channels
  const from = WORLD_START_MS - 20 * 24 * HOUR_MS
  const to = WORLD_START_MS + 3 * 24 * HOUR_MS
  const text = await exported('minutes', 'ndjson', { from: String(from), to: String(to) }, [channel!.name])
  const rows = jsonLines(text)
  expect(rows).toHaveLength((to - from) / MINUTE_MS)
  const parts: Answer[] = []
  for (let at = from; at < to; at += 5 * 24 * HOUR_MS) {
    const part = search({ from: String(at), to: String(Math.min(to, at + 5 * 24 * HOUR_MS)), step: 'minute' })
    parts.push(
      ...(await product.ask<{ points: Answer[] }>(`/channels/${channel!.name}/series?${part}`)).points,
    )
  }
  expect(rows.map(({ source: _, channelId: __, channel: ___, ...point }) => point)).toEqual(parts)
})

test(`top lists are those of the API, for any range (seed ${SEED})`, async () => {
  const random = new Random(SEED)
  for (const kind of TOP_KINDS) {
    const channel = random.pick(channels)
    const query = { ...randomRange(random, 12 * HOUR_MS), kind, limit: '100' }
    const path = `/channels/${channel.name}/top?${search(query)}`
    const { entries, from, to, approximate } = await product.ask<{ entries: Answer[] } & Answer>(path)
    const rows = entries.map(({ key, label, count, messages, maxError }, index) => ({
      ...{
        from,
        to,
        kind,
        rank: index + 1,
        key,
        label,
        count,
        messages: messages ?? null,
        maxError,
        approximate,
      },
    }))
    await compare('top', query, channel, rows)
  }
})

test(`events are those of the API, oldest first (seed ${SEED})`, async () => {
  const random = new Random(SEED)
  let counted = 0
  for (const kind of [null, null, 'timeout', 'sub']) {
    const channel = random.pick(channels)
    const query = { ...randomRange(random, 6 * HOUR_MS), ...(kind === null ? {} : { kind }) }
    const newestFirst: Answer[] = []
    let cursor: string | null = null
    do {
      const page: EventsAnswer = await product.ask(
        `/channels/${channel.name}/events?${search({ ...query, limit: '500', ...(cursor === null ? {} : { cursor }) })}`,
      )
      newestFirst.push(...page.events.map((event) => ({ ...event })))
      cursor = page.next
    } while (cursor !== null)
    await compare('events', query, channel, newestFirst.reverse())
    counted += newestFirst.length
  }
  expect(counted).toBeGreaterThan(20)
})

test(`moments are those of the API, by their beginning, and make a list of chapters (seed ${SEED})`, async () => {
  const random = new Random(SEED)
  let counted = 0
  for (const channel of channels) {
    const query = randomRange(random, 6 * HOUR_MS)
    const { moments } = await product.ask<MomentsAnswer>(`/channels/${channel.name}/moments?${search(query)}`)
    await compare('moments', query, channel, toAnswers(moments.toReversed()))
    counted += moments.length
  }
  expect(counted).toBeGreaterThan(0)
  const query = { from: '2024-01-08', to: '2024-01-10' }
  for (const channel of channels) {
    const { moments } = await product.ask<MomentsAnswer>(`/channels/${channel.name}/moments?${search(query)}`)
    const cause = moments[0]?.cause ?? 'raid'
    const ofCause = moments.filter((moment) => moment.cause === cause).toReversed()
    await compare('moments', { ...query, cause }, channel, toAnswers(ofCause))
    const start = '2024-01-08T22:30Z'
    const chapters = await exported('moments', 'csv', { ...query, chapters: 'true', start }, [channel.name])
    expect(chapters).toBe(chapterList(moments, Date.parse(start)))
    if (chapters !== '') expect(chapters).toMatch(/^(\d\d:[0-5]\d:[0-5]\d \S.*\n)+$/)
  }
})

test('people are those of the API, a row for each of their days', async () => {
  const query = { from: '2024-01-08', to: '2024-01-10' }
  const [channel] = channels
  const rows = jsonLines(await exported('users', 'ndjson', query, [channel!.name]))
  expect(rows.length).toBeGreaterThan(50)
  expect(new Set(rows.map(({ t }) => t)).size).toBe(2)
  const ids = [...new Set(rows.map(({ userId }) => String(userId)))]
  for (const id of ids.slice(0, 10)) {
    const path = `/users/id:${id}/series?${search({ ...query, channel: channel!.name })}`
    const { user, points } = await product.ask<{ user: Answer; points: Answer[] }>(path)
    expect(rows.filter(({ userId }) => userId === id)).toEqual(
      points.map((point) => ({
        ...{ source: 'twitch', channelId: channel!.id, channel: channel!.name },
        ...{ userId: id, login: user['login'], displayName: user['displayName'] },
        ...point,
      })),
    )
  }
})

test('without a channel all of them are exported', async () => {
  const query = { from: '2024-01-08', to: '2024-01-10' }
  const rows = readCsv(await exported('days', 'csv', query, null))
  expect(new Set(rows.map((row) => row['channel']))).toEqual(new Set(channels.map(({ name }) => name)))
  expect(rows).toHaveLength(2 * channels.length)
})

async function run(args: readonly string[], cwd = folder.path) {
  const program = startProgram(['export', ...args, '--data-dir', cwd], { cwd })
  const code = await program.ended()
  return { code, printed: program.printed(), answered: program.answered() }
}

test('the command writes to the standard output, or to a file that is there when it is complete', async () => {
  const words = [
    'minutes',
    '--channel',
    channels[0]!.name,
    '--from',
    '2024-01-08T22:00Z',
    '--to',
    '2024-01-08T23:00Z',
  ]
  const plain = await run(words)
  expect(plain).toMatchObject({ code: 0, printed: plain.answered })
  expect(readCsv(plain.answered)).toHaveLength(60)
  const path = join(folder.path, 'minutes.csv')
  const filed = await run([...words, '--output', path])
  expect(filed).toMatchObject({ code: 0, answered: '', printed: expect.stringContaining('60 rows in ') })
  expect(await readFile(path, 'utf8')).toBe(plain.answered)
  expect((await readdir(folder.path)).filter((name) => name.includes('partial'))).toEqual([])
})

test('a reader that has seen enough ends it quietly', async () => {
  const words = ['export', 'minutes', '--from', '2023-06-01', '--to', '2024-06-01', '--data-dir', folder.path]
  const program = startProgram(words, { cwd: folder.path })
  program.child.stdout?.once('data', () => program.child.stdout?.destroy())
  expect(await program.ended()).toBe(0)
  expect(program.printed().slice(program.answered().length)).not.toMatch(/EPIPE|Failed|at /)
})

test.each([
  [['minute'], 'Did you mean "minutes"?'],
  [[], 'needs <rows>'],
  [['minutes', '--chanel', 'x'], 'Did you mean "--channel"?'],
  [['minutes', '--format', 'cvs'], 'Did you mean "csv"?'],
  [['minutes', '--channel', 'nobody_knows_it'], 'No channel “nobody_knows_it” is known here.'],
])('%j is refused with code 2 and a way out', async (args, message) => {
  const refused = await run(args)
  expect(refused).toMatchObject({ code: 2, answered: '' })
  expect(refused.printed).toContain(message)
  expect(refused.printed).not.toContain('    at ')
})

test.each([
  ['minutes', { from: 'yesterday' }, '“yesterday” is no time.'],
  ['hours', { from: '2024-01-09', to: '2024-01-08' }, '“from” must be earlier than “to”.'],
  ['top', { kind: 'emote' }, 'Did you mean "emotes"?'],
  ['top', { limit: '0' }, '“limit” must be a whole number from 1 to 1000'],
  ['top', { from: '2020-01-01', to: '2024-01-01' }, 'more than 400 days'],
  ['moments', { cause: 'rade' }, 'Did you mean "raid"?'],
  ['moments', { start: '2024-01-08' }, 'add “chapters”'],
  ['moments', { chapters: 'true' }, 'Chapters are of one channel.'],
  ['users', { without: 'bots' }, '“without” means nothing for users. It is for minutes, hours, days.'],
] as const)('%s with %j is wrong use', async (name, query, message) => {
  const refused = exported(name, 'csv', query, null)
  await expect(refused).rejects.toBeInstanceOf(UsageError)
  await expect(refused).rejects.toThrow(message)
})

test('an output that cannot be written is told with code 1', async () => {
  const words = [
    'days',
    '--from',
    '2024-01-08',
    '--to',
    '2024-01-09',
    '--output',
    join(folder.path, 'none', 'x.csv'),
  ]
  const failed = await run(words)
  expect(failed.code).toBe(1)
  expect(failed.printed).toContain('x.csv" cannot be written (ENOENT')
})

test('demo data say so in every row, and data that are not there are told', async () => {
  const own = temporaryFolder()
  onTestFinished(() => own[Symbol.dispose]())
  const path = join(own.path, 'chat.irc')
  writeFileSync(path, worldLines({ seed: SEED, seconds: 60 }).join('\n'))
  await quietImport(own.path, [path])
  renameSync(join(own.path, 'twitch'), join(own.path, 'demo'))
  const words = ['days', '--from', '2024-01-08', '--to', '2024-01-09']
  const missing = await run(words, own.path)
  expect(missing).toMatchObject({ code: 2, answered: '' })
  expect(missing.printed).toMatch(/There are no data in ".*twitch"/)
  expect(missing.printed).toContain('need --source demo')
  const demo = await run([...words, '--source', 'demo'], own.path)
  expect(demo.code, demo.printed).toBe(0)
  expect(demo.printed).toContain('Demo data: the chat behind these rows is invented.')
  const rows = readCsv(demo.answered)
  expect(rows.length).toBeGreaterThan(2)
  expect(new Set(rows.map((row) => row['source']))).toEqual(new Set(['demo']))
  rmSync(join(own.path, 'demo', 'smacktalk.db'))
  expect((await run([...words, '--source', 'demo'], own.path)).printed).toContain('There are no data in ')
})
