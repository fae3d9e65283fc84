/** Answers of `/api/v1` (interface.md). Times are ISO 8601 UTC. */
import type { Without } from './classes.ts'
import type { Point, SecondPoint } from './points.ts'
import type { Step } from './time.ts'

export const CHANNEL_STATES = [
  'queued',
  'joining',
  'joined',
  'lost',
  'suspended',
  'refused',
  'not-found',
  'paused',
] as const
export type ChannelState = (typeof CHANNEL_STATES)[number]

export interface ChannelSummary {
  /** Room id, null until Twitch has named it. */
  id: string | null
  name: string
  displayName: string
  state: ChannelState
  reason: string | null
  since: string
  /** Place in the join queue and expected wait, while queued. */
  place: number | null
  etaMs: number | null
  /** Messages in the last full 60 s; null when it was not covered at all. */
  messagesPerMinute: number | null
  /** Covered part of the last 24 h since it was added, 0 to 1; null before it was ever joined. */
  coverage: number | null
  /** Colour 0-15, kept while the channel is known. */
  slot: number
}
export interface ChannelsAnswer {
  channels: ChannelSummary[]
}

export interface Gap {
  from: string
  to: string
  cause: string
}

export interface ChannelRef {
  /** Room id, null until Twitch has named it; every point is null then. */
  id: string | null
  name: string
  displayName: string
  slot: number
}

/** Seconds carry `messages` only; every other step carries every name of metrics.md. */
export interface SeriesAnswer {
  channel: ChannelRef
  from: string
  to: string
  step: Step
  without: Without[]
  points: (Point | SecondPoint)[]
  totals: Record<string, number | null>
  /** Names that `without` does not change. */
  unaffected: string[]
  /** Covered part of the range up to now, 0 to 1; null when the range has no past. */
  coverage: number | null
  gaps: Gap[]
  /** Present when the range has too many gaps to list: how many of the shortest are left out. */
  gapsOmitted?: number
}

/** Messages of one channel over the same spans as `OverviewAnswer.points`. */
export interface OverviewChannel extends ChannelRef {
  messages: (number | null)[]
  total: number
  gaps: Gap[]
  gapsOmitted?: number
}

export interface OverviewAnswer {
  from: string
  to: string
  step: Step
  without: Without[]
  points: (Point | SecondPoint)[]
  totals: Record<string, number | null>
  unaffected: string[]
  coverage: number | null
  channels: OverviewChannel[]
}

export interface StatusAnswer {
  version: string
  backend: 'embedded' | 'cluster'
  source: 'twitch' | 'demo'
  /** True when demo data is shown and Twitch answers again, so a switch can be offered. */
  twitchReachable: boolean
  started: string
  now: string
  bots: string[]
  /** Dropped lines without a usable channel, by reason. */
  droppedWithoutChannel: Record<string, number>
  /** Records by outcome over all channels; records is their sum. */
  account: {
    records: number
    messages: number
    events: number
    duplicates: number
    late: number
    dropped: number
  }
}

/** RFC 9457. `detail` says what a person can do; `parameter` names what was wrong. */
export interface Problem {
  type: string
  title: string
  status: number
  detail: string
  parameter?: string
}

export interface AddChannelResult {
  name: string
  status: number
  place: number | null
  etaMs: number | null
  reason: string | null
}
export interface AddChannelsAnswer {
  results: AddChannelResult[]
}

/** `POST /source`, body and answer: where chat is to come from. */
export interface SourceChange {
  source: 'twitch' | 'demo'
}
