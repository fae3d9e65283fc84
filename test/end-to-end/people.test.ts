/**
 * Top lists, events and people through the API, over rows that the real worker wrote into a real store, against a
 * count by hand of the same log.
 */
import {
  type AnyRecord,
  DAY_MS,
  DEFAULT_STOP_WORDS,
  type EventsAnswer,
  HOUR_MS,
  type Message,
  TOP_KINDS,
  type TopAnswer,
  type TopKind,
  type UserAnswer,
  type UserSeriesAnswer,
  utcDay,
} from '@smacktalk/contract'
import { openEmbedded } from '@smacktalk/embedded'
import { type Gateway, startGateway } from '@smacktalk/gateway'
import type { Clock } from '@smacktalk/ports'
import { silentLogger } from '@smacktalk/runtime'
import { PartitionWorker } from '@smacktalk/stream-job'
import { openWantedChannels } from '@smacktalk/wanted-channels'
import { encodeRecord } from '@smacktalk/wire'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type ChannelCount, countByHand, type LogEntry } from '../oracle/oracle.ts'
import { Random } from '../support/random.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const SEED = Number(process.env['SMACKTALK_TEST_SEED'] ?? 4)

const OPTIONS = { horizonMs: 900_000, spoolMs: 21_600_000, defaultBots: ['nightbot'], defaultPrefix: '!' }

/** Thursday; the log is of the six days before and half of this one. */
const TODAY = Date.UTC(2026, 10, 19)
const NOW = TODAY + 12 * HOUR_MS
const FIRST = TODAY - 6 * DAY_MS
const RECORDS = 3_000

const CHANNELS = [
  { id: '900', login: 'alpha' },
  { id: '901', login: 'beta' },
] as const
const PEOPLE = Array.from({ length: 12 }, (_, index) => ({
  id: String(100 + index),
  login: `person${index}`,
}))
const WORDS = [
  'tiger',
  'lion',
  'zebra',
  'the',
  'Kappa',
  '!dice',
  '@person3',
  '@Person5',
  'www.x.com',
  'otter',
]

const clock: Clock = {
  now: () => NOW,
  sleep: (ms, signal) =>
    new Promise((resolve) => {
      const timer = setTimeout(resolve, ms)
      signal?.addEventListener('abort', () => {
        clearTimeout(timer)
        resolve()
      })
    }),
}

function randomLog(random: Random): LogEntry[] {
  let sentAt = FIRST
  return Array.from({ length: RECORDS }, (_, offset) => {
    sentAt += random.between(0, (2 * (NOW - FIRST - HOUR_MS)) / RECORDS)
    return {
      offset,
      appendMs: Math.min(sentAt, NOW - 1) + 200,
      record: randomRecord(random, Math.min(sentAt, NOW - 1), offset),
    }
  })
}

function randomRecord(random: Random, sentAt: number, number: number): AnyRecord {
  const { id: channelId, login: channelLogin } = random.pick(CHANNELS)
  const heard = { run: 'live', ingestor: 'a', line: 0, receivedAt: sentAt + 100, channelId, channelLogin }
  // The first people write more than the last; one is renamed on the third day.
  const person = PEOPLE[Math.min(random.between(0, 11), random.between(0, 11))]!
  const renamed = person.id === '102' && sentAt >= FIRST + 3 * DAY_MS
  const login = renamed ? 'renamed' : person.login
  const written = { id: `m${number}`, userId: person.id, login, displayName: login.toUpperCase(), badges: '' }
  if (random.chance(0.06)) {
    const durationSeconds = random.chance(0.5) ? random.between(1, 600) : null
    const value = {
      ...heard,
      sentAt,
      targetUserId: person.id,
      targetLogin: login,
      durationSeconds,
      sourceRoomId: null,
    }
    return { kind: 'clearChat', value }
  }
  if (random.chance(0.04)) {
    const msgId = random.pick(['sub', 'resub', 'raid', 'announcement', 'viewermilestone'])
    const none = {
      sourceMsgId: null,
      sourceRoomId: null,
      recipientId: null,
      recipientLogin: null,
      originId: null,
    }
    const counts = { months: 3, plan: '1000', massGiftCount: null, viewerCount: msgId === 'raid' ? 7 : null }
    return { kind: 'notice', value: { ...heard, sentAt, ...written, msgId, ...none, ...counts } }
  }
  const words = Array.from({ length: random.between(1, 6) }, () => random.pick(WORDS))
  const message: Message = {
    ...heard,
    sentAt,
    ...written,
    text: words.join(' '),
    emotes: words[0] === 'Kappa' ? '25:0-4' : '',
    thirdPartyEmotes: [],
    bits: random.chance(0.02) ? 100 : null,
    firstMessage: false,
    returningChatter: false,
    replyParentId: random.chance(0.05) ? 'parent' : null,
    sourceRoomId: null,
  }
  return { kind: 'message', value: message }
}

