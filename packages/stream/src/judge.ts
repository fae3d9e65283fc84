/** Judging a record: dropped, late, duplicate or counted, in this order (metrics.md, Judging a record). */
import {
  type ChatRecord,
  type DropReason,
  EARLIEST_SENT_MS,
  hash53,
  hash64,
  isDropReason,
  LIVE_RUN,
  MINUTE_MS,
  type Sighting,
  spanStart,
  UNREADABLE_TIME,
} from '@smacktalk/contract'
import { type ChannelClock, type Run, WORDS_LOOKBACK_MS } from './channel-clock.ts'
import type { ModeOutcome } from './channel-modes.ts'
import type { ChannelRows } from './channel-rows.ts'
import { AHEAD_MS, type FoldSettings } from './fold-settings.ts'
import { isForeign, type MessageText } from './message-text.ts'

export type Judgement =
  | {
      readonly kind: 'counted'
      readonly sentAt: number
      /** Send times below it can change nothing any more in this run. */
      readonly limit: number
      readonly mode: ModeOutcome | null
      /** Author of the message a CLEARMSG deletes, when it is remembered. */
      readonly deletedAuthor: string | null
      /** The author wrote the same text a moment ago: it gives no words again. */
      readonly repeated: boolean
    }
  | { readonly kind: 'duplicate'; readonly countAt: number }
  | { readonly kind: 'late'; readonly countAt: number }
  | { readonly kind: 'dropped'; readonly reason: DropReason; readonly countAt: number }
  /** A line of an import that was judged before: counts nowhere. */
  | { readonly kind: 'already-judged' }

/** Send time of a record in ms; a ROOMSTATE without one takes the time of appending. */
export function sentAtOf(record: ChatRecord, appendMs: number): number {
  if (record.kind === 'broken') return record.value.sentAt ?? UNREADABLE_TIME
  return record.value.sentAt ?? appendMs
}

/** Whether a send time is believed, for a record appended at `appendMs`. */
export function isBelievable(sentAt: number, appendMs: number): boolean {
  return sentAt >= EARLIEST_SENT_MS && sentAt <= appendMs + AHEAD_MS
}

/** What a record is recognised by when it comes again; null where only other rules apply (ROOMSTATE). */
export function identityOf(record: ChatRecord): string | null {
  switch (record.kind) {
    case 'message':
    case 'notice':
      return record.value.id
    // A control character starts the made-up identities: no message id can be equal to one of them.
    case 'clearMessage':
      return `\u0001d ${record.value.sentAt} ${record.value.targetMessageId}`
    case 'clearChat': {
      const { targetUserId, targetLogin, durationSeconds, sentAt } = record.value
      const target = targetUserId ?? (targetLogin === null ? '' : `@${targetLogin}`)
      return `\u0001c ${sentAt} ${durationSeconds ?? ''} ${target}`
    }
    case 'roomState':
    case 'broken':
      return null
  }
}

/** What is remembered of a record; null where only other rules apply (ROOMSTATE, broken lines). */
export function sightingOf(record: ChatRecord, facts: MessageText | null, position: number): Sighting | null {
  const identity = identityOf(record)
  if (identity === null || record.value.sentAt === null) return null
  const { sentAt } = record.value
  if (record.kind !== 'message' || facts === null) {
    return { identity, sentAt, position, author: '', textHash: 0, shared: false }
  }
  const { userId } = record.value
  return {
    identity,
    sentAt,
    position,
    author: userId,
    textHash: hash53(facts.lower, hash64(userId).low),
    shared: isForeign(record.value),
  }
}

/**
 * Judges a record and updates the channel's clock and memory. The channel's rows tell who owns a minute; an
 * owner at a higher position than the record is one that was not there yet. No rows: the channel is not known.
 */
export function judge(
  record: ChatRecord,
  sighting: Sighting | null,
  position: number,
  appendMs: number,
  clock: ChannelClock,
  settings: FoldSettings,
  rows: ChannelRows | null,
): Judgement {
  const { run: runName, line } = record.value
  const run = clock.run(runName, settings)
  const wasJudged = runName !== LIVE_RUN && line <= run.line
  if (runName !== LIVE_RUN) run.line = Math.max(run.line, line)
  const sentAt = sentAtOf(record, appendMs)
  const believable = isBelievable(sentAt, appendMs)
  const countAt = run.newest ?? (believable ? sentAt : appendMs)

  let judgement: Judgement
  if (wasJudged) judgement = { kind: 'already-judged' }
  else if (record.kind === 'broken') {
    judgement = { kind: 'dropped', reason: reasonOf(record.value.reason), countAt }
  } else if (rows === null) judgement = { kind: 'dropped', reason: 'no-room', countAt }
  else if (!believable) judgement = { kind: 'dropped', reason: 'bad-time', countAt }
  else {
    const limit = run.limit(appendMs, settings)
    judgement = judgeTimely(record, sighting, sentAt, position, appendMs, clock, run, limit, countAt, rows)
  }
  if (judgement.kind === 'counted' && record.kind !== 'roomState') {
    run.newest = Math.max(run.newest ?? sentAt, sentAt)
    run.oldest = Math.min(run.oldest ?? sentAt, sentAt)
  }
  // Counted or not: what is remembered depends on the log alone, so that a read-back finds the same.
  if (sighting !== null && believable) run.remember(sighting, appendMs, settings)
  return judgement
}

function judgeTimely(
  record: Exclude<ChatRecord, { kind: 'broken' }>,
  sighting: Sighting | null,
  sentAt: number,
  position: number,
  appendMs: number,
  clock: ChannelClock,
  run: Run,
  limit: number,
  countAt: number,
  rows: ChannelRows,
): Judgement {
  const minute = spanStart(sentAt, MINUTE_MS)
  const owner = rows.ownerOf(minute)
  if (owner !== undefined && owner.ownerPosition < position && owner.ownerRun !== run.name) {
    return { kind: 'dropped', reason: 'overlap', countAt }
  }
  if (run.name !== LIVE_RUN && minute + MINUTE_MS > appendMs) {
    return { kind: 'dropped', reason: 'too-new', countAt }
  }
  if (sentAt < limit) return { kind: 'late', countAt }

  if (record.kind === 'roomState') {
    const mode = clock.modes.outcome(record.value, sentAt)
    if (mode.kind === 'copy') return { kind: 'duplicate', countAt }
    clock.modes.apply(record.value, sentAt, mode)
    return { kind: 'counted', sentAt, limit, mode, deletedAuthor: null, repeated: false }
  }
  if (sighting === null) throw new Error(`A ${record.kind} record has no identity to be recognised by.`)
  if (run.sightings.has(sighting.identity, limit, position)) return { kind: 'duplicate', countAt }
  let deletedAuthor: string | null = null
  if (record.kind === 'clearMessage') {
    const deleted = run.sightings.find(record.value.targetMessageId, limit, position)
    deletedAuthor = deleted === undefined || deleted.shared || deleted.author === '' ? null : deleted.author
  }
  const repeated = record.kind === 'message' && run.sightings.hasText(sighting, WORDS_LOOKBACK_MS)
  return { kind: 'counted', sentAt, limit, mode: null, deletedAuthor, repeated }
}

function reasonOf(text: string): DropReason {
  return isDropReason(text) ? text : 'malformed'
}
