import { array, boolean, long, nullable, record, string, type TypeOf } from './avro-schema.ts'
import { instanceSchema } from './instance.ts'
import { alertSchema, momentRowSchema } from './moments.ts'
import { accountSchema, coverageRowSchema, spanSummarySchema } from './rows.ts'

const secondSchema = record('Second', {
  /** Start of the second, ms. */
  at: long,
  /** Messages by class. */
  messages: array(long),
})
export type Second = TypeOf<typeof secondSchema>

/**
 * What changed in a channel since the last view, always as absolute values. A view may be ahead of the store,
 * never of the log; it may be lost, because the store has it all (architecture.md, idea 4).
 */
export const viewSchema = record('View', {
  channelId: string,
  channelLogin: string,
  /** Log position of the newest record in it. */
  position: long,
  /** Append time of that record, ms. */
  appendMs: long,
  /** Newest counted live send time, ms; null before the first. */
  asOf: nullable(long),
  seconds: array(secondSchema),
  minutes: array(spanSummarySchema),
  hours: array(spanSummarySchema),
  days: array(spanSummarySchema),
  coverage: array(record('DayCoverage', { day: long, row: coverageRowSchema })),
  /** By their ids, which are the row keys. */
  moments: array(record('MomentChange', { id: string, position: long, row: momentRowSchema })),
  /** Messages in ten seconds from which on a moment begins, heard live; null before the search for them is warm. */
  surgeAt: nullable(long),
})
export type View = TypeOf<typeof viewSchema>

/** A channel somebody wants counted, or wanted once; the newest record per login is in force. */
export const wantedChannelSchema = record('WantedChannel', {
  login: string,
  wanted: boolean,
  /** `config`, `runtime`, or `import`: met in an import, listed as paused while it is not wanted. */
  origin: string,
  addedAt: long,
  /** Colour slot 0-15, kept for as long as the channel is known (interface.md). */
  slot: long,
  /** Hash of the configured list in force when it was removed; a changed config brings the channel back. */
  removedUnder: nullable(string),
})
export type WantedChannel = TypeOf<typeof wantedChannelSchema>

/** How an ingestor stands with a channel. */
export const channelStateSchema = record('ChannelState', {
  login: string,
  /** Room id once Twitch has named it. */
  channelId: nullable(string),
  state: string,
  reason: nullable(string),
  since: long,
  /** Place in the join queue from 1, and the expected wait. */
  place: nullable(long),
  etaMs: nullable(long),
  ingestor: string,
  updatedAt: long,
})
export type ChannelStateRow = TypeOf<typeof channelStateSchema>

/** How far an import is, and how it ended. */
export const importProgressSchema = record('ImportProgress', {
  run: string,
  /** Base names of its files, in order. */
  files: array(string),
  /** `running` (or interrupted: `updatedAt` tells) or `finished`. */
  state: string,
  /** Last line appended, over all files, from 1. */
  line: long,
  /** Well-formed lines up to there that are no chat records. */
  ignored: long,
  startedAt: long,
  updatedAt: long,
  finishedAt: nullable(long),
  /** How its records ended; null until it is finished. */
  account: nullable(accountSchema),
})
export type ImportProgress = TypeOf<typeof importProgressSchema>

/** What a recount of the log found. */
export const auditSchema = record('Audit', {
  /** When it ended. */
  at: long,
  /** Extent of the compared spans, ms, half open; both 0 when there were none. */
  from: long,
  to: long,
  channels: long,
  /** Minutes, hours and days compared. */
  spans: long,
  /** Chat records recounted. */
  records: long,
  /** Numbers that were not equal. */
  differences: long,
})
export type Audit = TypeOf<typeof auditSchema>

export const feedSchemas = {
  view: viewSchema,
  wantedChannel: wantedChannelSchema,
  channelState: channelStateSchema,
  instance: instanceSchema,
  importProgress: importProgressSchema,
  audit: auditSchema,
  alert: alertSchema,
} as const
