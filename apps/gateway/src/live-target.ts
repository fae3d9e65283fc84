/** What can be watched: how a frame of it is made, once for all who watch it. */
import {
  CLASSED_NAMES,
  classesToSend,
  DAY_MS,
  emptyPoint,
  type Frame,
  type FrameValues,
  MINUTE_MS,
  type Point,
  type PointByClass,
  pointFrom,
  SECOND_MS,
  type SpanSummary,
  type SpanTable,
  spanStart,
} from '@smacktalk/contract'
import type { ChannelDirectory } from './channel-directory.ts'
import { type Coverage, upToNow } from './coverage.ts'
import { coveredMsIn } from './intervals.ts'
import type { LiveChannel } from './live-channel.ts'
import type { LiveState } from './live-state.ts'
import type { LiveTops, SentTops } from './live-tops.ts'
import type { OptOuts } from './opt-outs.ts'
import { SentMoments } from './sent-moments.ts'
import { SentSeconds, secondsOf } from './sent-seconds.ts'
import type { UsualBook } from './usual-book.ts'

/** Surges are counted over so many seconds. */
const SURGE_SECONDS = 10

/** A frame without the number that each connection gives it. */
export type FrameBody = Omit<Frame, 'seq'>

/** `asOfMs`: the moment that figures are of; before now while counting stands still or is late. */
export interface LiveTarget {
  /** Everything, for somebody who begins to watch. */
  snapshot(asOfMs: number): FrameBody
  /** What changed since the last tick, in absolute values; null when there is nothing to say yet. */
  tick(nowMs: number, asOfMs: number): FrameBody | null
}

/** Even when nothing changes a frame says so this often, so that a page knows how old its figures are. */
export const QUIET_MS = 2_000

/** Full seconds that the rate is the mean of (frames.ts). */
const RATE_SECONDS = 5

/** Mean messages per second of the last full seconds. */
export function rateOf(nowMs: number, messagesOf: (second: number) => number | null): number {
  const nowSecond = Math.floor(nowMs / SECOND_MS)
  let sum = 0
  for (let second = nowSecond - RATE_SECONDS; second < nowSecond; second++) sum += messagesOf(second) ?? 0
  return sum / RATE_SECONDS
}

/** Decides whether a tick has something to say: a change, another rate, or two seconds of silence. */
export class Pace {
  #version = -1
  #rate = -1
  #sentAt = Number.NEGATIVE_INFINITY

  due(nowMs: number, version: number, rate: number): boolean {
    const changed = version !== this.#version || rate !== this.#rate
    if (!changed && nowMs - this.#sentAt < QUIET_MS) return false
    this.#version = version
    this.#rate = rate
    this.#sentAt = nowMs
    return true
  }
}

const NOTHING: Coverage = { covered: [], live: [], backfilled: [], losses: [] }

/** A channel, listed or only with a history. Before Twitch has named its id it has nothing but its name. */
export class ChannelTarget implements LiveTarget {
  readonly #name: string
  readonly #id: string | null
  readonly #live: LiveState
  readonly #directory: ChannelDirectory
  readonly #tops: LiveTops
  readonly #sent = new SentSeconds()
  readonly #sentTops: SentTops = new Map()
  readonly #sentMoments: SentMoments
  readonly #usual: UsualBook
  readonly #pace = new Pace()

  constructor(
    channel: { id: string | null; name: string },
    sources: {
      live: LiveState
      directory: ChannelDirectory
      tops: LiveTops
      optOuts: OptOuts
      usual: UsualBook
    },
    asOfMs: number,
  ) {
    this.#id = channel.id
    this.#name = channel.name
    this.#live = sources.live
    this.#directory = sources.directory
    this.#tops = sources.tops
    this.#usual = sources.usual
    this.#sentMoments = new SentMoments(sources.optOuts)
    // What changed before anybody watched is in the snapshot.
    this.#sent.changes(asOfMs, this.#messagesOf(asOfMs), this.#channel()?.seconds)
    this.#changedTops(this.#sentTops)
    this.#sentMoments.changed(this.#channels(), asOfMs)
  }

