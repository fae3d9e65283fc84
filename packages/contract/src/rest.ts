/** Answers of `/api/v1` (interface.md). Times are ISO 8601 UTC. */
import type { Without } from './classes.ts'
import type { EmoteProvider } from './emote-providers.ts'
import type { Moment } from './moment-answer.ts'
import type { MomentCause } from './moments.ts'
import type { Trouble } from './pipeline.ts'
import type { Point, SecondPoint } from './points.ts'
import type { TopKind } from './tables.ts'
import type { Step } from './time.ts'
import type { Usual } from './usual.ts'

export * from './pipeline.ts'

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
  /** Messages per minute that are usual at this hour; null: not known (yet). */
  usual: number | null
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

/** Nobody heard it; a history service told it later. */
export interface BackfilledSpan {
  from: string
  to: string
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
  /**
   * Messages of the range by class (bot 1, command 2, shared 4), whatever `without` says: what each of its names
   * removes. Null where no point is known, and by seconds.
   */
  messagesByClass: number[] | null
  /** Names that `without` does not change. */
  unaffected: string[]
  /** Covered part of the range up to now, 0 to 1; null when the range has no past. */
  coverage: number | null
  gaps: Gap[]
  /** Present when the range has too many gaps to list: how many of the shortest are left out. */
  gapsOmitted?: number
  /** Covered by what a history service told; counts as covered. */
  backfilled: BackfilledSpan[]
}

/** Messages of one channel over the same spans as `OverviewAnswer.points`. */
export interface OverviewChannel extends ChannelRef {
  messages: (number | null)[]
  total: number
  /** Distinct chatters of the range and their relative error, as in a point; null for a range of seconds. */
  chatters: number | null
  chattersError: number | null
  gaps: Gap[]
  gapsOmitted?: number
  backfilled: BackfilledSpan[]
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
  /** Moments that began in the range, of all channels, by cause; causes without any are left out. */
  moments: Partial<Record<MomentCause, number>>
  /** What is usual in all channels together, as far as it is known of each; null: of none. */
  usual: Usual | null
  channels: OverviewChannel[]
}

/** A place of a top list. `count` may be too high by up to `maxError`, never too low. */
export interface TopListEntry {
  /** User id, emote (`twitch:25`), word, command or login, by the kind of the list. */
  key: string
  label: string
  count: number
  /** Emotes only: messages with it. */
  messages?: number
  /** 0 in an exact list. */
  maxError: number
}

export interface TopAnswer {
  kind: TopKind
  /** The range as answered: rounded outwards to hours. */
  from: string
  to: string
  entries: TopListEntry[]
  approximate: boolean
}

/** Something that happened; what does not belong to its kind, and people who are not to be named, are null. */
export interface ChannelEvent {
  /** Unique in its channel. */
  id: string
  at: string
  /** One of EVENT_KINDS. */
  kind: string
  /** msg-id of a notice without a kind of its own. */
  notice: string | null
  userId: string | null
  login: string | null
  displayName: string | null
  targetId: string | null
  targetLogin: string | null
  plan: string | null
  months: number | null
  /** Gifts of a mass gift, viewers of a raid, seconds of a time-out, value of a mode. */
  amount: number | null
  mode: string | null
}

export interface EventsAnswer {
  /** Newest first. May be empty although there is a `next`, when none of many fits the kind. */
  events: ChannelEvent[]
  /** Asks for the older ones as `cursor`; null at the end of the range. */
  next: string | null
}

export interface MomentsAnswer {
  /** Those that touch the range, newest first. */
  moments: Moment[]
  /** Present when the range has too many to list: how many of the oldest are left out. */
  momentsOmitted?: number
  /** What is usual here by hour of the week, as of now; null: not known. */
  usual: Usual | null
}

/** Numbers of a person, by the names of metrics.md; messages include commands and a bot's. */
export interface UserCounts {
  messages: number
  characters: number
  emoteUses: number
  commands: number
  replies: number
  bits: number
  timeouts: number
  bans: number
  deletions: number
}

