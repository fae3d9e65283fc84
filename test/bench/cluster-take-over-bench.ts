/**
 * How long a partition's numbers stand still when its stream job goes: two jobs share the partitions, the log holds
 * a quarter of an hour of a busy evening, and somebody says something in every channel all the time.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import type { Backend } from '@smacktalk/backend'
import { type AnyRecord, INSTANCE_SILENT_MS, LIVE_RUN, MINUTE_MS } from '@smacktalk/contract'
import { readInstances } from '@smacktalk/instances'
import { decodeFeed, encodeRecord } from '@smacktalk/wire'
import { eventually } from '../support/eventually.ts'
import type { RoleProcess } from '../support/start-roles.ts'
import { openBenchCluster } from './bench-cluster.ts'
import type { BenchResult } from './bench-result.ts'
import { SimulatedLog } from './simulated-log.ts'

const SEED = 7
const CHANNELS = 100
const SPAN_MS = 15 * MINUTE_MS
const MESSAGES_PER_SECOND = 500
const PIECE_MS = 5_000
/** Between two rounds of saying something in every channel. */
const SAY_EVERY_MS = 50
const WITHIN_MS = 120_000

export async function benchTakeOver(): Promise<BenchResult[]> {
  await using cluster = await openBenchCluster('takeover')
  await using backend = await cluster.open()
  const channels = await fill(backend)
  const results: BenchResult[] = []
  await using speaker = new Speaker(backend, channels)
  await using one = cluster.roles.start('stream-job')
  await one.ready()
  await speaker.untilFresh(WITHIN_MS)
  await using other = cluster.roles.start('stream-job')
  await shared(backend, 2)
  await speaker.untilFresh(WITHIN_MS)
  results.push(
    await lose('cluster-take-over', 'SIGKILL of one of two stream jobs, its session of 6 s included', {
      backend,
      speaker,
      survivor: other,
      go: async () => void one.process.kill('SIGKILL'),
    }),
  )
  await using third = cluster.roles.start('stream-job')
  await shared(backend, 2)
  await speaker.untilFresh(WITHIN_MS)
  results.push(
    await lose('cluster-hand-over', 'SIGTERM of one of two stream jobs', {
      backend,
      speaker,
      survivor: third,
      go: async () => void other.process.kill('SIGTERM'),
    }),
  )
  return results
}

/** Resolves when so many jobs that answer have an equal share of the partitions each. */
async function shared({ log, store }: Backend, jobs: number): Promise<void> {
  await eventually(
    'the jobs share the partitions',
    async () => {
      const { instances } = await readInstances(store)
      const working = instances.filter(
        ({ role, updatedAt, partitions }) =>
          role === 'stream-job' &&
          Date.now() - updatedAt < INSTANCE_SILENT_MS &&
          partitions.length === log.partitions / jobs,
      )
      return working.length === jobs
    },
    { withinMs: WITHIN_MS },
  )
}

interface Loss {
  readonly backend: Backend
  readonly speaker: Speaker
  readonly survivor: RoleProcess
  go(): Promise<void>
}

async function lose(
  name: string,
  what: string,
  { backend, speaker, survivor, go }: Loss,
): Promise<BenchResult> {
  const cpuBefore = await survivor.metric('process_cpu_seconds_total')
  const from = Date.now()
  await go()
  const gaps = await speaker.untilFresh(WITHIN_MS, from)
  const seconds = (Date.now() - from) / 1_000
  const cpuSeconds = (await survivor.metric('process_cpu_seconds_total')) - cpuBefore
  const takeOver = await eventually(
    'the survivor tells of its take-over',
    async () => {
      const all = (await readInstances(backend.store)).instances.flatMap(
        ({ lastTakeOver }) => lastTakeOver ?? [],
      )
      return all.filter(({ at }) => at >= from).at(-1) ?? null
    },
    { withinMs: WITHIN_MS },
  )
  return {
    name,
    work:
      `${what}; ${MESSAGES_PER_SECOND} messages/s for ${SPAN_MS / MINUTE_MS} minutes lie in the log; timed is from the ` +
      `signal to the first view with something said after it, per channel (of ${speaker.channels}, half of which stay ` +
      `where they are); ${takeOver.partitions} partitions moved, ${takeOver.readBack} records were read back for their ` +
      `identities, ${takeOver.tookMs} ms from being given the partitions to the first new record.`,
    records: takeOver.readBack,
    seconds,
    cpuSeconds,
    peakRssBytes: survivor.peakRssBytes(),
    times: { what: 'signal to view', ms: gaps },
    differences: [],
  }
}

