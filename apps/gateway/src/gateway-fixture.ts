/** A real gateway over a real embedded log and store, for tests: port 0, a folder of its own, a clock they set. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import {
  CHANNEL_STATES_PARTITION,
  type ChannelStateRow,
  type CoverageRow,
  channelNamesPartition,
  channelPartition,
  coveragePartition,
  DAY_MS,
  emptyClasses,
  emptyCounts,
  ONLY_ROW,
  recentsPartition,
  SPAN_TABLE_MS,
  type SpanRow,
  type SpanTable,
  spanPartition,
  spanStart,
  type TableName,
  timeKey,
  type View,
} from '@smacktalk/contract'
import { openEmbedded } from '@smacktalk/embedded'
import type { Clock, EventLog, RowStore } from '@smacktalk/ports'
import { silentLogger } from '@smacktalk/runtime'
import { openWantedChannels, type WantedChannels } from '@smacktalk/wanted-channels'
import { encodeFeed, encodeRow, type RowName, type RowValue } from '@smacktalk/wire'
import { onTestFinished } from 'vitest'
import { startGateway } from './gateway.ts'
import type { Gateway, GatewayOptions } from './gateway-options.ts'

/** Thursday, 19 November 2026, 21:45:30 UTC. */
export const NOW = Date.UTC(2026, 10, 19, 21, 45, 30)

/** Waiting is real but ten times as fast; the time of day stands still until a test sets it. */
export class TestClock implements Clock {
  nowMs = NOW

  now(): number {
    return this.nowMs
  }

  async sleep(ms: number, signal?: AbortSignal): Promise<void> {
    if (signal?.aborted) return
    await delay(ms / 10, undefined, signal === undefined ? {} : { signal }).catch(() => undefined)
  }
}

/** Writes rows as the stream job would. */
export class RowWriter {
  readonly #store: RowStore
  /** Microseconds; retention counts from the time of writing. */
  #writtenAt = NOW * 1_000

  constructor(store: RowStore) {
    this.#store = store
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
    const key = { table: 'channel_states', partition: CHANNEL_STATES_PARTITION, row: value.login } as const
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

export function classes(messages: number, index = 0): number[] {
  return emptyClasses().with(index, messages)
}

export function spanRow(value: Partial<SpanRow>): SpanRow {
  return {
    ownerRun: 'live',
    ownerPosition: 0,
    messages: emptyClasses(),
    characters: emptyClasses(),
    emoteUses: emptyClasses(),
    counts: emptyCounts(),
    otherNoticesByKind: [],
    droppedByReason: [],
    peakPerSecond: 0,
    chatters: { exact: [], registers: null },
    openSeconds: [],
    ...value,
  }
}

export function coverageRow(value: Partial<CoverageRow>): CoverageRow {
  return { starts: [], ends: [], importedStarts: [], importedEnds: [], losses: [], ...value }
}

export function viewOf(value: Partial<View> & { channelId: string; position: number }): View {
  return {
    channelLogin: 'alpha',
    appendMs: NOW,
    asOf: null,
    seconds: [],
    minutes: [],
    hours: [],
    days: [],
    coverage: [],
    ...value,
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
  const rows = new RowWriter(store)
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
