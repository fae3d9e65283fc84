/** Rows of people: one per user and UTC day in a channel (metrics.md, Per user). */
import { BOT, COMMAND, DAY_MS, HOUR_MS, spanStart } from '@smacktalk/contract'
import { isCounted, type Judged } from './judging.ts'
import { emotesIn, isForeign, messageFacts, nineDigits } from './message-facts.ts'
import { isOptedOut } from './opt-out.ts'
import { countKeys, type KeyCount } from './top-lists.ts'

export interface UserDayCount {
  /** By class: bot 1 + command 2. */
  messages: number[]
  characters: number
  emoteUses: number
  commands: number
  replies: number
  bits: number
  timeouts: number
  bans: number
  deletions: number
  /** Send times of the first and last message, ms; null without any. */
  firstAt: number | null
  lastAt: number | null
  /** Messages per hour of the day. */
  hours: number[]
  /** Names and badges of the newest record by send time that has them, of equal times the last one. */
  login: string
  displayName: string
  badges: string
  /** Every login carried on that day. */
  logins: Set<string>
  /** Every emote used, by key. */
  favourites: Map<string, KeyCount>
}

/** By user id, then by start of the day, ms. */
export type UserDays = Map<string, Map<number, UserDayCount>>

export function countUserDays(ofChannel: readonly Judged[]): UserDays {
  const placed = ofChannel.flatMap((judged) => {
    const userId = concerns(judged)
    return userId === null || judged.at === null ? [] : [{ userId, at: judged.at, judged }]
  })
  const users: UserDays = new Map()
  for (const { userId, at } of placed) {
    const day = spanStart(at, DAY_MS)
    const days = users.get(userId) ?? new Map<number, UserDayCount>()
    if (days.has(day)) continue
    const ofDay = placed.filter((other) => other.userId === userId && spanStart(other.at, DAY_MS) === day)
    users.set(userId, days.set(day, countUserDay(ofDay)))
  }
  return users
}

interface Placed {
  readonly at: number
  readonly judged: Judged
}

function countUserDay(records: readonly Placed[]): UserDayCount {
  const messages = records.flatMap(({ at, judged }) =>
    judged.record.kind === 'message' ? [{ at, judged, message: judged.record.value }] : [],
  )
  const named = records.flatMap(({ at, judged }) => {
    const login = loginIn(judged)
    return login === '' ? [] : [{ at, login }]
  })
  const login = newestOf(named)?.login ?? ''
  const newest = newestOf(messages)?.message
  const row: UserDayCount = {
    messages: [0, 0, 0, 0],
    characters: 0,
    emoteUses: 0,
    commands: 0,
    replies: 0,
    bits: 0,
    timeouts: 0,
    bans: 0,
    deletions: 0,
    firstAt: null,
    lastAt: null,
    hours: new Array<number>(24).fill(0),
    login,
    displayName: newest?.displayName || login,
    badges: newest?.badges ?? '',
    logins: new Set(named.map(({ login }) => login)),
    favourites: countKeys(messages.map(({ message }) => emotesIn(message).counted.map(({ key }) => key))),
  }
  for (const { at, judged } of records) countInto(row, judged, at)
  return row
}

/** The last of those with the newest send time. */
function newestOf<T extends { at: number }>(seen: readonly T[]): T | undefined {
  const newest = Math.max(...seen.map(({ at }) => at))
  return seen.findLast(({ at }) => at === newest)
}

/** The login by which a record calls the user whose row it touches; empty when it does not. */
function loginIn({ record }: Judged): string {
  switch (record.kind) {
    case 'message':
      return record.value.login
    case 'clearChat':
      return record.value.targetLogin ?? ''
    case 'clearMessage':
      return record.value.login ?? ''
    default:
      return ''
  }
}

/** The user whose row a record touches, null when it is nobody's. */
function concerns(judged: Judged): string | null {
  if (!isCounted(judged)) return null
  const { record, settings } = judged
  if (record.kind !== 'message' && record.kind !== 'clearChat' && record.kind !== 'clearMessage') return null
  if (isForeign(record.value.sourceRoomId, record.value.channelId)) return null
  const [userId, login] =
    record.kind === 'message'
      ? [record.value.userId, record.value.login]
      : record.kind === 'clearChat'
        ? [record.value.targetUserId, record.value.targetLogin]
        : [judged.deletedAuthor, record.value.login]
  return isOptedOut(settings, userId, login) ? null : userId
}

function countInto(row: UserDayCount, { record, settings }: Judged, at: number): void {
  if (record.kind === 'clearMessage') row.deletions++
  else if (record.kind === 'clearChat') {
    if (nineDigits(record.value.durationSeconds) === null) row.bans++
    else row.timeouts++
  } else if (record.kind === 'message') {
    const facts = messageFacts(record.value, settings)
    const index = facts.messageClass & (BOT | COMMAND)
    const hour = (at - spanStart(at, DAY_MS)) / HOUR_MS
    row.messages[index] = (row.messages[index] ?? 0) + 1
    row.hours[Math.floor(hour)] = (row.hours[Math.floor(hour)] ?? 0) + 1
    row.characters += facts.characters
    row.emoteUses += facts.emoteUses
    row.commands += (index & COMMAND) !== 0 ? 1 : 0
    row.replies += record.value.replyParentId !== null ? 1 : 0
    row.bits += nineDigits(record.value.bits) ?? 0
    row.firstAt = Math.min(row.firstAt ?? at, at)
    row.lastAt = Math.max(row.lastAt ?? at, at)
  }
}
