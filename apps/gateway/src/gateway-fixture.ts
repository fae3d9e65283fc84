/** A real gateway over a real embedded log and store, for tests: port 0, a folder of its own, a clock they set. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  CHANNEL_STATES_PARTITION,
  type ChannelStateRow,
  type CoverageRow,
  channelNamesPartition,
  channelPartition,
  channelStateRow,
  clocksPartition,
  coveragePartition,
  DAY_MS,
  EMPTY_MOMENT,
  type EventRow,
  eventRow,
  eventsPartition,
  INSTANCES_PARTITION,
  type Instance,
  LIVE_RUN,
  type MomentRow,
  momentsPartition,
  ONLY_ROW,
  recentsPartition,
  SPAN_TABLE_MS,
  type SpanRow,
  type SpanTable,
  spanPartition,
  spanStart,
  type TableName,
  type TopEntry,
  type TopKind,
  timeKey,
  topRow,
  topsPartition,
  type UserDayRow,
  userChannelsPartition,
  userDaysPartition,
  userNamesPartition,
  utcDay,
  type View,
} from '@smacktalk/contract'
import { openEmbedded } from '@smacktalk/embedded'
import type { EventLog, RowStore } from '@smacktalk/ports'
import { silentLogger } from '@smacktalk/runtime'
import { openWantedChannels, type WantedChannels } from '@smacktalk/wanted-channels'
import {
  encodeFeed,
  encodeRow,
  type FeedName,
  type FeedValue,
  type RowName,
  type RowValue,
} from '@smacktalk/wire'
import { onTestFinished } from 'vitest'
import { NOW, TestClock } from './clock-fixture.ts'
import { startGateway } from './gateway.ts'
import type { Gateway, GatewayOptions } from './gateway-options.ts'
import { classes, coverageRow, spanRow } from './row-fixture.ts'

export { NOW, TestClock } from './clock-fixture.ts'
export { classes, coverageRow, spanRow, viewOf } from './row-fixture.ts'

/** Writes rows as the stream job would. */
export class RowWriter {
  readonly #store: RowStore
  /** Microseconds; retention counts from the time of writing. */
  #writtenAt = NOW * 1_000

  readonly #log: Pick<EventLog, 'partitionOf'>

  constructor(store: RowStore, log: Pick<EventLog, 'partitionOf'>) {
    this.#store = store
    this.#log = log
  }

  async put<N extends RowName>(
    name: N,
    key: { table: TableName; partition: string; row: string },
    value: RowValue<N>,
    position = 1,
  ): Promise<void> {
    await this.#write(key, encodeRow(name, value), position)
  }

  span(
    table: SpanTable,
    channelId: string,
    at: number,
    value: Partial<SpanRow>,
    position = 1,
  ): Promise<void> {
    const row = timeKey(spanStart(at, SPAN_TABLE_MS[table]))
    return this.put(
      'span',
      { table, partition: spanPartition(table, channelId, at), row },
      spanRow(value),
      position,
    )
  }

  coverage(channelId: string, day: number, value: Partial<CoverageRow>, position = 1): Promise<void> {
    const key = {
      table: 'coverage',
      partition: coveragePartition(channelId, day),
      row: timeKey(day),
    } as const
    return this.put('coverage', key, coverageRow(value), position)
  }

  /** Messages of every class 0, by epoch second. */
  recents(channelId: string, messages: ReadonlyMap<number, number>, position = 1): Promise<void> {
    const seconds = [...messages.keys()].sort((a, b) => a - b)
    const value = {
      newestSecond: seconds.at(-1) ?? 0,
      seconds,
      counts: seconds.flatMap((second) => classes(messages.get(second) ?? 0)),
    }
    const key = { table: 'recents', partition: recentsPartition(channelId), row: ONLY_ROW } as const
    return this.put('recents', key, value, position)
  }

  async names(channelId: string, displayName: string, ...logins: string[]): Promise<void> {
    const names = logins.map((login, index) => ({ login, lastAt: NOW - index * DAY_MS }))
    const key = { table: 'channels', partition: channelPartition(channelId), row: ONLY_ROW } as const
    await this.put('channel', key, { names, displayName })
    for (const { login, lastAt } of names) {
      const partition = channelNamesPartition(login)
      await this.put('channelName', { table: 'channel_names', partition, row: channelId }, { lastAt })
    }
  }

