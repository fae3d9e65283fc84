import type { Frame, PipelineNews, Watch } from '@smacktalk/contract'
import { isBehind, type LiveView, mergeTick, viewOf } from './live-view.ts'
import { serverTime } from './server-clock.ts'
import { type Connection, type ConnectionEvents, connect } from './socket.ts'

/** How the page stands with the gateway. `offline`: lost for so long that a person should know. */
export type Link =
  | { state: 'connecting' }
  | { state: 'live' }
  | { state: 'reconnecting' | 'offline'; attempt: number; since: number }

/** What React sees of a feed: replaced at most once a second, so figures do not flicker. */
export interface FeedState {
  readonly link: Link
  readonly view: LiveView | null
  /** When the newest frame came, ms of the local clock; null before the first. */
  readonly frameAt: number | null
  /** What is wrong on the way of records, as told last; null before, and while nobody can tell. */
  readonly news: PipelineNews | null
  /** As of when the figures are, ms of the server's clock, when they do not move any more; null: of now. */
  readonly asOf: number | null
  /** Why the gateway refuses the watch, if it does. */
  readonly refusal: { status: number; detail: string } | null
  /** Grows whenever a lost connection stands again and when all is well again, so stored points are asked for anew. */
  readonly epoch: number
}

/** Shown figures change at most this often, ms (design: once a second). */
const STATE_EVERY_MS = 1_000
/** Without a connection for this long the page says offline, ms. */
const OFFLINE_AFTER_MS = 15_000
/** A snapshot behind the screen is passed over for this long after connecting, then accepted: the data is new. */
const BEHIND_PATIENCE_MS = 5_000
/** Pause before asking for a snapshot again, ms: a slow line that drops frames must not ask with every one. */
const REWATCH_PAUSE_MS = 1_000
/** Pause before a refused watch is tried again, ms: a channel that was just added is known a moment later. */
const REFUSED_PAUSE_MS = 4_000

export interface FeedSurroundings {
  now(): number
  hidden(): boolean
  connect(events: ConnectionEvents): Connection
}

export const browserSurroundings: FeedSurroundings = {
  now: () => Date.now(),
  hidden: () => document.hidden,
  connect,
}

/**
 * One watched thing, kept current: connects, watches, merges, asks for a snapshot after a hole, a reconnect or a
 * hidden time. Knows nothing of React; charts subscribe to every frame, components to the state.
 */
export class LiveFeed {
  readonly #what: Watch
  readonly #around: FeedSurroundings
  readonly #frameListeners = new Set<() => void>()
  readonly #stateListeners = new Set<() => void>()
  #connection: Connection | null = null
  #view: LiveView | null = null
  #link: Link = { state: 'connecting' }
  #frameAt: number | null = null
  #news: PipelineNews | null = null
  #refusal: FeedState['refusal'] = null
  #epoch = 0
  #connectedAt = 0
  #rewatchTimer: ReturnType<typeof setTimeout> | null = null
  #beat: ReturnType<typeof setInterval> | null = null
  #state: FeedState

  constructor(what: Watch, around: FeedSurroundings = browserSurroundings) {
    this.#what = what
    this.#around = around
    this.#state = this.#readState()
  }

  /** The newest view, also between two states. */
  get view(): LiveView | null {
    return this.#view
  }

  get link(): Link {
    return this.#link
  }

  /** As `FeedState.asOf`, also between two states. */
  get asOf(): number | null {
    if (this.#link.state === 'live') return this.#news?.asOf == null ? null : Date.parse(this.#news.asOf)
    return this.#frameAt === null ? null : serverTime(this.#frameAt)
  }

  state = (): FeedState => this.#state

  /** Called with every change of the state; returns what ends it. */
  onState = (listener: () => void): (() => void) => {
    this.#stateListeners.add(listener)
    return () => this.#stateListeners.delete(listener)
  }

  /** Called with every applied frame; returns what ends it. */
  onFrame = (listener: () => void): (() => void) => {
    this.#frameListeners.add(listener)
    return () => this.#frameListeners.delete(listener)
  }

  open(): void {
    if (this.#connection !== null) return
    this.#connection = this.#around.connect({
      connected: () => this.#connected(),
      lost: () => this.#lost(),
      trying: (attempt) => this.#trying(attempt),
      snapshot: (frame) => this.#snapshot(frame),
      tick: (frame) => this.#tick(frame),
      pipeline: (news) => this.#learn(news),
    })
    this.#beat = setInterval(() => this.#onBeat(), STATE_EVERY_MS)
  }

