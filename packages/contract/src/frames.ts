/** The socket contract (interface.md, Socket.IO): absolute values always, one frame per client per tick. */

import type { ChannelMoment } from './moment-answer.ts'
import type { Trouble } from './pipeline.ts'
import type { ClassedName, Point, SecondPoint } from './points.ts'
import type { ChannelSummary, TopListEntry } from './rest.ts'
import type { TopKind } from './tables.ts'

export type Watch = { overview: true } | { channel: string }
export type WatchAnswer = { ok: true } | { error: { status: number; detail: string } }

/** A second of a frame. */
export interface LiveSecond extends SecondPoint {
  /**
   * A watched channel's messages by class (classes.ts), up to the last class that has some; left out when all of
   * them are plain. They add up to `messages`.
   */
  byClass?: number[]
}

/** By name, a watched channel's figures by class, as in LiveSecond; names of which all is plain are left out. */
export type PointByClass = Partial<Record<ClassedName, number[]>>

export interface FrameValues {
  /** Messages per second: mean of the last 5 full seconds. */
  rate: number
  /** The same by class, of a watched channel; left out when all of it is plain. */
  rateByClass?: number[]
  /** Snapshot: the last 10 minutes. Tick: those that changed. Ascending. */
  seconds: LiveSecond[]
  /** The running minute and the running UTC day. */
  minute: Point
  day: Point
  /** Of a watched channel, so that a page can leave classes out; all channels together leave shared copies out. */
  minuteByClass?: PointByClass
  dayByClass?: PointByClass
  /** A watched channel's first ten of the running UTC day by kind, some seconds old; a changed list comes whole. */
  top: Partial<Record<TopKind, TopListEntry[]>>
  /**
   * Moments that go on or ended within the last hour, newest first, at most MOMENTS_IN_FRAME_MAX: of the channel,
   * or of all in the overview. The list comes whole in a snapshot and whenever it changes.
   */
  moments?: ChannelMoment[]
  /** A channel's messages per minute that are usual at this hour; null: not known (yet). */
  usual?: number | null
  /**
   * A channel's messages per second, as a mean over ten, from which on a moment begins; null: not known (yet).
   * docs/moments.md says how it is found.
   */
  momentFrom?: number | null
  /** Overview only. */
  channels?: ChannelSummary[]
  /** Overview only: messages per second by channel id, `[epoch second, messages]`, changed seconds only. */
  secondsByChannel?: Record<string, [number, number][]>
}

export interface Frame {
  /** Grows by one per frame and connection; a hole means a frame was dropped. */
  seq: number
  /** Newest send time counted in it, ISO 8601; null before the first message. */
  asOf: string | null
  /** Decimal string that only grows; compare as a number. */
  position: string
  /** What is watched: `channel` is the channel's id. */
  channel?: string
  overview?: true
  values: FrameValues
}

/** How the way of a record goes: sent to every client when it connects and whenever it changes. */
export interface PipelineNews {
  /** When it was found, by the gateway's clock. */
  at: string
  /** The worst first; empty when all is well. */
  troubles: Trouble[]
  /**
   * Live figures are as of then: counting stands still, or is late by as much. Frames then hold what was shown at
   * that moment, not less and less. Null: as of now.
   */
  asOf: string | null
}

export interface ServerToClient {
  snapshot(frame: Frame): void
  tick(frame: Frame): void
  pipeline(news: PipelineNews): void
}
export interface ClientToServer {
  watch(what: Watch, answer: (result: WatchAnswer) => void): void
}

/** Moments in a frame: more than an hour of any one channel has, and what a page can show of all. */
export const MOMENTS_IN_FRAME_MAX = 50

/** Most frames a client gets per second (interface.md). */
export const FRAMES_PER_SECOND_MAX = 5

/** Reads what a client sent as `watch`; anything else is refused with a sentence. */
export function parseWatch(input: unknown): { ok: true; watch: Watch } | { ok: false; detail: string } {
  const wrong = { ok: false, detail: 'Send {overview: true} or {channel: "name"}.' } as const
  if (typeof input !== 'object' || input === null) return wrong
  const keys = Object.keys(input)
  if (keys.length !== 1) return wrong
  if ('overview' in input && input.overview === true) return { ok: true, watch: { overview: true } }
  if ('channel' in input && typeof input.channel === 'string' && input.channel.length <= 64) {
    return { ok: true, watch: { channel: input.channel } }
  }
  return wrong
}
