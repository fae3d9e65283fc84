/**
 * Values of the rows that the fold writes. Every value is absolute: with its position it is its own checkpoint
 * (architecture.md, idea 2). Canonical bytes come from `@smacktalk/wire`; lists are sorted so that equal means
 * byte-identical.
 */
import {
  array,
  boolean,
  bytes,
  long,
  nullable,
  record,
  type Schema,
  string,
  type TypeOf,
} from './avro-schema.ts'
import { detectorClockSchema, momentRowSchema, momentThresholdsSchema } from './moments.ts'
import { topEntriesSchema } from './top-entries.ts'

/** Counters of a span that are one number each, in the order of metrics.md. */
export const COUNT_NAMES = [
  'emoteMessages',
  'newChatters',
  'returningChatters',
  'replies',
  'subscriberMessages',
  'moderatorMessages',
  'vipMessages',
  'bits',
  'cheers',
  'subs',
  'resubs',
  'gifts',
  'giftBombs',
  'raids',
  'raidViewers',
  'announcements',
  'otherNotices',
  'timeouts',
  'timeoutSeconds',
  'bans',
  'chatClears',
  'deletions',
  'modeChanges',
  'badEmoteRanges',
  'duplicates',
  'late',
  'dropped',
] as const
export type CountName = (typeof COUNT_NAMES)[number]
export type Counts = Record<CountName, number>

export function emptyCounts(): Counts {
  const counts = {} as Counts
  for (const name of COUNT_NAMES) counts[name] = 0
  return counts
}

const countsSchema = record(
  'Counts',
  Object.fromEntries(COUNT_NAMES.map((name) => [name, long])) as Record<CountName, Schema<number>>,
)

/** A name and how often, sorted by name. */
const tallySchema = record('Tally', { name: string, count: long })
export type Tally = TypeOf<typeof tallySchema>

/** Exact ids, sorted by code point, up to EXACT_CHATTERS_MAX; then HyperLogLog registers and no ids. */
const chatterSetSchema = record('ChatterSet', { exact: array(string), registers: nullable(bytes) })
export type ChatterSet = TypeOf<typeof chatterSetSchema>

/** Messages per second of seconds that may still grow, per run; what is needed to keep the peak exact. */
const openSecondsSchema = record('OpenSeconds', {
  run: string,
  /** Seconds since the start of the span, ascending. */
  seconds: array(long),
  counts: array(long),
})
export type OpenSeconds = TypeOf<typeof openSecondsSchema>

const spanFields = {
  messages: array(long),
  characters: array(long),
  emoteUses: array(long),
  counts: countsSchema,
  otherNoticesByKind: array(tallySchema),
  droppedByReason: array(tallySchema),
  peakPerSecond: long,
} as const

/** A minute, hour or day of a channel. */
export const spanRowSchema = record('SpanRow', {
  /** The run that owns the minute and the position that took it; empty and 0 for hours and days. */
  ownerRun: string,
  ownerPosition: long,
  ...spanFields,
  chatters: chatterSetSchema,
  openSeconds: array(openSecondsSchema),
})
export type SpanRow = TypeOf<typeof spanRowSchema>

/** A top list of a channel's hour or day. */
export const topRowSchema = record('TopRow', { list: topEntriesSchema })
export type TopRow = TypeOf<typeof topRowSchema>

/** Something that happened in a channel; ids and figures, no text. */
export const eventRowSchema = record('EventRow', {
  at: long,
  kind: string,
  /** msg-id of a notice without a kind of its own. */
  notice: nullable(string),
  userId: nullable(string),
  login: nullable(string),
  displayName: nullable(string),
  targetId: nullable(string),
  targetLogin: nullable(string),
  plan: nullable(string),
  months: nullable(long),
  /** Gifts of a mass gift, viewers of a raid, seconds of a time-out, value of a mode. */
  amount: nullable(long),
  mode: nullable(string),
})
export type EventRow = TypeOf<typeof eventRowSchema>

/** A row whose existence is all it says: a person's day in a channel, a person's name. */
export const factRowSchema = record('FactRow', { day: long })
export type FactRow = TypeOf<typeof factRowSchema>

/** The last RECENT_SECONDS seconds of a channel: seconds with messages only, ascending, eight counts each. */
export const recentsRowSchema = record('RecentsRow', {
  newestSecond: long,
  seconds: array(long),
  /** Flat: eight classes per second. */
  counts: array(long),
})
export type RecentsRow = TypeOf<typeof recentsRowSchema>

/** A person's day in a channel; classes here are bot and command only, index 0 to 3. */
export const userDayRowSchema = record('UserDayRow', {
  login: string,
  /** Every login carried on this day, sorted; at most DAY_LOGINS_MAX. */
  logins: array(string),
  /** Of the newest message; empty when there is none or it had none: then the login is shown. */
  displayName: string,
  /** Send time of the record the login comes from. */
  namedAt: long,
  messages: array(long),
  characters: long,
  emoteUses: long,
  commands: long,
  replies: long,
  bits: long,
  timeouts: long,
  bans: long,
  deletions: long,
  /** Send times of the first and the last message; null when there is none, as after a time-out alone. */
  firstAt: nullable(long),
  lastAt: nullable(long),
  hours: array(long),
  badges: string,
  /** Favourite emotes: SpaceSaving of FAVOURITES_CAPACITY. */
  favourites: topEntriesSchema,
})
export type UserDayRow = TypeOf<typeof userDayRowSchema>

