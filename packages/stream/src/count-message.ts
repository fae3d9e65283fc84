/** Counting a message: the spans it lies in, the live ring, the top lists and its author's day. */
import { BOT, COMMAND, codePoints, type Message, SHARED } from '@smacktalk/contract'
import { parseBadges } from './badges.ts'
import { countTops } from './count-tops.ts'
import type { CountingContext } from './counting-context.ts'
import type { MinuteRows } from './day-rows.ts'
import { countEmotes, emotesOf } from './emote-ranges.ts'
import type { Judgement } from './judge.ts'
import { isForeign, type MessageText } from './message-text.ts'
import type { MessageFigures } from './span.ts'
import { isCommand } from './text.ts'
import type { UserDay } from './user-day.ts'
import { userDay } from './user-index.ts'

export function countMessage(
  context: CountingContext,
  message: Message,
  text: MessageText,
  judgement: Extract<Judgement, { kind: 'counted' }>,
): void {
  const { clock, cache } = context
  const { sentAt, limit, repeated } = judgement
  const badges = parseBadges(message.badges)
  const { uses, bad } = emotesOf(message, text)
  const isBot = badges.bot || clock.bots.has(message.login)
  const shared = isForeign(message)
  const messageClass =
    (isBot ? BOT : 0) + (isCommand(text.plain, clock.commandPrefix) ? COMMAND : 0) + (shared ? SHARED : 0)
  const named = !clock.isOptedOut(message.userId, message.login)
  if (!named) clock.hideLogin(message.login, message.userId)
  const figures: MessageFigures = {
    run: message.run,
    sentAt,
    limit,
    messageClass,
    characters: text.ascii ? text.plain.length : codePoints(text.plain),
    emoteUses: uses.length,
    shared,
    badEmoteRanges: bad,
    bits: message.bits ?? 0,
    firstMessage: message.firstMessage,
    returningChatter: message.returningChatter,
    reply: message.replyParentId !== null,
    badges,
  }
  const rows = context.rows.at(sentAt)
  const author = named && !shared ? userDay(context, message.userId, message.login, sentAt) : null
  countInSpans(context, rows, figures, message.userId, author?.state ?? null)
  countInRing(context, sentAt, messageClass)
  if (shared) return
  const emotes = { uses, counted: countEmotes(uses, text) }
  const command = (messageClass & COMMAND) !== 0
  if (!isBot) context.moments.message(message, text, command, emotes.counted, repeated)
  countTops(context, rows, message, text, emotes, messageClass, named, repeated)
  if (author !== null && cache.touch(author)) author.state.countMessage(message, figures, emotes.counted)
}

/** `author` is null when the message names no chatter. */
function countInSpans(
  { cache, changed }: CountingContext,
  rows: MinuteRows,
  figures: MessageFigures,
  userId: string,
  author: UserDay | null,
): void {
  const { minute, hour, day } = rows
  if (cache.touch(minute)) {
    minute.state.countMessage(figures)
    if (author !== null && !author.isChatterOfMinute(minute.state)) minute.state.chatters.add(userId)
  }
  if (cache.touch(hour)) {
    hour.state.countMessage(figures)
    if (author !== null && !author.isChatterOfHour(hour.state)) hour.state.chatters.add(userId)
  }
  if (cache.touch(day)) {
    day.state.countMessage(figures)
    if (author !== null && !author.isChatterOfDay(day.state)) day.state.chatters.add(userId)
  }
  changed.seeSpans(rows)
}

function countInRing({ rows, cache, changed }: CountingContext, sentAt: number, messageClass: number): void {
  const recents = rows.recents()
  if (!cache.touch(recents)) return
  const second = recents.state.count(sentAt, messageClass)
  if (second !== null) changed.seeSecond(recents, second)
}
