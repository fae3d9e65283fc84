import {
  type ChannelSummary,
  DAY_MS,
  type FrameValues,
  MINUTE_MS,
  RECENT_SECONDS,
  SECOND_MS,
  SHARED,
} from '@smacktalk/contract'
import type { ChannelDirectory } from './channel-directory.ts'
import { summariesOf } from './channel-summaries.ts'
import { upToNow } from './coverage.ts'
import { coveredMsIn, type Interval, mergeIntervals } from './intervals.ts'
import type { LiveChannel } from './live-channel.ts'
import type { LiveChatters } from './live-chatters.ts'
import type { LiveState } from './live-state.ts'
import {
  type FrameBody,
  type LiveTarget,
  Pace,
  type RunningTable,
  rateOf,
  runningPoint,
} from './live-target.ts'
import type { OptOuts } from './opt-outs.ts'
import { SentMoments } from './sent-moments.ts'
import { SentSeconds, secondsOf } from './sent-seconds.ts'
import { SpanSum } from './span-sum.ts'
import type { UsualBook } from './usual-book.ts'

/**
 * Channels whose single seconds a snapshot holds, the busiest first: the page draws eight and the rest as one,
 * and 500 channels would be megabytes. Ticks hold every channel that changed.
 */
const SNAPSHOT_CHANNELS_MAX = 64

type SecondsByChannel = NonNullable<FrameValues['secondsByChannel']>

/** All listed channels together, without shared copies. */
export class OverviewTarget implements LiveTarget {
  readonly #live: LiveState
  readonly #directory: ChannelDirectory
  readonly #chatters: LiveChatters
  readonly #usual: UsualBook
  readonly #sent = new SentSeconds()
  readonly #sentMoments: SentMoments
  readonly #pace = new Pace()
  #covered: { second: number; intervals: readonly Interval[] } = { second: -1, intervals: [] }
  #list: { second: number; json: string } = { second: -1, json: '' }

  constructor(
    sources: {
      live: LiveState
      directory: ChannelDirectory
      chatters: LiveChatters
      optOuts: OptOuts
      usual: UsualBook
    },
    asOfMs: number,
  ) {
    this.#live = sources.live
    this.#directory = sources.directory
    this.#chatters = sources.chatters
    this.#usual = sources.usual
    this.#sentMoments = new SentMoments(sources.optOuts)
    // What changed before anybody watched is in the snapshot.
    this.#sent.changes(asOfMs, this.#messagesOf(asOfMs))
    this.#takeChanged()
    this.#changedList(asOfMs)
    this.#sentMoments.changed(this.#channels(), asOfMs)
  }

  snapshot(asOfMs: number): FrameBody {
    const body = this.#body(asOfMs, secondsOf(asOfMs, this.#messagesOf(asOfMs)), this.#busiest(asOfMs))
    body.values.channels = this.#summaries(asOfMs)
    body.values.moments = this.#sentMoments.all(this.#channels(), asOfMs)
    return body
  }

