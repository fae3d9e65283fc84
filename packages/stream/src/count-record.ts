/** Counting a judged record: which rows it touches and what it adds to each. */
import {
  type ChatRecord,
  type ClearChat,
  type ClearMessage,
  NAMED_NOTICES,
  type Notice,
  otherNoticeKind,
} from '@smacktalk/contract'
import { countMessage } from './count-message.ts'
import type { CountingContext } from './counting-context.ts'
import type { Judgement } from './judge.ts'
import { isForeign, type MessageText } from './message-text.ts'
import { increment, type Span } from './span.ts'
import { userDay } from './user-index.ts'
import { writeEvent } from './write-event.ts'

type Counted = Extract<Judgement, { kind: 'counted' }>

/** Counts a duplicate, late or dropped record in the minute, hour and day of `countAt`. */
export function countUncounted(
  context: CountingContext,
  judgement: Extract<Judgement, { kind: 'duplicate' | 'late' | 'dropped' }>,
): void {
  eachSpan(context, judgement.countAt, (span) => {
    if (judgement.kind === 'duplicate') span.counts.duplicates++
    else if (judgement.kind === 'late') span.counts.late++
    else {
      span.counts.dropped++
      increment(span.dropped, judgement.reason)
    }
  })
}

export function countRecord(
  context: CountingContext,
  record: ChatRecord,
  text: MessageText | null,
  judgement: Counted,
): void {
  const { sentAt } = judgement
  const { minute } = context.rows.at(sentAt)
  if (context.cache.touch(minute) && minute.state.ownerRun === '') {
    minute.state.ownerRun = record.value.run
    minute.state.ownerPosition = context.position
  }
  seeChannelName(context, record, sentAt)
  if (record.kind === 'message') {
    if (text !== null) countMessage(context, record.value, text, judgement)
    return
  }
  writeEvent(context, record, judgement)
  switch (record.kind) {
    case 'notice':
      eachSpan(context, sentAt, (span) => countNotice(span, record.value))
      context.moments.notice(record.value)
      break
    case 'clearChat':
      countClearChat(context, record.value, sentAt)
      context.moments.clearChat(record.value)
      break
    case 'clearMessage':
      countDeletion(context, record.value, judgement)
      break
    case 'roomState':
      if (judgement.mode?.kind !== 'changed') break
      eachSpan(context, sentAt, ({ counts }) => {
        counts.modeChanges++
      })
      context.moments.mode(record.value, sentAt, judgement.mode)
      break
    case 'broken':
      break
  }
}

function countDeletion(context: CountingContext, deletion: ClearMessage, judgement: Counted): void {
  if (isForeign(deletion)) return
  const { sentAt, deletedAuthor } = judgement
  eachSpan(context, sentAt, ({ counts }) => {
    counts.deletions++
  })
  const login = deletion.login ?? ''
  if (deletedAuthor === null || context.clock.isOptedOut(deletedAuthor, login)) return
  countModeration(context, 'deletions', deletedAuthor, login, sentAt)
}

function countNotice(span: Span, notice: Notice): void {
  const { counts } = span
  let kind = notice.msgId
  if (isForeign(notice)) kind = 'sharedchatnotice'
  else if (notice.sourceRoomId !== null && notice.sourceMsgId) kind = notice.sourceMsgId
  const name = Object.hasOwn(NAMED_NOTICES, kind) ? NAMED_NOTICES[kind] : undefined
  if (name === undefined) {
    counts.otherNotices++
    increment(span.otherNotices, otherNoticeKind(kind))
    return
  }
  counts[name]++
  if (name === 'raids') counts.raidViewers += notice.viewerCount ?? 0
}

function countClearChat(context: CountingContext, clear: ClearChat, sentAt: number): void {
  if (isForeign(clear)) return
  const hasTarget = clear.targetUserId !== null || clear.targetLogin !== null
  const { durationSeconds } = clear
  eachSpan(context, sentAt, ({ counts }) => {
    if (!hasTarget) counts.chatClears++
    else if (durationSeconds === null) counts.bans++
    else {
      counts.timeouts++
      counts.timeoutSeconds += durationSeconds
    }
  })
  const userId = clear.targetUserId
  const login = clear.targetLogin ?? ''
  if (userId === null || context.clock.isOptedOut(userId, login)) return
  countModeration(context, durationSeconds === null ? 'bans' : 'timeouts', userId, login, sentAt)
}

function countModeration(
  context: CountingContext,
  kind: 'timeouts' | 'bans' | 'deletions',
  userId: string,
  login: string,
  sentAt: number,
): void {
  const day = userDay(context, userId, login, sentAt)
  if (context.cache.touch(day)) day.state.countModeration(kind, sentAt, login)
}

function seeChannelName({ rows, cache }: CountingContext, record: ChatRecord, sentAt: number): void {
  const { channelId, channelLogin } = record.value
  if (channelLogin === '') return
  const owner =
    record.kind === 'message' && record.value.userId === channelId ? record.value.displayName : null
  const names = rows.names()
  if (names.state.isNews(channelLogin, sentAt, owner) && cache.touch(names)) {
    names.state.see(channelLogin, sentAt, owner)
  }
  const use = rows.nameUse(channelLogin)
  if (use.state.isNews(sentAt) && cache.touch(use)) use.state.see(sentAt)
}

function eachSpan({ rows, changed, cache }: CountingContext, at: number, change: (span: Span) => void): void {
  const found = rows.at(at)
  const { minute, hour, day } = found
  if (cache.touch(minute)) change(minute.state)
  if (cache.touch(hour)) change(hour.state)
  if (cache.touch(day)) change(day.state)
  changed.seeSpans(found)
}
