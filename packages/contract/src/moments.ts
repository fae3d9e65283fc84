/** Moments: spans in which a channel leaves its own baseline (metrics.md, Usual and moments; docs/moments.md). */
import { absentAs, array, long, nullable, record, string, type TypeOf } from './avro-schema.ts'
import { topEntriesSchema } from './top-entries.ts'

/** What lasts longer is the new usual. */
export const MOMENT_SECONDS_MAX = 600

/** What makes a moment; the first that its evidence shows, in this order, is its cause. */
export const MOMENT_CAUSES = [
  'raid',
  'giftBurst',
  'banWave',
  'chatClear',
  'mode',
  'commandWave',
  'emoteStorm',
  'questionWave',
  'copyPasta',
  'unexplained',
] as const
export type MomentCause = (typeof MOMENT_CAUSES)[number]

export function isMomentCause(text: string): text is MomentCause {
  return (MOMENT_CAUSES as readonly string[]).includes(text)
}

/** When something is a moment; whole numbers, so that every worker computes the same. */
export const momentThresholdsSchema = record('MomentThresholds', {
  /** A surge has at least this many times the messages of the baseline, in percent. */
  surgePercent: long,
  /** ... and lies at least this many hundredths of a robust standard deviation above it. */
  surgeDeviations: long,
  /** ... and has at least this many messages in ten seconds. */
  surgeMessages: long,
  /** Seconds of messages before a surge can be told from the usual. */
  warmUpSeconds: long,
  /** A surge ends below this many percent of the baseline. */
  calmPercent: long,
  /** Share of a moment's messages that names its cause (emote, question, text, command), in percent. */
  causePercent: long,
  /** A raid of fewer viewers, a gift of fewer subscriptions is no moment of its own. */
  raidViewers: long,
  gifts: long,
  /** Time-outs and bans within ten seconds, at least. */
  removals: long,
})
export type MomentThresholds = TypeOf<typeof momentThresholdsSchema>

export const DEFAULT_MOMENT_THRESHOLDS: MomentThresholds = {
  surgePercent: 200,
  surgeDeviations: 460,
  surgeMessages: 6,
  warmUpSeconds: 300,
  calmPercent: 125,
  causePercent: 30,
  raidViewers: 10,
  gifts: 5,
  removals: 4,
}

/** A moment as a row; absolute values, no text. */
export const momentRowSchema = record('MomentRow', {
  run: string,
  /** Send times, ms; half open, `to` is null while it goes on. */
  from: long,
  to: nullable(long),
  /** Start of the second with most messages, and how many they were. */
  peakAt: long,
  peak: long,
  cause: string,
  /** Largest ten seconds in percent of the baseline; null without a baseline. */
  sizePercent: nullable(long),
  /** The baseline, messages per hour; null before it was warm. */
  baselinePerHour: nullable(long),
  /** Without bots and copies from other rooms. */
  messages: long,
  /** Messages that the shares below are of: those of the moment and of the seconds just before it. */
  seen: long,
  questions: long,
  emote: nullable(string),
  emoteLabel: nullable(string),
  emoteMessages: long,
  command: nullable(string),
  commandMessages: long,
  /** Messages that somebody had just written already: no share of texts is of them. */
  repeats: long,
  /** Others with the most frequent text, by a hash of the text. */
  sameText: long,
  bans: long,
  timeouts: long,
  raids: long,
  raidViewers: long,
  /** Login of the largest raid's channel; null when it asked not to be named. */
  raider: nullable(string),
  /** Its id: who asks by id not to be named may never have written a message. */
  raiderId: absentAs(null, nullable(string)),
  giftBombs: long,
  gifts: long,
  chatClears: long,
  /** The mode that was switched on, and its value. */
  mode: nullable(string),
  modeValue: nullable(long),
})
export type MomentRow = TypeOf<typeof momentRowSchema>

/** A moment of which nothing is known yet. */
export const EMPTY_MOMENT: MomentRow = {
  run: '',
  from: 0,
  to: null,
  peakAt: 0,
  peak: 0,
  cause: 'unexplained',
  sizePercent: null,
  baselinePerHour: null,
  messages: 0,
  seen: 0,
  questions: 0,
  emote: null,
  emoteLabel: null,
  emoteMessages: 0,
  command: null,
  commandMessages: 0,
  repeats: 0,
  sameText: 0,
  bans: 0,
  timeouts: 0,
  raids: 0,
  raidViewers: 0,
  raider: null,
  raiderId: null,
  giftBombs: 0,
  gifts: 0,
  chatClears: 0,
  mode: null,
  modeValue: null,
}

/** What is known of the messages of a few seconds; lists hold a few keys each (SpaceSaving). */
export const evidenceSchema = record('Evidence', {
  messages: long,
  questions: long,
  repeats: long,
  emotes: topEntriesSchema,
  commands: topEntriesSchema,
  texts: topEntriesSchema,
})
export type StoredEvidence = TypeOf<typeof evidenceSchema>

const momentClockSchema = record('MomentClock', {
  id: string,
  moment: momentRowSchema,
  evidence: evidenceSchema,
  /** Not over before this second: what was announced lasts at least so long. */
  endsAfter: long,
  /** The announcement it began with; empty for a surge. */
  announced: string,
})
export type MomentClock = TypeOf<typeof momentClockSchema>

/** What the search for moments remembers of a run in a channel: a part of its clock row. */
export const detectorClockSchema = record('DetectorClock', {
  /** Newest second it has seen, epoch seconds. */
  second: long,
  /** Seconds up to which the baseline has learned, and how many seconds it knows. */
  learnedTo: long,
  warmth: long,
  /** Messages, and time-outs and bans, per second: millionths. */
  mean: long,
  removals: long,
  /** How much wider counts spread than chance alone: thousandths, at least 1,000. */
  spread: long,
  /** Messages of the ten-second buckets of a warm-up, in order; empty once it is over. */
  warming: array(long),
  /** The last seconds with anything in them, ascending. */
  recent: array(record('DetectorSecond', { second: long, messages: long, bans: long, timeouts: long })),
  /** Evidence of the last five to ten seconds, in two blocks. */
  blockStart: long,
  before: evidenceSchema,
  now: evidenceSchema,
  open: nullable(momentClockSchema),
  /** Moments that late records may still correct, oldest first. */
  closed: array(record('ClosedMoment', { id: string, row: momentRowSchema })),
})
export type DetectorClock = TypeOf<typeof detectorClockSchema>

/** A moment that began or ended: a record of the topic `alerts`. May come twice, with the same `id` and `what`. */
export const alertSchema = record('Alert', {
  /** `channel id/moment id`. */
  id: string,
  /** `started` or `ended`. */
  what: string,
  channelId: string,
  channelLogin: string,
  /** Position in the chat log of the record that made it known. */
  position: long,
  moment: momentRowSchema,
})
export type Alert = TypeOf<typeof alertSchema>