  snapshot(asOfMs: number): FrameBody {
    const seconds = secondsOf(asOfMs, this.#messagesOf(asOfMs), this.#channel()?.seconds)
    const body = this.#body(asOfMs, seconds, this.#changedTops(null))
    body.values.moments = this.#sentMoments.all(this.#channels(), asOfMs)
    return body
  }

  tick(nowMs: number, asOfMs: number): FrameBody | null {
    const channel = this.#channel()
    const rate = rateOf(asOfMs, (second) => channel?.seconds.messages(second, 0) ?? null)
    const tops = this.#id === null ? 0 : this.#tops.version(this.#id)
    // All only grow: a sum that stands still means that nothing changed in any.
    const version = (channel?.version ?? 0) + this.#directory.version + tops + this.#usual.version
    if (!this.#pace.due(nowMs, version, rate)) return null
    const seconds = this.#sent.changes(asOfMs, this.#messagesOf(asOfMs), channel?.seconds)
    const body = this.#body(asOfMs, seconds, this.#changedTops(this.#sentTops))
    const moments = this.#sentMoments.changed(this.#channels(), asOfMs)
    if (moments !== null) body.values.moments = moments
    return body
  }

  #changedTops(sent: SentTops | null): FrameValues['top'] {
    return this.#id === null ? {} : this.#tops.changed(this.#id, sent)
  }

  #body(asOfMs: number, seconds: FrameValues['seconds'], top: FrameValues['top']): FrameBody {
    const channel = this.#channel()
    const { covered } = this.#coverage(asOfMs)
    const asOf = channel?.asOf ?? null
    const minute = channel?.span('minutes', spanStart(asOfMs, MINUTE_MS)) ?? null
    const day = channel?.span('days', spanStart(asOfMs, DAY_MS)) ?? null
    const rates = channel === null ? undefined : rateByClass(asOfMs, channel)
    const minuteByClass = pointByClass(minute)
    const dayByClass = pointByClass(day)
    return {
      asOf: asOf === null ? null : new Date(asOf).toISOString(),
      position: String(this.#id === null ? 0 : this.#live.positionOf(this.#id)),
      channel: this.#id ?? `login:${this.#name}`,
      values: {
        rate: rateOf(asOfMs, (second) => channel?.seconds.messages(second, 0) ?? null),
        seconds,
        ...(rates === undefined ? {} : { rateByClass: rates }),
        minute: runningPoint(asOfMs, MINUTE_MS, 0, covered, () => minute),
        day: runningPoint(asOfMs, DAY_MS, 0, covered, () => day),
        ...(minuteByClass === undefined ? {} : { minuteByClass }),
        ...(dayByClass === undefined ? {} : { dayByClass }),
        top,
        usual: this.#usual.at(this.#id, asOfMs),
        momentFrom: channel?.surgeAt == null ? null : channel.surgeAt / SURGE_SECONDS,
      },
    }
  }

  #channels(): LiveChannel[] {
    const channel = this.#channel()
    return channel === null ? [] : [channel]
  }

  #channel(): LiveChannel | null {
    return this.#id === null ? null : this.#live.channel(this.#id)
  }

  #coverage(asOfMs: number): Coverage {
    const standing = this.#id === null ? null : this.#directory.byId(this.#id)
    return upToNow(this.#channel()?.coverage() ?? NOTHING, standing, asOfMs)
  }

  #messagesOf(asOfMs: number): (second: number) => number | null {
    const channel = this.#channel()
    const { covered } = this.#coverage(asOfMs)
    return (second) => {
      const at = second * SECOND_MS
      const messages = channel?.seconds.messages(second, 0) ?? null
      return messages ?? (coveredMsIn(covered, at, at + SECOND_MS) > 0 ? 0 : null)
    }
  }
}

function rateByClass(nowMs: number, { seconds }: LiveChannel): number[] | undefined {
  const nowSecond = Math.floor(nowMs / SECOND_MS)
  return seconds.byClassIn(nowSecond - RATE_SECONDS, nowSecond)?.map((messages) => messages / RATE_SECONDS)
}

/** What a frame says of the classes of a span; undefined when all of it is plain. */
function pointByClass(summary: SpanSummary | null): PointByClass | undefined {
  const figures: PointByClass = {}
  if (summary === null) return undefined
  for (const name of CLASSED_NAMES) {
    const byClass = classesToSend(summary[name])
    if (byClass !== undefined) figures[name] = byClass
  }
  return Object.keys(figures).length === 0 ? undefined : figures
}

/** The running minute or day; before its first record it is empty, and null when nobody has heard any of it. */
export function runningPoint(
  nowMs: number,
  sizeMs: number,
  mask: number,
  covered: Coverage['covered'],
  summaryAt: (start: number) => SpanSummary | null,
): Point {
  const start = spanStart(nowMs, sizeMs)
  const coveredMs = coveredMsIn(covered, start, start + sizeMs)
  const summary = summaryAt(start)
  return summary === null ? emptyPoint(start, coveredMs) : pointFrom(summary, mask, coveredMs)
}

export type RunningTable = Exclude<SpanTable, 'hours'>
