/** What a counted record adds to its minute (metrics.md, Per channel). */
import {
  type ChatRecord,
  type ClearChat,
  type Message,
  NAMED_NOTICES,
  type Notice,
  otherNoticeKind,
  SHARED,
} from '@smacktalk/contract'
import { hasBadge, isForeign, type MessageFacts, type SettingsInForce } from './message-facts.ts'
import { increase, type MinuteCount } from './span-count.ts'

/** Mode changes are counted where they are judged. */
export function countRecord(
  minute: MinuteCount,
  record: ChatRecord,
  facts: MessageFacts | null,
  settings: SettingsInForce,
  at: number,
): void {
  switch (record.kind) {
    case 'message':
      if (facts !== null) countMessage(minute, record.value, facts, settings, at)
      return
    case 'notice':
      countNotice(minute, record.value)
      return
    case 'clearChat':
      countClear(minute, record.value)
      return
    case 'clearMessage':
      if (!isForeign(record.value.sourceRoomId, record.value.channelId)) minute.counts.deletions++
      return
    case 'roomState':
    case 'broken':
      return
  }
}

function countMessage(
  minute: MinuteCount,
  message: Message,
  { messageClass, characters, emoteUses, badEmoteRanges }: MessageFacts,
  { optOut }: SettingsInForce,
  at: number,
): void {
  minute.messages[messageClass]! += 1
  minute.characters[messageClass]! += characters
  minute.emoteUses[messageClass]! += emoteUses
  minute.addSecond(at)
  if ((messageClass & SHARED) !== 0) return
  const { counts } = minute
  const { badges } = message
  const one = (fact: boolean): number => (fact ? 1 : 0)
  if (!optOut.has(message.userId) && !optOut.has(message.login)) minute.addChatter(message.userId)
  counts.badEmoteRanges += badEmoteRanges
  counts.emoteMessages += one(emoteUses > 0)
  counts.newChatters += one(message.firstMessage)
  counts.returningChatters += one(message.returningChatter)
  counts.replies += one(message.replyParentId !== null)
  counts.subscriberMessages += one(hasBadge(badges, 'subscriber', 'founder'))
  counts.moderatorMessages += one(hasBadge(badges, 'moderator', 'lead_moderator'))
  counts.vipMessages += one(hasBadge(badges, 'vip'))
  counts.bits += message.bits ?? 0
  counts.cheers += one((message.bits ?? 0) > 0)
}

function countNotice({ counts, otherNotices }: MinuteCount, notice: Notice): void {
  const { sourceRoomId, sourceMsgId, channelId, msgId, viewerCount } = notice
  let kind = msgId
  if (isForeign(sourceRoomId, channelId)) kind = 'sharedchatnotice'
  else if (sourceRoomId !== null) kind = sourceMsgId === null || sourceMsgId === '' ? msgId : sourceMsgId
  const name = Object.hasOwn(NAMED_NOTICES, kind) ? NAMED_NOTICES[kind] : undefined
  if (name === undefined) {
    counts.otherNotices++
    increase(otherNotices, otherNoticeKind(kind))
    return
  }
  counts[name]++
  if (name === 'raids') counts.raidViewers += viewerCount ?? 0
}

function countClear({ counts }: MinuteCount, clear: ClearChat): void {
  if (isForeign(clear.sourceRoomId, clear.channelId)) return
  if (clear.targetUserId === null && clear.targetLogin === null) counts.chatClears++
  else if (clear.durationSeconds === null) counts.bans++
  else {
    counts.timeouts++
    counts.timeoutSeconds += clear.durationSeconds
  }
}