  /** A person's UTC day with the facts that lead there. */
  async userDay(channelId: string, at: number, userId: string, value: Partial<UserDayRow>): Promise<void> {
    const row: UserDayRow = {
      login: '',
      displayName: '',
      namedAt: at,
      messages: [0, 0, 0, 0],
      characters: 0,
      emoteUses: 0,
      commands: 0,
      replies: 0,
      bits: 0,
      timeouts: 0,
      bans: 0,
      deletions: 0,
      firstAt: null,
      lastAt: null,
      hours: new Array<number>(24).fill(0),
      badges: '',
      favourites: { approximate: false, entries: [] },
      logins: [],
      ...value,
    }
    if (row.logins.length === 0 && row.login !== '') row.logins = [row.login]
    const days = { table: 'user_days', partition: userDaysPartition(channelId, at), row: userId } as const
    await this.put('userDay', days, row)
    const fact = { day: spanStart(at, DAY_MS) }
    const day = `${channelId}/${utcDay(at)}`
    const channels = { table: 'user_channels', partition: userChannelsPartition(userId), row: day } as const
    await this.put('fact', channels, fact)
    if (row.login === '') return
    const partition = userNamesPartition(row.login)
    await this.put('fact', { table: 'user_names', partition, row: `${userId}/${day}` }, fact)
  }

  /** Entries in stored order: by key, or by count ascending when approximate. */
  top(
    channelId: string,
    kind: TopKind,
    [size, at]: readonly ['hour' | 'day', number],
    entries: readonly (Partial<TopEntry> & { key: string; count: number })[],
    { approximate = false, position = 1 } = {},
  ): Promise<void> {
    const list = {
      approximate,
      entries: entries.map((entry) => ({ label: '', messages: entry.count, error: 0, ...entry })),
    }
    const partition = topsPartition(channelId, at, kind)
    const start = spanStart(at, size === 'hour' ? SPAN_TABLE_MS.hours : DAY_MS)
    return this.put('top', { table: 'tops', partition, row: topRow(size, start) }, { list }, position)
  }

  moment(channelId: string, position: number, value: Partial<MomentRow> & { from: number }): Promise<void> {
    const partition = momentsPartition(channelId, value.from)
    const row = eventRow(value.from, position)
    const moment = { ...EMPTY_MOMENT, run: LIVE_RUN, peakAt: value.from, ...value }
    return this.put('moment', { table: 'moments', partition, row }, moment, position)
  }

  event(
    channelId: string,
    at: number,
    position: number,
    value: Partial<EventRow> & { kind: string },
  ): Promise<void> {
    const row: EventRow = {
      at,
      notice: null,
      userId: null,
      login: null,
      displayName: null,
      targetId: null,
      targetLogin: null,
      plan: null,
      months: null,
      amount: null,
      mode: null,
      ...value,
    }
    const partition = eventsPartition(channelId, at)
    return this.put('event', { table: 'events', partition, row: eventRow(at, position) }, row, position)
  }

