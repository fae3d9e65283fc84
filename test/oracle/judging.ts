/**
 * What becomes of each chat record (metrics.md, Judging a record), by looking at everything that came before,
 * again and again. The order of the questions is the order of the document.
 */
import {
  type ChatRecord,
  DAY_MS,
  type DropReason,
  EARLIEST_SENT_MS,
  isDropReason,
  LIVE_RUN,
  MINUTE_MS,
  NO_CHANNEL,
  spanStart,
} from '@smacktalk/contract'
import type { LogEntry, OracleOptions, Verdict } from './log-entry.ts'
import { isForeign, plainText, type SettingsInForce } from './message-facts.ts'
import { isCopyOfMode, isModeChange, type StateSeen } from './modes.ts'

export interface Judged {
  readonly offset: number
  readonly record: ChatRecord
  readonly verdict: Verdict
  /** Running maximum of the partition's append times, this record's included, ms. */
  readonly appendMs: number
  /** Send time of the record (a ROOMSTATE without one: the time of appending); null when not to be believed. */
  readonly at: number | null
  /** Where it counts when it is a duplicate, late or dropped, ms. */
  readonly refusedAt: number
  /** In force at its position. */
  readonly settings: SettingsInForce
  /** A counted CLEARMSG's author of the deleted message; null when nobody is known. */
  readonly deletedAuthor: string | null
  /** A counted ROOMSTATE that changed a mode. */
  readonly modeChange: boolean
  /** A message whose text its user has said shortly before: it gives no words. */
  readonly repeated: boolean
}

/** Clocks differ a little: a send time may be this far ahead of the log. */
const AHEAD_MS = 5 * MINUTE_MS
/** The same text by the same user gives words once in this time. */
const REPEATED_MS = 30_000

export function judge(log: readonly LogEntry[], options: OracleOptions): Judged[] {
  const judged: Judged[] = []
  log.forEach((entry, index) => {
    const { record } = entry
    if (record.kind === 'coverage' || record.kind === 'channelSettings' || record.kind === 'importFinished') {
      return
    }
    const appendMs = log.slice(0, index + 1).reduce((max, each) => Math.max(max, each.appendMs), 0)
    judged.push(judgeOne(record, entry.offset, appendMs, log.slice(0, index), judged, options))
  })
  return judged
}

function judgeOne(
  record: ChatRecord,
  offset: number,
  appendMs: number,
  log: readonly LogEntry[],
  judged: readonly Judged[],
  { horizonMs, spoolMs, defaultBots, defaultPrefix }: OracleOptions,
): Judged {
  const { channelId, run, line } = record.value
  const ofChannel = judged.filter((other) => other.record.value.channelId === channelId)
  const ofRun = ofChannel.filter((other) => other.record.value.run === run)
  const at = believedTime(record, appendMs)
  const newest = newestOf(ofRun)

  const settings = settingsOf(log, channelId) ?? {
    bots: defaultBots,
    commandPrefix: defaultPrefix,
    optOut: [],
  }
  const forgottenBelow = Math.max(
    newest === null ? Number.NEGATIVE_INFINITY : newest - horizonMs,
    run === LIVE_RUN ? appendMs - spoolMs : Number.NEGATIVE_INFINITY,
  )
  const seen = sightings(ofRun, log, channelId, run)
  const remembered = seen.filter((sighting) => (sighting.at ?? Number.NEGATIVE_INFINITY) >= forgottenBelow)

  const verdict = ((): Verdict => {
    if (run !== LIVE_RUN && ofRun.some((other) => other.record.value.line >= line)) return 'already-judged'
    if (record.kind === 'broken') {
      return `dropped: ${isDropReason(record.value.reason) ? record.value.reason : 'malformed'}`
    }
    if (channelId === NO_CHANNEL) return 'dropped: no-room'
    const reason = dropReason(ofChannel, run, at, appendMs)
    if (reason !== null || at === null) return `dropped: ${reason ?? 'bad-time'}`
    if (at < forgottenBelow) return 'late'
    if (record.kind === 'roomState') {
      return isCopyOfMode(statesOf(ofChannel), { state: record.value, at }) ? 'duplicate' : 'event'
    }
    const identity = identityOf(record)
    if (remembered.some((sighting) => identityOf(sighting.record) === identity)) return 'duplicate'
    return record.kind === 'message' ? 'message' : 'event'
  })()

  return {
    offset,
    record,
    verdict,
    appendMs,
    at,
    refusedAt: newest ?? at ?? appendMs,
    settings,
    deletedAuthor: record.kind === 'clearMessage' ? authorOf(remembered, record.value.targetMessageId) : null,
    modeChange:
      record.kind === 'roomState' &&
      verdict === 'event' &&
      at !== null &&
      isModeChange(statesOf(ofChannel), { state: record.value, at }),
    repeated: isRepeated(record, seen, forgottenBelow - REPEATED_MS),
  }
}

