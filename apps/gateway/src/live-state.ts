/**
 * The live side: listens to views first, reads stored rows second, and lets the higher position win row by row
 * (architecture.md, idea 4). Memory grows with the number of channels only.
 */
import {
  DAY_MS,
  HOUR_MS,
  MINUTE_MS,
  RECENT_SECONDS,
  SECOND_MS,
  SHARED,
  SPAN_TABLE_MS,
  SPAN_TABLES,
  spanStart,
  summarise,
} from '@smacktalk/contract'
import type { Clock, EventLog, LogRecord } from '@smacktalk/ports'
import type { CounterMetric, Logger, Metrics } from '@smacktalk/runtime'
import { BrokenBytesError, decodeFeed } from '@smacktalk/wire'
import { Arrivals } from './arrivals.ts'
import type { ChannelDirectory } from './channel-directory.ts'
import { type Growth, LiveChannel, liveCoverageFrom, MINUTES_LOADED_MS } from './live-channel.ts'
import type { RowReader } from './row-reader.ts'
import { AHEAD_SECONDS, TotalRing } from './second-ring.ts'
import { SurePosition } from './sure-position.ts'

/** Channels known live, watched ones that are not listed included: about 60 KB each. */
const LIVE_CHANNELS_MAX = 5_000

/** A view that got lost is made good from the store within this time. */
const REREAD_MS = 30_000

/** Rows reach the store about a second after their view; the second look finds what the first came too early for. */
const SECOND_LOOK_MS = 1_600

/** Second looks of one round: part of all, so that many new channels do not make one long pause. */
const SECOND_LOOKS_SHARE = 1 / 3

/** Channels read at once: hides a cluster's latency. */
const READS_AT_ONCE = 8

/** Commits come every five seconds; partitions that are quiet since are known from them alone. */
const CHECKPOINTS_FRESH_MS = 5_000

/** Without a commit for so long nothing is on its way to the store: coverage ticks alone come every five seconds. */
const IDLE_MS = 15_000

export class LiveState {
  readonly #log: EventLog
  readonly #reader: RowReader
  readonly #directory: ChannelDirectory
  readonly #clock: Clock
  readonly #logger: Logger
  readonly #broken: CounterMetric<never>
  readonly #channels = new Map<string, LiveChannel>()
  readonly #readAt = new Map<string, number>()
  /** Channels that somebody watches without their being listed, with how many do. */
  readonly #pins = new Map<string, number>()
  readonly #partitions = new Map<number, number>()
  readonly #sure = new SurePosition()
  /** Last committed position by partition. */
  #committed: ReadonlyMap<number, number> = new Map()
  #committedReadAt = Number.NEGATIVE_INFINITY
  /** Append time of the newest committed record. */
  #committedAt = Number.NEGATIVE_INFINITY
  /** Since when views are heard without a break; null while they are not. */
  #followedAt: number | null = null
  #isRead = false
  readonly arrivals: Arrivals
  readonly total = new TotalRing()
  #totalOf = new Set<string>()
  /** Grows with every change of any channel. */
  version = 0

