/**
 * Records of the log topic `chat`. Whatever changes a result is one of these: the fold needs nothing else
 * (architecture.md, idea 1). Tags travel as Twitch sent them; the fold gives them their meaning.
 */
import { absentAs, array, boolean, long, nullable, record, string, type TypeOf } from './avro-schema.ts'
import { momentThresholdsSchema } from './moments.ts'

/** Run of everything heard live, backfill included; each import is a run of its own (metrics.md, Run). */
export const LIVE_RUN = 'live'

/** Channel of lines whose channel cannot be known: they are counted there and shown only in `/status`. */
export const NO_CHANNEL = '0'

/** `sentAt` of a line whose time tag is not decimal digits; the fold drops it as `bad-time`. */
export const UNREADABLE_TIME = -1

const heard = {
  /** Decimal room id; also the key of the record, so that a channel keeps one partition. */
  channelId: string,
  /** Name without `#`, lower case, as it stood in the line. */
  channelLogin: string,
  /** `live`, or the name of an import. */
  run: string,
  /** Line number within an import, from 1; 0 when heard live. */
  line: long,
  /** Which ingestor heard it. */
  ingestor: string,
  /** When it was heard, by the ingestor's clock; informs latency only, never judges. */
  receivedAt: long,
} as const

/** A token that is an emote of BTTV, FFZ or 7TV. */
const thirdPartyEmoteSchema = record('ThirdPartyEmote', {
  /** Provider and id, the key of the top list: `bttv:5f1b`, `ffz:28138`, `7tv:01F6`. */
  key: string,
  /** Code points from the start of the text after the ACTION wrapper, end inclusive, as in the `emotes` tag. */
  start: long,
  end: long,
})

export const messageSchema = record('Message', {
  ...heard,
  sentAt: long,
  id: string,
  userId: string,
  login: string,
  displayName: string,
  /** Raw text with its ACTION wrapper and padding; null when the line had none. */
  text: nullable(string),
  badges: string,
  /** The `emotes` tag as sent; ranges are judged in the fold. */
  emotes: string,
  /** Emotes of other providers, recognised when the message was heard; an import knows none. */
  thirdPartyEmotes: absentAs([], array(thirdPartyEmoteSchema)),
  bits: nullable(long),
  firstMessage: boolean,
  returningChatter: boolean,
  replyParentId: nullable(string),
  /** Room of origin of a Shared Chat message, null outside Shared Chat. */
  sourceRoomId: nullable(string),
})

export const noticeSchema = record('Notice', {
  ...heard,
  sentAt: long,
  id: string,
  userId: nullable(string),
  login: string,
  displayName: string,
  badges: string,
  msgId: string,
  sourceMsgId: nullable(string),
  sourceRoomId: nullable(string),
  recipientId: nullable(string),
  recipientLogin: nullable(string),
  plan: nullable(string),
  months: nullable(long),
  massGiftCount: nullable(long),
  viewerCount: nullable(long),
  originId: nullable(string),
})

export const clearChatSchema = record('ClearChat', {
  ...heard,
  sentAt: long,
  targetUserId: nullable(string),
  targetLogin: nullable(string),
  /** Seconds; null is a ban when there is a target. */
  durationSeconds: nullable(long),
  sourceRoomId: nullable(string),
})

export const clearMessageSchema = record('ClearMessage', {
  ...heard,
  sentAt: long,
  targetMessageId: string,
  login: nullable(string),
  sourceRoomId: nullable(string),
})

export const roomStateSchema = record('RoomState', {
  ...heard,
  /** `rm-received-ts`; null means the time of appending (metrics.md, Time). */
  sentAt: nullable(long),
  emoteOnly: nullable(long),
  followersOnly: nullable(long),
  r9k: nullable(long),
  slow: nullable(long),
  subsOnly: nullable(long),
})

/** A line that lacks a needed tag or is no IRC; it counts as dropped, its content is not kept. */
export const brokenSchema = record('Broken', {
  ...heard,
  sentAt: nullable(long),
  reason: string,
})

/**
 * How the time of a coverage record is known: an ingestor heard it, an import brought it, or the answer of a
 * history service reached over it.
 */
export const COVERAGE_ORIGINS = ['heard', 'imported', 'backfilled'] as const
export type CoverageOrigin = (typeof COVERAGE_ORIGINS)[number]

export function isCoverageOrigin(text: string): text is CoverageOrigin {
  return (COVERAGE_ORIGINS as readonly string[]).includes(text)
}

/** A channel is known during [from, to); `ended` says why an ingestor stopped hearing, null while it goes on. */
export const coverageSchema = record('Coverage', {
  channelId: string,
  channelLogin: string,
  ingestor: string,
  /** One of COVERAGE_ORIGINS; what a newer build adds claims nothing here. */
  origin: string,
  from: long,
  to: long,
  ended: nullable(string),
})

/** What judging and classing depend on; holds for records at higher positions than its own. */
export const channelSettingsSchema = record('ChannelSettings', {
  channelId: string,
  channelLogin: string,
  bots: array(string),
  commandPrefix: string,
  /** Ids or logins of people who are not to be counted by name. */
  optOut: array(string),
  /** What is a moment; null: the defaults. */
  moments: nullable(momentThresholdsSchema),
})

/** An import has ended: its sightings are forgotten. */
export const importFinishedSchema = record('ImportFinished', { channelId: string, run: string })

export type Message = TypeOf<typeof messageSchema>
export type ThirdPartyEmote = TypeOf<typeof thirdPartyEmoteSchema>
export type Notice = TypeOf<typeof noticeSchema>
export type ClearChat = TypeOf<typeof clearChatSchema>
export type ClearMessage = TypeOf<typeof clearMessageSchema>
export type RoomState = TypeOf<typeof roomStateSchema>
export type Broken = TypeOf<typeof brokenSchema>
export type Coverage = TypeOf<typeof coverageSchema>
export type ChannelSettings = TypeOf<typeof channelSettingsSchema>
export type ImportFinished = TypeOf<typeof importFinishedSchema>

/** Kinds of the chat topic and their schemas; the kind on the wire is the schema's fingerprint. */
export const chatSchemas = {
  message: messageSchema,
  notice: noticeSchema,
  clearChat: clearChatSchema,
  clearMessage: clearMessageSchema,
  roomState: roomStateSchema,
  broken: brokenSchema,
  coverage: coverageSchema,
  channelSettings: channelSettingsSchema,
  importFinished: importFinishedSchema,
} as const

/** A record that ends as exactly one of message, event, duplicate, late, dropped. */
export type ChatRecord =
  | { kind: 'message'; value: Message }
  | { kind: 'notice'; value: Notice }
  | { kind: 'clearChat'; value: ClearChat }
  | { kind: 'clearMessage'; value: ClearMessage }
  | { kind: 'roomState'; value: RoomState }
  | { kind: 'broken'; value: Broken }

export type ControlRecord =
  | { kind: 'coverage'; value: Coverage }
  | { kind: 'channelSettings'; value: ChannelSettings }
  | { kind: 'importFinished'; value: ImportFinished }

export type AnyRecord = ChatRecord | ControlRecord

/** Why a chat record is dropped, in the order in which it is judged (metrics.md). */
export const DROP_REASONS = [
  'malformed',
  'no-id',
  'no-room',
  'no-user',
  'bad-time',
  'overlap',
  'too-new',
] as const
export type DropReason = (typeof DROP_REASONS)[number]

export function isDropReason(text: string): text is DropReason {
  return (DROP_REASONS as readonly string[]).includes(text)
}