/** The words rule: an earlier record of the same user, run and day says the same within 30 s. */
function isRepeated(record: ChatRecord, seen: readonly Judged[], forgottenBelow: number): boolean {
  if (record.kind !== 'message') return false
  const { id, userId, sentAt, text } = record.value
  const lowered = plainText(text ?? '').toLowerCase()
  return seen.some(
    ({ record: earlier, at }) =>
      earlier.kind === 'message' &&
      at !== null &&
      at >= forgottenBelow &&
      earlier.value.id !== id &&
      earlier.value.userId === userId &&
      plainText(earlier.value.text ?? '').toLowerCase() === lowered &&
      spanStart(at, DAY_MS) === spanStart(sentAt, DAY_MS) &&
      Math.abs(at - sentAt) <= REPEATED_MS,
  )
}

/** True for records that are in the numbers, in contrast to those that are refused. */
export function isCounted({ verdict }: Judged): boolean {
  return verdict === 'message' || verdict === 'event'
}

/** The record that took a minute; every other run stays out of it. */
export function ownerOf(ofChannel: readonly Judged[], minute: number): Judged | undefined {
  return ofChannel.find(
    (other) => isCounted(other) && other.at !== null && spanStart(other.at, MINUTE_MS) === minute,
  )
}

function believedTime(record: ChatRecord, appendMs: number): number | null {
  const own = record.value.sentAt
  if (own === null) return record.kind === 'roomState' ? appendMs : null
  return own >= EARLIEST_SENT_MS && own <= appendMs + AHEAD_MS ? own : null
}

function dropReason(
  ofChannel: readonly Judged[],
  run: string,
  at: number | null,
  appendMs: number,
): DropReason | null {
  if (at === null) return 'bad-time'
  const minute = spanStart(at, MINUTE_MS)
  const owner = ownerOf(ofChannel, minute)
  if (owner !== undefined && owner.record.value.run !== run) return 'overlap'
  if (run !== LIVE_RUN && minute + MINUTE_MS > appendMs) return 'too-new'
  return null
}

function newestOf(ofRun: readonly Judged[]): number | null {
  const times = ofRun
    .filter((other) => isCounted(other) && other.record.kind !== 'roomState')
    .flatMap((other) => (other.at === null ? [] : [other.at]))
  return times.length === 0 ? null : times.reduce((max, time) => Math.max(max, time))
}

/** Everything of a run with valid tags and time, counted or not, that no finished import has forgotten. */
function sightings(
  ofRun: readonly Judged[],
  log: readonly LogEntry[],
  channelId: string,
  run: string,
): Judged[] {
  const finished = log.findLast(
    ({ record }) =>
      record.kind === 'importFinished' && record.value.channelId === channelId && record.value.run === run,
  )
  return ofRun.filter(
    (other) =>
      other.record.kind !== 'broken' &&
      other.record.kind !== 'roomState' &&
      other.at !== null &&
      other.offset > (finished?.offset ?? -1),
  )
}

function identityOf(record: ChatRecord): string | null {
  switch (record.kind) {
    case 'message':
    case 'notice':
      return JSON.stringify(['id', record.value.id])
    case 'clearMessage':
      return JSON.stringify(['deletion', record.value.targetMessageId, record.value.sentAt])
    case 'clearChat': {
      const { targetUserId, targetLogin, durationSeconds, sentAt } = record.value
      const target = targetUserId !== null ? ['id', targetUserId] : ['login', targetLogin]
      return JSON.stringify(['clear', ...target, durationSeconds, sentAt])
    }
    case 'roomState':
    case 'broken':
      return null
  }
}

function authorOf(remembered: readonly Judged[], messageId: string): string | null {
  const identity = JSON.stringify(['id', messageId])
  const found = remembered.find((sighting) => identityOf(sighting.record) === identity)
  if (found?.record.kind !== 'message') return null
  const { sourceRoomId, channelId, userId } = found.record.value
  return isForeign(sourceRoomId, channelId) ? null : userId
}

function statesOf(ofChannel: readonly Judged[]): StateSeen[] {
  return ofChannel.flatMap(({ record, verdict, at }) =>
    record.kind === 'roomState' && verdict === 'event' && at !== null ? [{ state: record.value, at }] : [],
  )
}

function settingsOf(log: readonly LogEntry[], channelId: string): SettingsInForce | null {
  const last = log.findLast(
    ({ record }) => record.kind === 'channelSettings' && record.value.channelId === channelId,
  )
  return last?.record.kind === 'channelSettings' ? last.record.value : null
}