const nameUseSchema = record('NameUse', { login: string, lastAt: long })

/** A channel's names, newest first. */
export const channelRowSchema = record('ChannelRow', { names: array(nameUseSchema), displayName: string })
export type ChannelRow = TypeOf<typeof channelRowSchema>

/** A login points to a channel id; `lastAt` (to the hour) decides between several. */
export const channelNameRowSchema = record('ChannelNameRow', { lastAt: long })
export type ChannelNameRow = TypeOf<typeof channelNameRowSchema>

const lossSchema = record('Loss', { at: long, cause: string, ingestor: string })

/** When a channel was heard within a day: merged, ascending, half open, in ms since the start of the day. */
export const coverageRowSchema = record('CoverageRow', {
  starts: array(long),
  ends: array(long),
  importedStarts: array(long),
  importedEnds: array(long),
  backfilledStarts: array(long),
  backfilledEnds: array(long),
  /** When and why an ingestor stopped hearing it. */
  losses: array(lossSchema),
})
export type CoverageRow = TypeOf<typeof coverageRowSchema>

const sightingSchema = record('Sighting', {
  identity: string,
  sentAt: long,
  position: long,
  /** User id of a message's author, empty otherwise: a deletion belongs to the author. */
  author: string,
  /** Hash of the author and the lower-cased plain text of a message; 0 when it is none. */
  textHash: long,
  /** Brought here by Shared Chat: its deletion is nobody's. */
  shared: boolean,
})
export type Sighting = TypeOf<typeof sightingSchema>

/** How records ended, by outcome; dropped ones by reason, sorted. */
export const accountSchema = record('Account', {
  messages: long,
  events: long,
  duplicates: long,
  late: long,
  dropped: array(tallySchema),
})
export type Account = TypeOf<typeof accountSchema>

const runClockSchema = record('RunClock', {
  run: string,
  /** Newest and oldest counted send time, null before the first. */
  newest: nullable(long),
  oldest: nullable(long),
  account: accountSchema,
  /** Send time below which records are late because the memory was full; 0 when it never was. */
  memoryLimit: long,
  /** Highest judged line of an import. */
  line: long,
  /** Sightings still remembered but appended before the read-back window, by position. */
  sightings: array(sightingSchema),
  /** Null before the first counted message. */
  detector: nullable(detectorClockSchema),
})
export type RunClock = TypeOf<typeof runClockSchema>

const modeClockSchema = record('ModeClock', {
  mode: string,
  value: long,
  at: long,
  /** The last counted change to each value, newest last, to recognise its copy from another ingestor. */
  counted: array(record('CountedMode', { value: long, at: long, by: string })),
})
export type ModeClock = TypeOf<typeof modeClockSchema>

/** What judging needs of a channel's past (architecture.md, idea 2). */
export const clockRowSchema = record('ClockRow', {
  channelId: string,
  channelLogin: string,
  settings: nullable(
    record('SettingsInForce', {
      bots: array(string),
      commandPrefix: string,
      optOut: array(string),
      moments: nullable(momentThresholdsSchema),
    }),
  ),
  /** Logins that people carried who had opted out by their id: they are in no list of mentions either. */
  hiddenLogins: array(record('HiddenLogin', { login: string, userId: string })),
  modes: array(modeClockSchema),
  runs: array(runClockSchema),
  /** Over all runs: what the running account of the channel says. */
  account: accountSchema,
})
export type ClockRow = TypeOf<typeof clockRowSchema>

/** How far a log partition is folded: the only position a restart reads. */
export const checkpointRowSchema = record('CheckpointRow', {
  position: long,
  /** Write timestamp of the position in microseconds (architecture.md, idea 3). */
  writtenAt: long,
  appendMs: long,
})
export type CheckpointRow = TypeOf<typeof checkpointRowSchema>

/** Numbers of a span without its sketches: what live views carry. */
export const spanSummarySchema = record('SpanSummary', {
  /** Start of the span, ms. */
  start: long,
  position: long,
  ...spanFields,
  chatters: long,
  /** True when the number is a HyperLogLog estimate. */
  chattersApproximate: boolean,
})
export type SpanSummary = TypeOf<typeof spanSummarySchema>

export const rowSchemas = {
  span: spanRowSchema,
  recents: recentsRowSchema,
  userDay: userDayRowSchema,
  channel: channelRowSchema,
  channelName: channelNameRowSchema,
  coverage: coverageRowSchema,
  top: topRowSchema,
  event: eventRowSchema,
  moment: momentRowSchema,
  fact: factRowSchema,
  clock: clockRowSchema,
  checkpoint: checkpointRowSchema,
} as const