  tick(nowMs: number, asOfMs: number): FrameBody | null {
    const rate = rateOf(asOfMs, (second) => this.#live.total.messages(second))
    const channels = this.#changedList(asOfMs)
    const due = this.#pace.due(nowMs, this.#live.version + this.#directory.version, rate)
    if (!due && channels === null) return null
    const seconds = this.#sent.changes(asOfMs, this.#messagesOf(asOfMs))
    const body = this.#body(asOfMs, seconds, this.#takeChanged())
    if (channels !== null) body.values.channels = channels
    const moments = this.#sentMoments.changed(this.#channels(), asOfMs)
    if (moments !== null) body.values.moments = moments
    return body
  }

  #body(asOfMs: number, seconds: FrameValues['seconds'], secondsByChannel: SecondsByChannel): FrameBody {
    const asOf = this.#asOf()
    const covered = this.#coveredAt(asOfMs)
    return {
      asOf: asOf === null ? null : new Date(asOf).toISOString(),
      position: String(this.#live.position()),
      overview: true,
      values: {
        rate: rateOf(asOfMs, (second) => this.#live.total.messages(second)),
        seconds,
        minute: runningPoint(asOfMs, MINUTE_MS, SHARED, covered, (start) => this.#sum('minutes', start)),
        day: runningPoint(asOfMs, DAY_MS, SHARED, covered, (start) => this.#sum('days', start)),
        top: {},
        secondsByChannel,
      },
    }
  }

  #sum(table: RunningTable, start: number): ReturnType<SpanSum['summary']> {
    const sum = new SpanSum(start)
    for (const { id } of this.#directory.listed) {
      const summary = id === null ? null : (this.#live.channel(id)?.span(table, start) ?? null)
      if (summary !== null) sum.add(summary)
    }
    return sum.summary(this.#chatters.count(table, start))
  }

  #asOf(): number | null {
    let newest: number | null = null
    for (const { id } of this.#directory.listed) {
      const asOf = id === null ? null : (this.#live.channel(id)?.asOf ?? null)
      if (asOf !== null && (newest === null || asOf > newest)) newest = asOf
    }
    return newest
  }

  #messagesOf(asOfMs: number): (second: number) => number | null {
    const covered = this.#coveredAt(asOfMs)
    return (second) => {
      const at = second * SECOND_MS
      return this.#live.total.messages(second) ?? (coveredMsIn(covered, at, at + SECOND_MS) > 0 ? 0 : null)
    }
  }

  /** Time in which any channel was covered; put together once a second, for all channels. */
  #coveredAt(asOfMs: number): readonly Interval[] {
    const second = Math.floor(asOfMs / SECOND_MS)
    if (this.#covered.second !== second) {
      const intervals = this.#directory.listed.flatMap((listed) => {
        const channel = listed.id === null ? null : this.#live.channel(listed.id)
        return channel === null ? [] : upToNow(channel.coverage(), listed, asOfMs).covered
      })
      this.#covered = { second, intervals: mergeIntervals(intervals) }
    }
    return this.#covered.intervals
  }

  /** The list when it differs from the one sent last; looked at once a second. */
  #changedList(asOfMs: number): ChannelSummary[] | null {
    const second = Math.floor(asOfMs / SECOND_MS)
    if (this.#list.second === second) return null
    const channels = this.#summaries(asOfMs)
    const json = JSON.stringify(channels)
    const changed = json !== this.#list.json
    this.#list = { second, json }
    return changed ? channels : null
  }

  #summaries(asOfMs: number): ChannelSummary[] {
    return summariesOf({ directory: this.#directory, live: this.#live, usual: this.#usual }, asOfMs)
  }

  #channels(): LiveChannel[] {
    return this.#directory.listed.flatMap(({ id }) => (id === null ? [] : (this.#live.channel(id) ?? [])))
  }

  #takeChanged(): SecondsByChannel {
    const seconds: SecondsByChannel = {}
    for (const { id } of this.#directory.listed) {
      const channel = id === null ? null : this.#live.channel(id)
      if (channel === null) continue
      const changed = channel.seconds.takeChanged()
      if (changed.length === 0) continue
      seconds[channel.id] = changed.map((second) => [second, channel.seconds.messages(second, SHARED) ?? 0])
    }
    return seconds
  }

  #busiest(asOfMs: number): SecondsByChannel {
    const nowSecond = Math.floor(asOfMs / SECOND_MS)
    const busy: { id: string; sum: number; seconds: [number, number][] }[] = []
    for (const { id } of this.#directory.listed) {
      const channel = id === null ? null : this.#live.channel(id)
      if (channel === null) continue
      const seconds: [number, number][] = []
      let sum = 0
      for (let second = nowSecond - RECENT_SECONDS + 1; second <= nowSecond; second++) {
        const messages = channel.seconds.messages(second, SHARED) ?? 0
        if (messages === 0) continue
        seconds.push([second, messages])
        sum += messages
      }
      if (sum > 0) busy.push({ id: channel.id, sum, seconds })
    }
    busy.sort((a, b) => b.sum - a.sum)
    return Object.fromEntries(busy.slice(0, SNAPSHOT_CHANNELS_MAX).map(({ id, seconds }) => [id, seconds]))
  }
}