describe(`what the API says of people (seed ${SEED})`, () => {
  const stack = new AsyncDisposableStack()
  let gateway: Gateway
  let byHand: Map<string, ChannelCount>

  beforeAll(async () => {
    const entries = randomLog(new Random(SEED))
    byHand = countByHand(entries, OPTIONS)
    const folder = stack.use(temporaryFolder())
    const retention = { logRetentionMs: DAY_MS, rowRetentionDays: 400 }
    const { log, store } = stack.use(await openEmbedded({ directory: folder.path, clock, ...retention }))
    const { horizonMs, spoolMs } = OPTIONS
    const fold = { horizonMs, spoolMs, sightingsMax: 100_000, stopWords: DEFAULT_STOP_WORDS }
    const worker = await PartitionWorker.open(0, store, { fold, cacheWeightMax: 1_000 }, async () => 0)
    for (let from = 0; from < entries.length; from += 500) {
      await worker.batch(
        entries.slice(from, from + 500).map(({ offset, appendMs, record }) => {
          const { channelId } = record.value
          return { partition: 0, offset, appendMs, key: channelId, value: encodeRecord(record) }
        }),
      )
      await worker.commit()
    }
    const stopping = new AbortController()
    const { signal } = stopping
    const wanted = await openWantedChannels({ log, clock, signal })
    stack.defer(() => wanted.finished)
    stack.defer(() => stopping.abort())
    gateway = stack.use(
      await startGateway({
        log,
        store,
        clock,
        logger: silentLogger,
        settings: { host: '127.0.0.1', port: 0, adminToken: null, bots: [], backend: 'embedded' },
        wanted,
        sourceInfo: { kind: 'demo', twitchReachable: () => false, switchTo: async () => {} },
        staticDirectory: null,
        version: '0.0.0-test',
        signal,
      }),
    )
  })

  afterAll(() => stack.disposeAsync())

  async function ask<T>(path: string): Promise<T> {
    const answer = await fetch(`${gateway.url}/api/v1${path}`)
    const body: unknown = await answer.json()
    expect([path, answer.status, body]).toEqual([path, 200, body])
    // The shape is checked against the document in the gateway's own tests.
    return body as T
  }

  const channel = (id: string): ChannelCount => {
    const count = byHand.get(id)
    if (count === undefined) throw new Error(`nothing was counted in ${id}`)
    return count
  }

  /** Sums of hours: days are taken nowhere, so they check each other. */
  function topByHand(id: string, kind: TopKind, from: number, to: number): Map<string, number> {
    const counts = new Map<string, number>()
    for (const [start, lists] of channel(id).topsOfHours) {
      if (start < from || start >= to) continue
      for (const [key, { count }] of lists[kind]) counts.set(key, (counts.get(key) ?? 0) + count)
    }
    return counts
  }

  const ordered = (counts: ReadonlyMap<string, number>) =>
    [...counts].sort(([a, countA], [b, countB]) => countB - countA || (a < b ? -1 : 1))

  it.each(TOP_KINDS)('counts %s over days and parts of days', async (kind) => {
    const random = new Random(SEED + 1)
    for (const { id, login } of CHANNELS) {
      for (let count = 0; count < 8; count++) {
        const from = FIRST + random.between(0, 100) * HOUR_MS
        const to = from + random.between(1, 80) * HOUR_MS
        const answer = await ask<TopAnswer>(
          `/channels/${login}/top?kind=${kind}&from=${from}&to=${to}&limit=100`,
        )
        expect(answer.approximate).toBe(false)
        const expected = ordered(topByHand(id, kind, from, to))
        expect(answer.entries.map((entry) => [entry.key, entry.count])).toEqual(expected)
      }
      expect(topByHand(id, kind, FIRST, NOW).size).toBeGreaterThan(0)
    }
  })

  it('lists every event, newest first', async () => {
    for (const { id, login } of CHANNELS) {
      const seen: EventsAnswer['events'] = []
      let next: string | null = ''
      while (next !== null) {
        const cursor = next === '' ? '' : `&cursor=${next}`
        const page: EventsAnswer = await ask(`/channels/${login}/events?from=${FIRST}&limit=17${cursor}`)
        seen.push(...page.events)
        next = page.next
      }
      const expected = channel(id)
        .events.toSorted((a, b) => b.event.at - a.event.at || b.offset - a.offset)
        .map(({ event }) => ({ ...event, at: new Date(event.at).toISOString() }))
      expect(seen.map(({ id: _id, ...event }) => event)).toEqual(expected)
      expect(expected.length).toBeGreaterThan(50)
    }
  })

  it.each(PEOPLE)('tells what $login did, day by day and in all', async ({ id, login }) => {
    const profile = await ask<UserAnswer>(`/users/${login}`)
    const series = await ask<UserSeriesAnswer>(`/users/id:${id}/series`)
    expect(profile.id).toBe(id)
    const rows = CHANNELS.flatMap((place) =>
      [...(channel(place.id).users.get(id) ?? [])].map(([day, row]) => ({ place: place.id, day, row })),
    )
    const sum = (
      list: typeof rows,
      name: 'characters' | 'emoteUses' | 'commands' | 'replies' | 'bits' | 'timeouts' | 'bans',
    ) => list.reduce((total, { row }) => total + row[name], 0)
    const messages = (list: typeof rows) =>
      list.reduce((total, { row }) => total + row.messages.reduce((a, b) => a + b), 0)
    const numbers = (list: typeof rows) => ({
      messages: messages(list),
      characters: sum(list, 'characters'),
      emoteUses: sum(list, 'emoteUses'),
      commands: sum(list, 'commands'),
      replies: sum(list, 'replies'),
      bits: sum(list, 'bits'),
      timeouts: sum(list, 'timeouts'),
      bans: sum(list, 'bans'),
    })
    expect(profile.totals).toMatchObject(numbers(rows))
    const days = [...new Set(rows.map(({ day }) => day))].sort((a, b) => a - b)
    expect(series.points.map(({ t }) => t.slice(0, 10))).toEqual(days.map(utcDay))
    for (const [index, day] of days.entries()) {
      expect(series.points[index]).toMatchObject(numbers(rows.filter((row) => row.day === day)))
    }
    for (const { id: place, messages: count, rank } of profile.channels) {
      expect(count).toBe(messages(rows.filter((row) => row.place === place)))
      const totals = topByHand(place, 'chatters', FIRST, NOW)
      expect(rank).toBe(1 + [...totals.values()].filter((other) => other > count).length)
    }
    expect(profile.hours).toEqual(
      Array.from({ length: 24 }, (_, hour) => rows.reduce((total, { row }) => total + row.hours[hour]!, 0)),
    )
    const sunday = profile.weekHours[6]!.reduce((a, b) => a + b)
    expect(sunday).toBe(messages(rows.filter(({ day }) => new Date(day).getUTCDay() === 0)))
    const active = [...new Set(rows.filter((row) => messages([row]) > 0).map(({ day }) => day))]
    expect(profile.daysActive).toBe(active.length)
    const firsts = rows.flatMap(({ row }) => row.firstAt ?? [])
    expect(profile.firstAt).toBe(new Date(Math.min(...firsts)).toISOString())
  })

  it('finds a renamed person under both names and shows the newer one first', async () => {
    for (const name of ['person2', 'renamed', 'id:102']) {
      const { id, login, names } = await ask<UserAnswer>(`/users/${name}`)
      expect([id, login, ...names.map((used) => used.login)]).toEqual([
        '102',
        'renamed',
        'renamed',
        'person2',
      ])
    }
    const range = `from=${FIRST}&to=${TODAY + DAY_MS}`
    const { entries } = await ask<TopAnswer>(`/channels/alpha/top?kind=chatters&${range}&limit=100`)
    expect(entries.find(({ key }) => key === '102')?.label).toBe('RENAMED')
  })
})