  close(): void {
    this.#connection?.close()
    this.#connection = null
    if (this.#beat !== null) clearInterval(this.#beat)
    if (this.#rewatchTimer !== null) clearTimeout(this.#rewatchTimer)
    this.#beat = null
    this.#rewatchTimer = null
  }

  /** Asks for a snapshot: after a hidden time the frames of it were passed over. */
  refresh(): void {
    if (this.#link.state === 'live') this.#rewatchSoon(0)
  }

  retryNow(): void {
    this.#connection?.retryNow()
  }

  #connected(): void {
    if (this.#connectedAt > 0) this.#epoch++
    this.#connectedAt = this.#around.now()
    this.#link = { state: 'live' }
    this.#publish()
    this.#rewatchSoon(0)
  }

  #lost(): void {
    const attempt = this.#link.state === 'live' || this.#link.state === 'connecting' ? 1 : this.#link.attempt
    const since = 'since' in this.#link ? this.#link.since : this.#around.now()
    this.#setDown(attempt, since)
  }

  #trying(attempt: number): void {
    this.#setDown(attempt, 'since' in this.#link ? this.#link.since : this.#around.now())
  }

  #setDown(attempt: number, since: number): void {
    const offline = this.#around.now() - since >= OFFLINE_AFTER_MS
    const state = offline ? 'offline' : 'reconnecting'
    const before = this.#link
    if (before.state === state && before.attempt === attempt) return
    this.#link = { state, attempt, since }
    this.#publish()
  }

  #learn(news: PipelineNews): void {
    const isMended = news.troubles.length === 0 && (this.#news?.troubles.length ?? 0) > 0
    if (isMended) this.#epoch++
    this.#news = news
    this.#publish()
    for (const listener of this.#frameListeners) listener()
  }

  #snapshot(frame: Frame): void {
    const patient = this.#around.now() - this.#connectedAt < BEHIND_PATIENCE_MS
    if (isBehind(this.#view, frame) && patient) {
      this.#rewatchSoon(REWATCH_PAUSE_MS)
      return
    }
    const first = this.#view === null
    this.#accept(viewOf(frame))
    if (first) this.#publish()
  }

  #tick(frame: Frame): void {
    if (this.#around.hidden()) return
    const merged = mergeTick(this.#view, frame)
    switch (merged.outcome) {
      case 'applied':
        this.#accept(merged.view)
        break
      case 'older':
        this.#view = merged.view
        break
      case 'hole':
        this.#rewatchSoon(REWATCH_PAUSE_MS)
        break
      case 'foreign':
        break
    }
  }

  #accept(view: LiveView): void {
    this.#view = view
    this.#frameAt = this.#around.now()
    for (const listener of this.#frameListeners) listener()
  }

  #rewatchSoon(pauseMs: number): void {
    if (this.#rewatchTimer !== null) return
    this.#rewatchTimer = setTimeout(() => {
      this.#rewatchTimer = null
      void this.#watch()
    }, pauseMs)
  }

  async #watch(): Promise<void> {
    const connection = this.#connection
    if (connection === null) return
    try {
      const answer = await connection.watch(this.#what)
      this.#refusal = 'error' in answer ? answer.error : null
      if (this.#refusal !== null && connection === this.#connection) this.#rewatchSoon(REFUSED_PAUSE_MS)
    } catch {
      // Not answered in time: the connection is slow or gone; when it comes back it is watched again anyway.
      if (connection === this.#connection && this.#link.state === 'live') this.#rewatchSoon(REWATCH_PAUSE_MS)
    }
    this.#publish()
  }

  #onBeat(): void {
    if (this.#link.state === 'reconnecting' || this.#link.state === 'offline') {
      this.#setDown(this.#link.attempt, this.#link.since)
    }
    if (!this.#around.hidden()) this.#publish()
  }

  #readState(): FeedState {
    return {
      link: this.#link,
      view: this.#view,
      frameAt: this.#frameAt,
      news: this.#link.state === 'live' ? this.#news : null,
      asOf: this.asOf,
      refusal: this.#refusal,
      epoch: this.#epoch,
    }
  }

  #publish(): void {
    this.#state = this.#readState()
    for (const listener of this.#stateListeners) listener()
  }
}
