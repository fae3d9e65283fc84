/** A counted event becomes a row of its own: ids and figures, no text (interface.md, events). */
import {
  type ChatRecord,
  type EventKind,
  type EventRow,
  eventRow,
  eventsPartition,
  NAMED_NOTICES,
  type Notice,
  otherNoticeKind,
} from '@smacktalk/contract'
import type { CountingContext } from './counting-context.ts'
import type { Judgement } from './judge.ts'
import { isForeign } from './message-text.ts'
import { Written } from './written.ts'

const NOTICE_EVENTS: Readonly<Record<string, EventKind>> = {
  subs: 'sub',
  resubs: 'resub',
  gifts: 'gift',
  giftBombs: 'giftBomb',
  raids: 'raid',
  announcements: 'announcement',
}

const EMPTY = {
  notice: null,
  userId: null,
  login: null,
  displayName: null,
  targetId: null,
  targetLogin: null,
  plan: null,
  months: null,
  amount: null,
  mode: null,
} as const

export function writeEvent(
  context: CountingContext,
  record: ChatRecord,
  judgement: Extract<Judgement, { kind: 'counted' }>,
): void {
  const { sentAt, mode, deletedAuthor } = judgement
  let event: Partial<EventRow> & { kind: EventKind }
  switch (record.kind) {
    case 'message':
    case 'broken':
      return
    case 'notice':
      event = noticeEvent(record.value)
      break
    case 'clearChat': {
      const { targetUserId, targetLogin, durationSeconds } = record.value
      const hasTarget = targetUserId !== null || targetLogin !== null
      const kind = !hasTarget ? 'chatClear' : durationSeconds === null ? 'ban' : 'timeout'
      event = { kind, targetId: targetUserId, targetLogin, amount: hasTarget ? durationSeconds : null }
      break
    }
    case 'clearMessage':
      event = { kind: 'deletion', targetId: deletedAuthor, targetLogin: record.value.login }
      break
    case 'roomState':
      if (mode?.kind !== 'changed') return
      event = { kind: 'mode', mode: mode.mode, amount: mode.value }
      break
  }
  if (record.kind !== 'notice' && record.kind !== 'roomState' && isForeign(record.value)) {
    event = { kind: 'sharedModeration' }
  }
  const partition = eventsPartition(record.value.channelId, sentAt)
  const row = eventRow(sentAt, context.position)
  const value = nameless(context, { ...EMPTY, ...event, at: sentAt })
  context.cache.writeOnce({ table: 'events', partition, row }, new Written(value))
}

function noticeEvent(notice: Notice): Partial<EventRow> & { kind: EventKind } {
  if (isForeign(notice)) return { kind: 'notice', notice: 'sharedchatnotice' }
  const msgId = notice.sourceRoomId !== null && notice.sourceMsgId ? notice.sourceMsgId : notice.msgId
  const counted = Object.hasOwn(NAMED_NOTICES, msgId) ? NAMED_NOTICES[msgId] : undefined
  return {
    kind: counted === undefined ? 'notice' : NOTICE_EVENTS[counted]!,
    notice: counted === undefined ? otherNoticeKind(msgId) : null,
    userId: notice.userId,
    login: notice.login === '' ? null : notice.login,
    displayName: notice.displayName === '' ? null : notice.displayName,
    targetId: notice.recipientId,
    targetLogin: notice.recipientLogin,
    plan: notice.plan,
    months: atMostNineDigits(notice.months),
    amount: counted === 'raids' ? notice.viewerCount : counted === 'giftBombs' ? notice.massGiftCount : null,
  }
}

/** People who asked to be left out stay without a name in the list of events too. */
function nameless({ clock }: CountingContext, event: EventRow): EventRow {
  const actor = clock.isOptedOut(event.userId ?? '', event.login ?? '')
  const target = clock.isOptedOut(event.targetId ?? '', event.targetLogin ?? '')
  return {
    ...event,
    ...(actor ? { userId: null, login: null, displayName: null } : {}),
    ...(target ? { targetId: null, targetLogin: null } : {}),
  }
}

/** Numbers in tags have at most nine digits, else they are as if absent (metrics.md). */
function atMostNineDigits(value: number | null): number | null {
  return value !== null && value >= 0 && value <= 999_999_999 ? value : null
}