async function fill({ log }: Backend): Promise<ReadonlyMap<string, string>> {
  const simulated = new SimulatedLog({
    seed: SEED,
    channels: CHANNELS,
    messagesPerSecond: MESSAGES_PER_SECOND,
    records: (SPAN_MS / 1_000) * MESSAGES_PER_SECOND,
    pieceMs: PIECE_MS,
    startMs: Date.now() - SPAN_MS - MINUTE_MS,
  })
  const channels = new Map<string, string>()
  for (const { records } of simulated.pieces()) {
    for (const { record } of records) {
      if (record.kind === 'message') channels.set(record.value.channelId, record.value.channelLogin)
    }
    await log.append(
      'chat',
      records.map(({ record }) => ({ key: record.value.channelId, value: encodeRecord(record) })),
    )
  }
  return channels
}

/** Says something in every channel all the time, and knows when a view first told of it. */
class Speaker implements AsyncDisposable {
  readonly #backend: Backend
  readonly #channels: ReadonlyMap<string, string>
  readonly #stopping = new AbortController()
  /** By channel: newest send time in a view, and when that view came; ascending. */
  readonly #shown = new Map<string, { readonly asOf: number; readonly atMs: number }[]>()
  readonly #running: Promise<unknown>

  constructor(backend: Backend, channels: ReadonlyMap<string, string>) {
    this.#backend = backend
    this.#channels = channels
    for (const id of channels.keys()) this.#shown.set(id, [])
    this.#running = Promise.all([this.#listen(), this.#speak()])
  }

  get channels(): number {
    return this.#channels.size
  }

  /** Per channel, ms from `from` until a view told of something said after it. */
  async untilFresh(withinMs: number, from = Date.now()): Promise<number[]> {
    const freshAt = (id: string) => this.#shown.get(id)?.find(({ asOf }) => asOf >= from)?.atMs ?? null
    const ids = [...this.#channels.keys()]
    await eventually('every channel has a fresh view', () => ids.every((id) => freshAt(id) !== null), {
      withinMs,
    })
    return ids.map((id) => (freshAt(id) ?? from) - from)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stopping.abort()
    await this.#running
  }

  #listen(): Promise<void> {
    return this.#backend.log.follow(
      'views',
      'end',
      (records) => {
        const atMs = Date.now()
        for (const { value } of records) {
          const { channelId, asOf } = decodeFeed('view', value)
          if (asOf !== null) this.#shown.get(channelId)?.push({ asOf, atMs })
        }
      },
      this.#stopping.signal,
    )
  }

  async #speak(): Promise<void> {
    for (let round = 0; !this.#stopping.signal.aborted; round++) {
      const sentAt = Date.now()
      await this.#backend.log.append(
        'chat',
        [...this.#channels].map(([channelId, channelLogin]) => ({
          key: channelId,
          value: encodeRecord(said(channelId, channelLogin, sentAt, round)),
        })),
      )
      await sleep(SAY_EVERY_MS)
    }
  }
}

function said(channelId: string, channelLogin: string, sentAt: number, round: number): AnyRecord {
  const value = {
    channelId,
    channelLogin,
    run: LIVE_RUN,
    line: 0,
    ingestor: 'bench',
    receivedAt: sentAt,
    sentAt,
    id: `said-${round}-${channelId}`,
    userId: '77',
    login: 'speaker',
    displayName: 'Speaker',
    badges: '',
    text: `round ${round}`,
    emotes: '',
    thirdPartyEmotes: [],
    bits: null,
    firstMessage: false,
    returningChatter: false,
    replyParentId: null,
    sourceRoomId: null,
  }
  return { kind: 'message', value }
}
