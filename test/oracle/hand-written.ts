/** Short ways to write records by hand; whatever a test does not name has an ordinary value. */
import {
  type AnyRecord,
  type ChannelSettings,
  type ClearChat,
  type ClearMessage,
  type Coverage,
  LIVE_RUN,
  type Message,
  type Notice,
  type RoomState,
} from '@smacktalk/contract'
import type { LogEntry, OracleOptions } from './log-entry.ts'
import { type ChannelCount, countByHand, type SpanCount } from './oracle.ts'

export const CHANNEL = '1001'
/** A full minute, hour and day. */
export const NOON = Date.UTC(2024, 4, 1, 12)
export const OPTIONS: OracleOptions = {
  horizonMs: 900_000,
  spoolMs: 21_600_000,
  defaultBots: ['robo'],
  defaultPrefix: '!',
}

const HEARD = {
  channelId: CHANNEL,
  channelLogin: 'den',
  run: LIVE_RUN,
  line: 0,
  ingestor: 'east',
  receivedAt: NOON,
}

export function message(at: number, id: string, more: Partial<Message> = {}): AnyRecord {
  const value: Message = {
    ...HEARD,
    sentAt: NOON + at,
    id,
    userId: '9',
    login: 'lark',
    displayName: 'Lark',
    text: 'hello',
    badges: '',
    emotes: '',
    thirdPartyEmotes: [],
    bits: null,
    firstMessage: false,
    returningChatter: false,
    replyParentId: null,
    sourceRoomId: null,
    ...more,
  }
  return { kind: 'message', value }
}

export function notice(at: number, id: string, msgId: string, more: Partial<Notice> = {}): AnyRecord {
  const value: Notice = {
    ...HEARD,
    sentAt: NOON + at,
    id,
    userId: '9',
    login: 'lark',
    displayName: 'Lark',
    badges: '',
    msgId,
    sourceMsgId: null,
    sourceRoomId: null,
    recipientId: null,
    recipientLogin: null,
    plan: null,
    months: null,
    massGiftCount: null,
    viewerCount: null,
    originId: null,
    ...more,
  }
  return { kind: 'notice', value }
}

export function clearChat(at: number, more: Partial<ClearChat> = {}): AnyRecord {
  const target = { targetUserId: '9', targetLogin: 'lark', durationSeconds: 600, sourceRoomId: null }
  return { kind: 'clearChat', value: { ...HEARD, sentAt: NOON + at, ...target, ...more } }
}

export function deletion(at: number, targetMessageId: string, more: Partial<ClearMessage> = {}): AnyRecord {
  const target = { targetMessageId, login: 'lark', sourceRoomId: null }
  return { kind: 'clearMessage', value: { ...HEARD, sentAt: NOON + at, ...target, ...more } }
}

export function roomState(at: number, modes: Partial<RoomState>): AnyRecord {
  const none = { emoteOnly: null, followersOnly: null, r9k: null, slow: null, subsOnly: null }
  return { kind: 'roomState', value: { ...HEARD, sentAt: NOON + at, ...none, ...modes } }
}

export function broken(reason: string, sentAt: number | null, more: { channelId?: string } = {}): AnyRecord {
  return { kind: 'broken', value: { ...HEARD, sentAt, reason, ...more } }
}

export function settings(more: Partial<ChannelSettings>): AnyRecord {
  const value = {
    channelId: CHANNEL,
    channelLogin: 'den',
    bots: ['robo'],
    commandPrefix: '!',
    optOut: [],
    moments: null,
  }
  return { kind: 'channelSettings', value: { ...value, ...more } }
}

export function coverage(from: number, to: number, more: Partial<Coverage> = {}): AnyRecord {
  const who = { channelId: CHANNEL, channelLogin: 'den', ingestor: 'east', origin: 'heard', ended: null }
  return { kind: 'coverage', value: { ...who, from: NOON + from, to: NOON + to, ...more } }
}

/** The same record as a line of an import. */
export function imported(record: AnyRecord, line: number, run = 'import-a'): AnyRecord {
  return { kind: record.kind, value: { ...record.value, run, line, ingestor: 'importer' } } as AnyRecord
}

/** The same record heard by the other ingestor. */
export function fromWest(record: AnyRecord): AnyRecord {
  return { kind: record.kind, value: { ...record.value, ingestor: 'west' } } as AnyRecord
}

/** Appends each record at the given time after noon, or all of them an hour after it. */
export function logOf(
  ...records: readonly (AnyRecord | readonly [appendedAt: number, AnyRecord])[]
): LogEntry[] {
  return records.map((entry, offset) =>
    'kind' in entry
      ? { offset, appendMs: NOON + 3_600_000, record: entry }
      : { offset, appendMs: NOON + entry[0], record: entry[1] },
  )
}

export function countOf(log: readonly LogEntry[], options: Partial<OracleOptions> = {}): ChannelCount {
  const count = countByHand(log, { ...OPTIONS, ...options }).get(CHANNEL)
  if (count === undefined) throw new Error(`the log has no record of channel ${CHANNEL}`)
  return count
}

/** Verdicts in log order. */
export function verdictsOf(log: readonly LogEntry[], options: Partial<OracleOptions> = {}): string[] {
  return [...countOf(log, options).verdicts.values()]
}

/** The day of all records, which must lie within one. */
export function dayOf(log: readonly LogEntry[], options: Partial<OracleOptions> = {}): SpanCount {
  const [day, ...others] = countOf(log, options).days.values()
  if (day === undefined || others.length > 0) throw new Error('the log is not of exactly one day')
  return day
}