  constructor(options: {
    log: EventLog
    reader: RowReader
    directory: ChannelDirectory
    clock: Clock
    logger: Logger
    metrics: Metrics
  }) {
    this.#log = options.log
    this.#reader = options.reader
    this.#directory = options.directory
    this.#clock = options.clock
    this.#logger = options.logger
    const { metrics } = options
    this.arrivals = new Arrivals(options.clock, metrics)
    this.#broken = metrics.counter('gateway_broken_views_total', 'Views whose bytes could not be read')
    metrics.gaugeOf('gateway_live_channels', 'Channels known live', () => this.#channels.size)
  }

  channel(id: string): LiveChannel | null {
    return this.#channels.get(id) ?? null
  }

  /** It listens and does not know everything from before yet: to be read again soon. */
  get isSettling(): boolean {
    return this.#followedAt !== null && !this.#isSettled()
  }

  /** Everything that is listed has been read once: before, figures would be too small. */
  get isRead(): boolean {
    return this.#isRead
  }

  /** Newest send time counted in any channel; null before the first message. */
  newestSent(): number | null {
    let newest: number | null = null
    for (const { asOf } of this.#channels.values()) {
      if (asOf !== null && (newest === null || asOf > newest)) newest = asOf
    }
    return newest
  }

  /** Grows with every record of every partition, so it orders frames over all channels, those of other gateways too. */
  position(): number {
    let sum = 0
    for (const position of this.#partitions.values()) sum += position + 1
    return Math.max(0, this.#sure.claim(sum))
  }

  /** Orders the frames of one channel, those of other gateways too; 0 before its first record. */
  positionOf(id: string): number {
    const channel = this.#channels.get(id)
    return channel === undefined ? 0 : Math.max(0, channel.sure.claim(channel.position))
  }

  /** Takes views from the log. */
  deliver(records: readonly LogRecord[]): void {
    const nowMs = this.#clock.now()
    for (const { value } of records) {
      try {
        const view = decodeFeed('view', value)
        this.arrivals.arrived(view, this.#partitions.get(this.#log.partitionOf(view.channelId)), nowMs)
        this.#directory.learn(view.channelLogin, view.channelId)
        this.#reached(view.channelId, view.position)
        this.version++
        const channel = this.#known(view.channelId)
        channel?.applyView(view, this.#growthOf(view.channelId))
      } catch (error) {
        if (!(error instanceof BrokenBytesError)) throw error
        // A view is recomputable and the store has what it says: counted, and read again from there.
        this.#broken.add(1, {})
        this.#logger.debug({ err: error }, 'A view could not be read')
      }
    }
  }

  /** Reads what is listed for the first time, again or no more; rejects when the store cannot be read. */
  async refresh(): Promise<void> {
    const nowMs = this.#clock.now()
    await this.#readCheckpoints(nowMs)
    const listed = this.#directory.listed.flatMap(({ id }) => (id === null ? [] : [id]))
    const keep = new Set([...listed, ...this.#pins.keys()])
    for (const id of this.#channels.keys()) {
      if (!keep.has(id)) {
        this.#channels.delete(id)
        this.#readAt.delete(id)
      }
    }
    const due = [...keep].filter((id) => (this.#readAt.get(id) ?? 0) <= nowMs)
    const fresh = due.filter((id) => !this.#readAt.has(id))
    // A channel listens before it reads, so nothing can fall between.
    for (const id of fresh) this.#known(id)
    this.#recount(listed)
    const old = due.filter((id) => this.#readAt.has(id))
    // Those that are to settle first; the others take turns, so that many channels do not make one long pause.
    const settling = old.filter((id) => this.#channels.get(id)?.sure.settled === false)
    const settled = old.filter((id) => this.#channels.get(id)?.sure.settled !== false)
    await this.#readAll([
      ...fresh,
      ...settling.slice(0, Math.ceil(keep.size * SECOND_LOOKS_SHARE)),
      ...settled.slice(0, Math.ceil((keep.size * SECOND_LOOK_MS) / REREAD_MS)),
    ])
    this.#settle(nowMs)
  }

  /** Views are heard from now on. Those before may have been missed: everything is read again from the store. */
  followed(): void {
    const nowMs = this.#clock.now()
    this.#followedAt = nowMs
    this.#readAt.clear()
    this.#sure.listen(nowMs)
    for (const { sure } of this.#channels.values()) sure.listen(nowMs)
  }

  /** Keeps a channel live, listed or not, until as many `unpin`. */
  pin(id: string): void {
    this.#pins.set(id, (this.#pins.get(id) ?? 0) + 1)
  }

  /** Reads a pinned channel that was not live before; rejects when the store cannot be read. */
  async ensure(id: string): Promise<void> {
    if (!this.#channels.has(id) && this.#known(id) !== null) await this.#read(id)
  }

  unpin(id: string): void {
    const left = (this.#pins.get(id) ?? 0) - 1
    if (left > 0) this.#pins.set(id, left)
    else this.#pins.delete(id)
  }

  #known(id: string): LiveChannel | null {
    const known = this.#channels.get(id)
    if (known !== undefined) return known
    if (this.#directory.byId(id) === null && !this.#pins.has(id)) return null
    if (this.#channels.size >= LIVE_CHANNELS_MAX) return null
    const channel = new LiveChannel(id)
    if (this.#followedAt !== null) channel.sure.listen(this.#clock.now())
    this.#sure.unsettle()
    this.#channels.set(id, channel)
    return channel
  }

  /** How far partitions are that have been quiet since this gateway began; every few seconds. */
  async #readCheckpoints(nowMs: number): Promise<void> {
    if (nowMs - this.#committedReadAt < CHECKPOINTS_FRESH_MS) return
    const checkpoints = await this.#reader.checkpoints()
    this.#committedReadAt = nowMs
    this.#committed = new Map([...checkpoints].map(([partition, { position }]) => [partition, position]))
    for (const { appendMs } of checkpoints.values()) this.#committedAt = Math.max(this.#committedAt, appendMs)
    for (const [partition, position] of this.#committed) this.#advance(partition, position)
  }

  async #readAll(ids: readonly string[]): Promise<void> {
    for (let index = 0; index < ids.length; index += READS_AT_ONCE) {
      await Promise.all(ids.slice(index, index + READS_AT_ONCE).map((id) => this.#read(id)))
    }
  }

  /** After a round of reading that began at `nowMs`: what all channels together may claim. */
  #settle(nowMs: number): void {
    const first = !this.#isRead
    this.#isRead = true
    const settled = this.#isSettled()
    if (!first && !settled) return
    let committed = 0
    for (const position of this.#committed.values()) committed += position + 1
    this.#sure.read(nowMs, committed, settled && this.#isIdle())
    if (!settled) this.#sure.unsettle()
  }

  #isSettled(): boolean {
    for (const { sure } of this.#channels.values()) if (!sure.settled) return false
    return true
  }

  #isIdle(): boolean {
    return this.#followedAt !== null && this.#committedAt < this.#followedAt - IDLE_MS
  }

  async #read(id: string): Promise<void> {
    const channel = this.#channels.get(id)
    if (channel === undefined) return
    const nowMs = this.#clock.now()
    const soon = !this.#readAt.has(id)
    const before = channel.version
    this.#readAt.set(id, nowMs + (soon ? SECOND_LOOK_MS : REREAD_MS))
    try {
      const recents = await this.#reader.recents(id)
      if (recents !== null) channel.applyRecents(recents.value, recents.position, this.#growthOf(id))
      const from = { minutes: nowMs - MINUTES_LOADED_MS, hours: nowMs - HOUR_MS, days: nowMs - DAY_MS }
      for (const table of SPAN_TABLES) {
        const sizeMs = SPAN_TABLE_MS[table]
        const spans = this.#reader.spans(table, id, spanStart(from[table], sizeMs), nowMs + MINUTE_MS)
        for await (const rows of spans) {
          for (const { start, position, row } of rows) {
            channel.applySpan(table, summarise(start, position, row))
          }
        }
      }
      for (const { day, position, row } of await this.#reader.coverage(
        id,
        liveCoverageFrom(nowMs),
        nowMs + 1,
      )) {
        channel.applyCoverage(day, row, position)
      }
      for (const moment of await this.#reader.moments(id, nowMs - HOUR_MS, nowMs + MINUTE_MS)) {
        channel.applyMoment(moment)
      }
      this.#reached(id, channel.position)
      const committed = this.#committed.get(this.#log.partitionOf(id)) ?? -1
      channel.sure.read(nowMs, Math.min(channel.position, committed), this.#isIdle())
      if (!channel.sure.settled) this.#readAt.set(id, nowMs + SECOND_LOOK_MS)
      if (channel.version !== before) this.version++
    } catch (error) {
      this.#readAt.set(id, nowMs)
      throw error
    }
  }

  #reached(channelId: string, position: number): void {
    this.#advance(this.#log.partitionOf(channelId), position)
  }

  #advance(partition: number, position: number): void {
    if (position > (this.#partitions.get(partition) ?? -1)) this.#partitions.set(partition, position)
  }

  #growthOf(id: string): Growth {
    return this.#totalOf.has(id) ? (second, messages) => this.total.add(second, messages) : () => {}
  }

  /** The totals hold the listed channels; when the list changes they are added up anew. */
  #recount(listed: readonly string[]): void {
    if (listed.length === this.#totalOf.size && listed.every((id) => this.#totalOf.has(id))) return
    this.#totalOf = new Set(listed)
    this.version++
    this.total.clear()
    const nowSecond = Math.floor(this.#clock.now() / SECOND_MS)
    for (const id of listed) {
      const channel = this.#channels.get(id)
      if (channel === undefined) continue
      for (let second = nowSecond - RECENT_SECONDS + 1; second <= nowSecond + AHEAD_SECONDS; second++) {
        const messages = channel.seconds.messages(second, SHARED)
        if (messages !== null) this.total.add(second, messages)
      }
    }
  }
}