  /** The channel's settings in force. */
  optOut(channelId: string, ...people: string[]): Promise<void> {
    const partition = clocksPartition(this.#log.partitionOf(channelId))
    const account = { messages: 0, events: 0, duplicates: 0, late: 0, dropped: [] }
    return this.put(
      'clock',
      { table: 'clocks', partition, row: channelId },
      {
        channelId,
        channelLogin: '',
        settings: { bots: [], commandPrefix: '!', optOut: people, moments: null },
        hiddenLogins: [],
        modes: [],
        runs: [],
        account,
      },
    )
  }

  feed<N extends FeedName>(
    name: N,
    key: { table: TableName; partition: string; row: string },
    value: FeedValue<N>,
  ): Promise<void> {
    return this.#write(key, encodeFeed(name, value), 1)
  }

  /** What a process says of itself. */
  instance(value: Instance): Promise<void> {
    return this.feed('instance', { table: 'instances', partition: INSTANCES_PARTITION, row: value.id }, value)
  }

  async state(value: Partial<ChannelStateRow> & { login: string }): Promise<void> {
    const row: ChannelStateRow = {
      channelId: null,
      state: 'joined',
      reason: null,
      since: NOW - DAY_MS,
      place: null,
      etaMs: null,
      ingestor: 'test',
      updatedAt: NOW,
      ...value,
    }
    const key = {
      table: 'channel_states',
      partition: CHANNEL_STATES_PARTITION,
      row: channelStateRow(row.login, row.ingestor),
    } as const
    await this.#write(key, encodeFeed('channelState', row), 1)
  }

  async #write(
    key: { table: TableName; partition: string; row: string },
    value: Uint8Array,
    position: number,
  ) {
    this.#writtenAt++
    await this.#store.write([{ ...key, position, writtenAt: this.#writtenAt, value }])
  }
}

export interface TestGateway {
  readonly gateway: Gateway
  readonly clock: TestClock
  readonly log: EventLog
  readonly store: RowStore
  readonly rows: RowWriter
  readonly wanted: WantedChannels
  get(path: string): Promise<{ status: number; headers: Headers; body: unknown }>
  send(
    method: string,
    path: string,
    body?: unknown,
    headers?: Record<string, string>,
  ): Promise<{ status: number; headers: Headers; body: unknown }>
  publish(...views: View[]): Promise<void>
}

/** `prepare` writes what is there before the gateway starts. */
export async function openTestGateway(
  prepare: (parts: {
    rows: RowWriter
    wanted: WantedChannels
    clock: TestClock
  }) => Promise<void> = async () => {},
  overrides: Partial<GatewayOptions> = {},
  /** Puts something between the gateway and its log and store, as to let them fail. */
  between: (parts: { log: EventLog; store: RowStore }) => { log: EventLog; store: RowStore } = (parts) =>
    parts,
): Promise<TestGateway> {
  const directory = mkdtempSync(join(tmpdir(), 'smacktalk-gateway-'))
  const clock = new TestClock()
  const stopping = new AbortController()
  const embedded = await openEmbedded({ directory, clock, logRetentionMs: DAY_MS, rowRetentionDays: 400 })
  const { log, store } = embedded
  const rows = new RowWriter(store, log)
  const wanted = await openWantedChannels({ log, clock, signal: stopping.signal })
  await prepare({ rows, wanted, clock })
  let gateway: Gateway | null = null
  onTestFinished(async () => {
    await gateway?.[Symbol.asyncDispose]()
    stopping.abort()
    await wanted.finished
    await embedded[Symbol.asyncDispose]()
    rmSync(directory, { recursive: true, force: true })
  })
  gateway = await startGateway({
    ...between({ log, store }),
    clock,
    logger: silentLogger,
    settings: { host: '127.0.0.1', port: 0, adminToken: null, bots: ['nightbot'], backend: 'embedded' },
    wanted,
    sourceInfo: { kind: 'demo', twitchReachable: () => false, switchTo: async () => {} },
    staticDirectory: null,
    version: '0.0.0-test',
    signal: stopping.signal,
    ...overrides,
  })
  const { url } = gateway
  const send: TestGateway['send'] = async (method, path, body, headers = {}) => {
    const json: Record<string, string> = body === undefined ? {} : { 'content-type': 'application/json' }
    const response = await fetch(`${url}${path}`, {
      method,
      headers: { ...json, ...headers },
      body: body === undefined ? null : typeof body === 'string' ? body : JSON.stringify(body),
    })
    const text = await response.text()
    const isJson = response.headers.get('content-type')?.includes('json') ?? false
    return { status: response.status, headers: response.headers, body: isJson ? JSON.parse(text) : text }
  }
  return {
    gateway,
    clock,
    log,
    store,
    rows,
    wanted,
    send,
    get: (path) => send('GET', path),
    publish: (...views) =>
      log.append(
        'views',
        views.map((view) => ({ key: view.channelId, value: encodeFeed('view', view) })),
      ),
  }
}
