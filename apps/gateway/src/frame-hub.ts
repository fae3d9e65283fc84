/** Who watches what: one target for all its watchers, one frame made per tick and shared by them. */
import { WATCHED_SHOWN_MAX, type Watch } from '@smacktalk/contract'
import { type Clock, PipelineError } from '@smacktalk/ports'
import { type CounterMetric, HopMeter, type Logger, type Metrics } from '@smacktalk/runtime'
import type { ChannelDirectory, KnownChannel } from './channel-directory.ts'
import { HttpProblem } from './http-problem.ts'
import type { LiveChatters } from './live-chatters.ts'
import type { LiveState } from './live-state.ts'
import { ChannelTarget, type FrameBody, type LiveTarget } from './live-target.ts'
import type { LiveTops } from './live-tops.ts'
import { readChannelQuery } from './name-query.ts'
import type { OptOuts } from './opt-outs.ts'
import { OverviewTarget } from './overview-target.ts'
import type { UsualBook } from './usual-book.ts'

/** A connection, as the hub sees it. */
export interface Watcher {
  /** The connection has ended. */
  readonly gone: boolean
  snapshot(body: FrameBody): void
  tick(body: FrameBody): void
}

interface Watched {
  readonly target: LiveTarget
  readonly watchers: Set<Watcher>
  /** Channel kept live for it. */
  readonly pinned: string | null
  /** Name of a channel whose id nobody knows yet. */
  nameless: string | null
  /** Made since the last tick: several who come at once share it. */
  snapshot: FrameBody | null
}

/** A target about to be watched. */
interface Opened {
  readonly key: string
  make(): Watched
  /** Lets go of what only the opening held. */
  release(): void
}

const OVERVIEW = 'overview'

export class FrameHub {
  readonly #live: LiveState
  readonly #directory: ChannelDirectory
  readonly #chatters: LiveChatters
  readonly #tops: LiveTops
  readonly #optOuts: OptOuts
  readonly #usual: UsualBook
  readonly #clock: Clock
  readonly #logger: Logger
  readonly #shownAt: (nowMs: number) => number
  readonly #hop: HopMeter
  readonly #frames: CounterMetric<never>
  readonly #watched = new Map<string, Watched>()
  readonly #keyOf = new Map<Watcher, string>()

