/** Counting a judged record: which rows it touches and what it adds to each. */
import {
  BOT,
  type ChatRecord,
  type ClearChat,
  type ClearMessage,
  COMMAND,
  DAY_MS,
  type Message,
  NAMED_NOTICES,
  type Notice,
  otherNoticeKind,
  SHARED,
  spanStart,
  userChannelsPartition,
  userNamesPartition,
  utcDay,
} from '@smacktalk/contract'
import { parseBadges } from './badges.ts'
import { countTops } from './count-tops.ts'
import type { CountingContext } from './counting-context.ts'
import { countEmotes, parseEmoteRanges } from './emote-ranges.ts'
import type { Judgement } from './judge.ts'
import { isForeign, type MessageText } from './message-text.ts'
import type { CachedRow } from './row-cache.ts'
import { increment, type Span } from './span.ts'
import { codePoints, isCommand } from './text.ts'
import type { UserDay } from './user-day.ts'
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
  const { run } = record.value
  context.touch(context.rows.minute(sentAt), (minute) => {
    if (minute.ownerRun !== '') return
    minute.ownerRun = run
    minute.ownerPosition = context.position
  })
  seeChannelName(context, record, sentAt)
  writeEvent(context, record, judgement)
  switch (record.kind) {
    case 'message':
      if (text !== null) countMessage(context, record.value, text, judgement)
      break
    case 'notice':
      eachSpan(context, sentAt, (span) => countNotice(span, record.value))
      break
    case 'clearChat':
      countClearChat(context, record.value, sentAt)
      break
    case 'clearMessage':
      countDeletion(context, record.value, judgement)
      break
    case 'roomState':
      if (judgement.mode?.kind !== 'changed') break
      eachSpan(context, sentAt, ({ counts }) => {
        counts.modeChanges++
      })
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
  context.touch(userDay(context, deletedAuthor, login, sentAt), (day) =>
    day.countModeration('deletions', sentAt, login),
  )
}

function countMessage(
  context: CountingContext,
  message: Message,
  text: MessageText,
  judgement: Counted,
): void {
  const { clock, rows, changed } = context
  const { sentAt, limit } = judgement
  const badges = parseBadges(message.badges)
  const { unwrapped, plain } = text
  const emotes =
    message.emotes === '' ? { uses: [], bad: 0 } : parseEmoteRanges(message.emotes, codePoints(unwrapped))
  const isBot = badges.bot || clock.bots.has(message.login)
  const isShared = isForeign(message)
  const messageClass =
    (isBot ? BOT : 0) + (isCommand(plain, clock.commandPrefix) ? COMMAND : 0) + (isShared ? SHARED : 0)
  const characters = codePoints(plain)
  const emoteUses = emotes.uses.length
  const named = !clock.isOptedOut(message.userId, message.login)
  if (!named) clock.hideLogin(message.login, message.userId)
  const bits = message.bits ?? 0

  eachSpan(context, sentAt, (span) => {
    span.messages[messageClass]!++
    span.characters[messageClass]! += characters
    span.emoteUses[messageClass]! += emoteUses
    span.countSecond(message.run, sentAt, limit)
    if (isShared) return
    const { counts } = span
    if (named) span.chatters.add(message.userId)
    counts.badEmoteRanges += emotes.bad
    if (emoteUses > 0) counts.emoteMessages++
    if (message.firstMessage) counts.newChatters++
    if (message.returningChatter) counts.returningChatters++
    if (message.replyParentId !== null) counts.replies++
    if (badges.subscriber) counts.subscriberMessages++
    if (badges.moderator) counts.moderatorMessages++
    if (badges.vip) counts.vipMessages++
    if (bits > 0) {
      counts.bits += bits
      counts.cheers++
    }
  })

  let second: number | null = null
  const recents = rows.recents()
  context.touch(recents, (ring) => {
    second = ring.count(sentAt, messageClass)
  })
  if (second !== null) {
    changed.recents = recents
    changed.seconds.add(second)
  }

  if (isShared) return
  const counted = countEmotes(emotes.uses, unwrapped)
  countTops(context, message, text, { ranges: emotes.uses, counted }, messageClass, named, judgement)
  if (!named) return
  context.touch(userDay(context, message.userId, message.login, sentAt), (day) =>
    day.countMessage({
      sentAt,
      messageClass,
      characters,
      emoteUses,
      isReply: message.replyParentId !== null,
      bits,
      login: message.login,
      displayName: message.displayName,
      badges: message.badges,
      emotes: counted,
    }),
  )
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
  context.touch(userDay(context, userId, login, sentAt), (day) =>
    day.countModeration(durationSeconds === null ? 'bans' : 'timeouts', sentAt, login),
  )
}

function seeChannelName(context: CountingContext, record: ChatRecord, sentAt: number): void {
  const { channelId, channelLogin } = record.value
  if (channelLogin === '') return
  const owner =
    record.kind === 'message' && record.value.userId === channelId ? record.value.displayName : null
  const names = context.rows.names()
  if (names.state.isNews(channelLogin, sentAt, owner)) {
    context.touch(names, (state) => state.see(channelLogin, sentAt, owner))
  }
  const use = context.rows.nameUse(channelLogin)
  if (use.state.isNews(sentAt)) context.touch(use, (state) => state.see(sentAt))
}

function eachSpan(context: CountingContext, at: number, change: (span: Span) => void): void {
  const { rows, changed, touch } = context
  const minute = rows.minute(at)
  const hour = rows.hour(at)
  const day = rows.day(at)
  touch(minute, change)
  touch(hour, change)
  touch(day, change)
  changed.minutes.add(minute)
  changed.hours.add(hour)
  changed.days.add(day)
}

/** A person's day; the first time it is touched under a name, the indexes learn of it. */
function userDay(context: CountingContext, userId: string, login: string, at: number): CachedRow<UserDay> {
  const row = context.rows.userDay(at, userId)
  if (row.state.isNoted(login)) return row
  const { channelId } = context.clock
  const day = utcDay(at)
  const fact = { day: spanStart(at, DAY_MS) }
  const { writeOnce } = context
  writeOnce(
    { table: 'user_channels', partition: userChannelsPartition(userId), row: `${channelId}/${day}` },
    fact,
  )
  if (login === '') return row
  const name = `${userId}/${channelId}/${day}`
  writeOnce({ table: 'user_names', partition: userNamesPartition(login), row: name }, fact)
  return row
}