export interface UserRef {
  id: string
  /** The newest one; null when no record ever named it. */
  login: string | null
  displayName: string
}

export interface UserChannel extends UserCounts {
  id: string
  name: string
  displayName: string
  slot: number
  /** Of messages; null when there are none, as after a time-out alone. */
  firstAt: string | null
  lastAt: string | null
  /** As last seen. */
  badges: string
  /** 1 + how many people wrote more in it over the range; null when that is not known exactly. */
  rank: number | null
}

export interface UserName {
  login: string
  displayName: string
  /** First and last time it was the name in use, as far as days tell. */
  firstAt: string
  lastAt: string
}

export interface UserAnswer extends UserRef {
  /** The range as answered: whole UTC days. */
  from: string
  to: string
  /** Newest first. */
  names: UserName[]
  totals: UserCounts
  firstAt: string | null
  lastAt: string | null
  /** By messages, most first. */
  channels: UserChannel[]
  /** UTC days with a message in any channel. */
  daysActive: number
  longestStreak: number
  /** Days in a row that end today or yesterday (UTC). */
  currentStreak: number
  /** Messages by UTC hour of the day. */
  hours: number[]
  /** Messages by weekday, Monday first, and UTC hour. */
  weekHours: number[][]
  /** Favourites, most used first. */
  emotes: TopListEntry[]
}

export interface UserPoint extends UserCounts {
  /** Start of the UTC day. */
  t: string
  firstAt: string | null
  lastAt: string | null
}

export interface UserSeriesAnswer {
  user: UserRef
  /** Null: all channels together. */
  channel: ChannelRef | null
  from: string
  to: string
  /** Days on which something was counted, ascending; other days are left out. */
  points: UserPoint[]
}

/** Somebody among those who write most. */
export interface TopUser {
  id: string
  displayName: string
  /** Over all channels that name the person; too high by up to `maxError`. */
  messages: number
  maxError: number
  /** Channels that name the person. */
  channels: number
  /** Where the person wrote most. */
  most: { id: string; name: string; displayName: string; slot: number; messages: number }
}

/** Who writes most in all listed channels together. */
export interface TopUsersAnswer {
  /** The range as answered: rounded outwards to hours. */
  from: string
  to: string
  users: TopUser[]
  /** True when some list was full: whom it does not name counts nothing there. */
  approximate: boolean
  /** Channels that were added up, the busiest, and those that were not. */
  channels: number
  channelsOmitted: number
}

/** A channel or a person whose name, of now or of before, is or begins with what was typed. */
export interface FoundChannel extends ChannelRef {
  /** The older name that was found; null when it is the one of now. */
  was: string | null
}
export interface FoundUser extends UserRef {
  was: string | null
}

/** Names that are exactly what was typed come first. */
export interface SearchAnswer {
  channels: FoundChannel[]
  users: FoundUser[]
}

export interface StopWordsAnswer {
  /** By code point. */
  words: string[]
}

export interface EmoteSourceStatus {
  provider: EmoteProvider
  /** No set in force is older; null while there is none. */
  asOf: string | null
  /** True when sets cannot be refreshed: the last good ones hold. */
  stale: boolean
  /** Why, as an ingestor says; null unless stale. */
  reason: string | null
  /** Sets in force, everybody's and one for each room, and the emotes in them. */
  sets: number
  emotes: number
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
  /** What is wrong now, the worst first; empty when all is well. */
  troubles: Trouble[]
  /** Live figures are as of then, because counting stands still or is late; null: as of now. */
  asOf: string | null
  /** Where emotes of other providers come from, each provider once; empty when none is asked. */
  emotes: EmoteSourceStatus[]
  /** When the account was read; null while it has never been, and everything in it is 0. */
  accountAt: string | null
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
  /** What the log of the gateway calls a request that failed there. */
  request?: string
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
