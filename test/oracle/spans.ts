/** Minutes, hours and days of one channel: every span gathers its records and counts them from nothing. */
import {
  type Counts,
  emptyClasses,
  emptyCounts,
  otherNoticeKind,
  SECOND_MS,
  SHARED,
  spanStart,
} from '@smacktalk/contract'
import { isCounted, type Judged } from './judging.ts'
import { badgeNames, isForeign, messageFacts, nineDigits } from './message-facts.ts'
import { isOptedOut } from './opt-out.ts'

export interface SpanCount {
  /** By class: bot 1 + command 2 + shared 4. */
  messages: number[]
  characters: number[]
  emoteUses: number[]
  /** User ids of those who wrote here and did not opt out. */
  chatters: Set<string>
  /** Every name that is one number. */
  counts: Counts
  otherNoticesByKind: Map<string, number>
  droppedByReason: Map<string, number>
  peakPerSecond: number
}

export function emptySpan(): SpanCount {
  return {
    messages: emptyClasses(),
    characters: emptyClasses(),
    emoteUses: emptyClasses(),
    chatters: new Set(),
    counts: emptyCounts(),
    otherNoticesByKind: new Map(),
    droppedByReason: new Map(),
    peakPerSecond: 0,
  }
}

/** Spans by their start, ms, ascending; a span is there when at least one record, counted or refused, is in it. */
export function countSpans(ofChannel: readonly Judged[], sizeMs: number): Map<number, SpanCount> {
  const placed = ofChannel.filter(({ verdict }) => verdict !== 'already-judged')
  const starts = new Set(placed.map((each) => spanStart(placeOf(each), sizeMs)))
  const spans = new Map<number, SpanCount>()
  for (const start of [...starts].sort((a, b) => a - b)) {
    spans.set(start, countSpan(placed.filter((each) => spanStart(placeOf(each), sizeMs) === start)))
  }
  return spans
}

function placeOf(judged: Judged): number {
  return isCounted(judged) && judged.at !== null ? judged.at : judged.refusedAt
}

function countSpan(records: readonly Judged[]): SpanCount {
  const span = emptySpan()
  for (const judged of records) {
    if (isCounted(judged)) countOne(span, judged)
    else countRefused(span, judged)
  }
  const seconds = records
    .filter(({ verdict }) => verdict === 'message')
    .map((judged) => spanStart(placeOf(judged), SECOND_MS))
  for (const second of seconds) {
    const inIt = seconds.filter((other) => other === second).length
    span.peakPerSecond = Math.max(span.peakPerSecond, inIt)
  }
  return span
}

function countRefused(span: SpanCount, { verdict }: Judged): void {
  if (verdict === 'duplicate') span.counts.duplicates++
  else if (verdict === 'late') span.counts.late++
  else {
    span.counts.dropped++
    addTo(span.droppedByReason, verdict.replace('dropped: ', ''))
  }
}

function countOne(span: SpanCount, judged: Judged): void {
  const { record } = judged
  switch (record.kind) {
    case 'message':
      countMessage(span, judged)
      break
    case 'notice':
      countNotice(span, judged)
      break
    case 'clearChat': {
      const { sourceRoomId, channelId, targetUserId, targetLogin } = record.value
      if (isForeign(sourceRoomId, channelId)) break
      const seconds = nineDigits(record.value.durationSeconds)
      if (targetUserId === null && targetLogin === null) span.counts.chatClears++
      else if (seconds === null) span.counts.bans++
      else {
        span.counts.timeouts++
        span.counts.timeoutSeconds += seconds
      }
      break
    }
    case 'clearMessage':
      if (!isForeign(record.value.sourceRoomId, record.value.channelId)) span.counts.deletions++
      break
    case 'roomState':
      if (judged.modeChange) span.counts.modeChanges++
      break
    case 'broken':
      break
  }
}

function countMessage(span: SpanCount, { record, settings }: Judged): void {
  if (record.kind !== 'message') return
  const message = record.value
  const facts = messageFacts(message, settings)
  const at = facts.messageClass
  span.messages[at] = (span.messages[at] ?? 0) + 1
  span.characters[at] = (span.characters[at] ?? 0) + facts.characters
  span.emoteUses[at] = (span.emoteUses[at] ?? 0) + facts.emoteUses
  if ((at & SHARED) !== 0) return

  const badges = badgeNames(message.badges)
  const hasAny = (...names: readonly string[]): number =>
    names.some((name) => badges.includes(name)) ? 1 : 0
  const bits = nineDigits(message.bits) ?? 0
  const { counts } = span
  if (!isOptedOut(settings, message.userId, message.login)) span.chatters.add(message.userId)
  counts.emoteMessages += facts.emoteUses > 0 ? 1 : 0
  counts.newChatters += message.firstMessage ? 1 : 0
  counts.returningChatters += message.returningChatter ? 1 : 0
  counts.replies += message.replyParentId !== null ? 1 : 0
  counts.subscriberMessages += hasAny('subscriber', 'founder')
  counts.moderatorMessages += hasAny('moderator', 'lead_moderator')
  counts.vipMessages += hasAny('vip')
  counts.bits += bits
  counts.cheers += bits > 0 ? 1 : 0
  counts.badEmoteRanges += facts.badEmoteRanges
}

function countNotice(span: SpanCount, { record }: Judged): void {
  if (record.kind !== 'notice') return
  const { counts } = span
  const { sourceRoomId, sourceMsgId, channelId, msgId } = record.value
  const foreign = isForeign(sourceRoomId, channelId)
  const own = sourceRoomId === channelId && sourceMsgId !== null && sourceMsgId !== '' ? sourceMsgId : msgId
  const kind = foreign ? 'sharedchatnotice' : own
  switch (kind) {
    case 'sub':
      counts.subs++
      break
    case 'resub':
      counts.resubs++
      break
    case 'subgift':
    case 'anonsubgift':
      counts.gifts++
      break
    case 'submysterygift':
    case 'anonsubmysterygift':
      counts.giftBombs++
      break
    case 'raid':
      counts.raids++
      counts.raidViewers += nineDigits(record.value.viewerCount) ?? 0
      break
    case 'announcement':
      counts.announcements++
      break
    default:
      counts.otherNotices++
      addTo(span.otherNoticesByKind, otherNoticeKind(kind))
  }
}

function addTo(tallies: Map<string, number>, name: string): void {
  tallies.set(name, (tallies.get(name) ?? 0) + 1)
}
