/**
 * One table per question; every read is one partition. All rows have the same shape (partition key, row key,
 * position, write timestamp, value), so a backing needs no knowledge of what a row means.
 */
import { INSTANCE_KEPT_S } from './instance.ts'
import { DAY_MS, HOUR_MS, MINUTE_MS, utcDay } from './time.ts'

/** Version of the fold: part of every key, so two folds never share rows (architecture.md, idea 7). */
export const FOLD_VERSION = 2

/** Rows that result from the log; written only by the stream job, with write timestamps from the log. */
export const RESULT_TABLES = [
  'minutes',
  'hours',
  'days',
  'recents',
  'user_days',
  'user_channels',
  'user_names',
  'tops',
  'events',
  'moments',
  'channels',
  'channel_names',
  'coverage',
] as const
/** What a restart needs; written by commits only. */
export const RECOVERY_TABLES = ['clocks', 'checkpoints'] as const
/** What processes say about themselves, stamped by their own clock; no result depends on it. */
export const STATUS_TABLES = ['channel_states', 'instances', 'schemas', 'imports', 'audits'] as const

export const TABLES = [...RESULT_TABLES, ...RECOVERY_TABLES, ...STATUS_TABLES] as const
export type TableName = (typeof TABLES)[number]

/**
 * Long enough to say what became of a channel, short enough that the rows of ingestors that are gone, of which each
 * start makes new ones, do not pile up. One that lives writes its rows every ten seconds.
 */
const CHANNEL_STATE_KEPT_S = 3_600

/** How long a row is kept: a number is seconds, `rows` the setting `rowRetentionDays`, null for ever. */
export const TABLE_RETENTION: Readonly<Record<TableName, 'rows' | number | null>> = {
  minutes: 'rows',
  hours: 'rows',
  days: 'rows',
  recents: 'rows',
  user_days: 'rows',
  user_channels: 'rows',
  user_names: 'rows',
  tops: 'rows',
  events: 'rows',
  moments: 'rows',
  channels: null,
  channel_names: null,
  coverage: 'rows',
  clocks: null,
  checkpoints: null,
  channel_states: CHANNEL_STATE_KEPT_S,
  instances: INSTANCE_KEPT_S,
  schemas: null,
  imports: null,
  audits: 'rows',
}

export interface RowKey {
  readonly table: TableName
  /** Everything under one partition key is read in one go. */
  readonly partition: string
  /** Orders the rows of a partition by code unit. */
  readonly row: string
}

const versioned = (...parts: readonly (string | number)[]): string => `v${FOLD_VERSION}/${parts.join('/')}`

/** Width of a time in a row key: enough for the year 5138, and sorted as text it is sorted as time. */
const TIME_DIGITS = 14
export function timeKey(atMs: number): string {
  return String(atMs).padStart(TIME_DIGITS, '0')
}

export type SpanTable = 'minutes' | 'hours' | 'days'
export const SPAN_TABLE_MS: Readonly<Record<SpanTable, number>> = {
  minutes: MINUTE_MS,
  hours: HOUR_MS,
  days: DAY_MS,
}
export const SPAN_TABLES = Object.keys(SPAN_TABLE_MS) as readonly SpanTable[]

/** Minutes and hours: one partition per channel and day. Days: one per channel and year. */
export function spanPartition(table: SpanTable, channelId: string, atMs: number): string {
  return table === 'days'
    ? versioned(channelId, utcDay(atMs).slice(0, 4))
    : versioned(channelId, utcDay(atMs))
}

export const recentsPartition = (channelId: string): string => versioned(channelId)
export const userDaysPartition = (channelId: string, atMs: number): string =>
  versioned(channelId, utcDay(atMs))
/** Days of a person over all channels: rows `channel id/day`. */
export const userChannelsPartition = (userId: string): string => versioned(userId)
/** People who carried a login: rows `user id/channel id/day`. */
export const userNamesPartition = (login: string): string => versioned(login)
export const TOP_KINDS = ['chatters', 'emotes', 'words', 'commands', 'mentions'] as const
export type TopKind = (typeof TOP_KINDS)[number]
/** One partition per channel, day and kind: 24 hours and the day itself. */
export const topsPartition = (channelId: string, atMs: number, kind: TopKind): string =>
  versioned(channelId, utcDay(atMs), kind)
export const topRow = (size: 'hour' | 'day', startMs: number): string =>
  `${size === 'hour' ? 'h' : 'd'}${timeKey(startMs)}`
export const eventsPartition = (channelId: string, atMs: number): string => versioned(channelId, utcDay(atMs))
/** By send time, then by position: unique, and the same on every replay. */
export const eventRow = (sentAtMs: number, position: number): string =>
  `${timeKey(sentAtMs)}-${String(position).padStart(POSITION_DIGITS, '0')}`
/** By the channel and the UTC day in which it began; row keys as of events, with the position that made it known. */
export const momentsPartition = (channelId: string, fromMs: number): string =>
  versioned(channelId, utcDay(fromMs))
/** Width of a position in a row key: all of 2^53. */
const POSITION_DIGITS = 16
export const channelPartition = (channelId: string): string => versioned(channelId)
/** Rows of a login: one per channel id that carried it. */
export const channelNamesPartition = (login: string): string => versioned(login)
export const coveragePartition = (channelId: string, atMs: number): string =>
  versioned(channelId, utcDay(atMs))
/** Clock rows lie by log partition: a worker that takes one over reads them all at once. */
export const clocksPartition = (logPartition: number): string => versioned(logPartition)
export const CHECKPOINTS_PARTITION = versioned('chat')
export const checkpointRow = (logPartition: number): string => String(logPartition).padStart(4, '0')
/** Row key where a partition holds a single row. */
export const ONLY_ROW = ''

export const CHANNEL_STATES_PARTITION = 'all'
/** One row per channel and ingestor; neither name holds a blank. */
export const channelStateRow = (login: string, ingestor: string): string => `${login} ${ingestor}`
export const INSTANCES_PARTITION = 'all'
export const SCHEMAS_PARTITION = 'all'
/** Imports: one row per run, its name the row key. */
export const IMPORTS_PARTITION = 'all'
/** Audits: one row each, by the time it ended (`timeKey`). */
export const AUDITS_PARTITION = 'all'