  constructor(options: {
    live: LiveState
    directory: ChannelDirectory
    chatters: LiveChatters
    tops: LiveTops
    optOuts: OptOuts
    usual: UsualBook
    clock: Clock
    logger: Logger
    metrics: Metrics
    /** The moment that frames of now are made as of. */
    shownAt: (nowMs: number) => number
  }) {
    this.#live = options.live
    this.#directory = options.directory
    this.#chatters = options.chatters
    this.#tops = options.tops
    this.#optOuts = options.optOuts
    this.#usual = options.usual
    this.#clock = options.clock
    this.#logger = options.logger
    this.#shownAt = options.shownAt
    this.#hop = new HopMeter('frame', options.clock)
    this.#frames = options.metrics.counter(
      'gateway_frames_total',
      'Frames made; each is sent to all its watchers',
    )
    options.metrics.gaugeOf(
      'gateway_watched_targets',
      'Channels and overviews watched',
      () => this.#watched.size,
    )
  }

  get overviewWatched(): boolean {
    return this.#watched.has(OVERVIEW)
  }

  /** Arrival to sending over the last minute. */
  hop(): ReturnType<HopMeter['figures']> {
    return this.#hop.figures()
  }

  /** Ids of the channels that somebody watches. */
  watchedChannels(): Set<string> {
    return new Set([...this.#watched.values()].flatMap(({ pinned }) => (pinned === null ? [] : [pinned])))
  }

  /** Logins of listed channels that somebody watches; of more than WATCHED_SHOWN_MAX those with most watchers. */
  watchedLogins(): string[] {
    return [...this.#watched.values()]
      .sort((a, b) => b.watchers.size - a.watchers.size)
      .flatMap(({ pinned, nameless }) => {
        const login = pinned === null ? nameless : this.#directory.byId(pinned)?.login
        return login == null ? [] : [login]
      })
      .slice(0, WATCHED_SHOWN_MAX)
  }

  /**
   * Starts watching and leaves what was watched before; `accepted` is called before the snapshot goes out.
   * Throws HttpProblem when the channel is not known or nothing has been read yet: then the former watch goes on.
   */
  async watch(watcher: Watcher, watch: Watch, accepted: () => void): Promise<void> {
    if (!this.#live.isRead) throw notReadYet()
    const opened = 'overview' in watch ? await this.#openOverview() : await this.#openChannel(watch.channel)
    try {
      if (watcher.gone) return
      const watched = this.#watched.get(opened.key) ?? opened.make()
      if (this.#keyOf.get(watcher) !== opened.key) this.leave(watcher)
      this.#watched.set(opened.key, watched)
      watched.watchers.add(watcher)
      this.#keyOf.set(watcher, opened.key)
      accepted()
      watched.snapshot ??= watched.target.snapshot(this.#shownAt(this.#clock.now()))
      watcher.snapshot(watched.snapshot)
    } finally {
      opened.release()
    }
  }

  leave(watcher: Watcher): void {
    const key = this.#keyOf.get(watcher)
    if (key === undefined) return
    this.#keyOf.delete(watcher)
    const watched = this.#watched.get(key)
    watched?.watchers.delete(watcher)
    if (watched === undefined || watched.watchers.size > 0) return
    this.#watched.delete(key)
    if (watched.pinned !== null) this.#live.unpin(watched.pinned)
  }

  /** Sends every target's news to its watchers. */
  tick(): void {
    const nowMs = this.#clock.now()
    const asOfMs = this.#shownAt(nowMs)
    const news = this.#live.arrivals.takeNews()
    let sent = false
    for (const watched of [...this.#watched.values()]) {
      watched.snapshot = null
      const { nameless } = watched
      if (nameless !== null && this.#directory.byLogin(nameless)?.id) {
        watched.nameless = null
        this.#follow(watched, nameless)
        continue
      }
      const body = watched.target.tick(nowMs, asOfMs)
      if (body === null) continue
      sent = true
      this.#frames.add(1, {})
      for (const watcher of watched.watchers) watcher.tick(body)
    }
    if (sent && news !== null) this.#hop.passed(news.records, nowMs - news.since)
  }

  async #openOverview(): Promise<Opened> {
    await withoutStore(this.#chatters.refresh())
    const sources = { ...this.#sources(), chatters: this.#chatters }
    return {
      key: OVERVIEW,
      make: () => watchedFrom(new OverviewTarget(sources, this.#shownAt(this.#clock.now())), null, null),
      release: () => {},
    }
  }

  async #openChannel(name: string): Promise<Opened> {
    const channel = await this.#directory.resolve(readChannelQuery(name))
    const { id } = channel
    const opened = { key: id ?? `login:${channel.name}`, make: () => this.#channelTarget(channel) }
    if (id === null) return { ...opened, release: () => {} }
    // Held while it is read: the list may lose it meanwhile.
    this.#live.pin(id)
    try {
      await this.#live.ensure(id)
      await withoutStore(this.#tops.ensure(id))
    } catch (error) {
      this.#live.unpin(id)
      throw error
    }
    return { ...opened, release: () => this.#live.unpin(id) }
  }

  #sources() {
    return {
      live: this.#live,
      directory: this.#directory,
      optOuts: this.#optOuts,
      usual: this.#usual,
    }
  }

  #channelTarget(channel: KnownChannel): Watched {
    if (channel.id !== null) this.#live.pin(channel.id)
    const sources = { ...this.#sources(), tops: this.#tops }
    const target = new ChannelTarget(channel, sources, this.#shownAt(this.#clock.now()))
    return watchedFrom(target, channel.id, channel.id === null ? channel.name : null)
  }

  /** Twitch has named the channel: its watchers go on with the real one. */
  #follow(watched: Watched, name: string): void {
    for (const watcher of [...watched.watchers]) {
      this.watch(watcher, { channel: name }, () => {}).catch((error: unknown) => {
        this.#logger.warn({ err: error, channel: name }, 'A watched channel could not be followed to its id')
      })
    }
  }
}

function watchedFrom(target: LiveTarget, pinned: string | null, nameless: string | null): Watched {
  return { target, watchers: new Set(), pinned, nameless, snapshot: null }
}

/** What is only beside the live figures may be missing while the store cannot be read. */
async function withoutStore(reading: Promise<void>): Promise<void> {
  try {
    await reading
  } catch (error) {
    // Said by the loop that reads it again and again.
    if (!(error instanceof PipelineError && error.retriable)) throw error
  }
}

/** This gateway has begun and the store or the log has not answered yet. */
export function notReadYet(): HttpProblem {
  return new HttpProblem(503, 'Nothing has been read from the store yet; it is tried again every second.', {
    headers: { 'retry-after': '2' },
  })
}
