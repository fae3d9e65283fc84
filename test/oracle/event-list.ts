/** Events of a channel as a list (interface.md, events): ids and figures, no text, nobody who opted out. */
import { type EventKind, type EventRow, otherNoticeKind } from '@smacktalk/contract'
import type { Judged } from './judging.ts'
import { isForeign, nineDigits } from './message-facts.ts'
import { singleMode } from './modes.ts'
import { isOptedOut } from './opt-out.ts'

export interface ListedEvent {
  readonly offset: number
  readonly event: EventRow
}

/** In order of position. */
export function listEvents(ofChannel: readonly Judged[]): ListedEvent[] {
  return ofChannel.flatMap((judged) => {
    const { verdict, at, offset } = judged
    const facts = verdict === 'event' ? factsOf(judged) : null
    return facts === null || at === null ? [] : [{ offset, event: { ...NOTHING, at, ...facts } }]
  })
}

const NOTHING = {
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
} as const satisfies Details

type Details = Partial<Omit<EventRow, 'at' | 'kind'>>
type Facts = Details & { kind: EventKind }

function factsOf(judged: Judged): Facts | null {
  const { record, settings, at, modeChange, deletedAuthor } = judged
  const target = (id: string | null, login: string | null): Details =>
    isOptedOut(settings, id, login) ? {} : { targetId: id, targetLogin: named(login) }
  switch (record.kind) {
    case 'notice':
      return noticeFacts(judged)
    case 'clearChat': {
      const { channelId, sourceRoomId, targetUserId, targetLogin, durationSeconds } = record.value
      if (isForeign(sourceRoomId, channelId)) return { kind: 'sharedModeration' }
      if (targetUserId === null && targetLogin === null) return { kind: 'chatClear' }
      const amount = nineDigits(durationSeconds)
      return { kind: amount === null ? 'ban' : 'timeout', amount, ...target(targetUserId, targetLogin) }
    }
    case 'clearMessage': {
      const { channelId, sourceRoomId, login } = record.value
      if (isForeign(sourceRoomId, channelId)) return { kind: 'sharedModeration' }
      return { kind: 'deletion', ...target(deletedAuthor, login) }
    }
    case 'roomState': {
      const setting = modeChange && at !== null ? singleMode({ state: record.value, at }) : undefined
      return setting === undefined
        ? null
        : { kind: 'mode', mode: MODE_TAGS[setting.mode], amount: setting.value }
    }
    case 'message':
    case 'broken':
      return null
  }
}

/** Modes as metrics.md and Twitch call them. */
const MODE_TAGS = {
  emoteOnly: 'emote-only',
  followersOnly: 'followers-only',
  r9k: 'r9k',
  slow: 'slow',
  subsOnly: 'subs-only',
} as const

const KIND_OF_NOTICE: ReadonlyMap<string, EventKind> = new Map([
  ['sub', 'sub'],
  ['resub', 'resub'],
  ['subgift', 'gift'],
  ['anonsubgift', 'gift'],
  ['submysterygift', 'giftBomb'],
  ['anonsubmysterygift', 'giftBomb'],
  ['raid', 'raid'],
  ['announcement', 'announcement'],
])

function noticeFacts({ record, settings }: Judged): Facts | null {
  if (record.kind !== 'notice') return null
  const { channelId, sourceRoomId, sourceMsgId, msgId } = record.value
  if (isForeign(sourceRoomId, channelId)) return { kind: 'notice', notice: 'sharedchatnotice' }
  const own = sourceRoomId === channelId && sourceMsgId !== null && sourceMsgId !== '' ? sourceMsgId : msgId
  const kind = KIND_OF_NOTICE.get(own) ?? 'notice'

  const { userId, login, displayName, recipientId, recipientLogin, plan, months } = record.value
  const figures: Partial<Record<EventKind, number | null>> = {
    giftBomb: record.value.massGiftCount,
    raid: record.value.viewerCount,
  }
  return {
    kind,
    notice: kind === 'notice' ? otherNoticeKind(own) : null,
    ...(isOptedOut(settings, userId, login)
      ? {}
      : { userId, login: named(login), displayName: named(displayName) }),
    ...(isOptedOut(settings, recipientId, recipientLogin)
      ? {}
      : { targetId: recipientId, targetLogin: named(recipientLogin) }),
    plan,
    months: nineDigits(months),
    amount: nineDigits(figures[kind] ?? null),
  }
}

function named(name: string | null): string | null {
  return name === '' ? null : name
}
