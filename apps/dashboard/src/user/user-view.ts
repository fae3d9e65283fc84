/** What a person's page shows, written from its answers; without a browser. */
import {
  DAY_MS,
  type TopListEntry,
  type UserAnswer,
  type UserChannel,
  type UserPoint,
} from '@smacktalk/contract'
import { channelLabel } from '../format/names.ts'
import { compact, count, figure, MISSING, plural } from '../format/numbers.ts'
import { clockSeconds } from '../format/times.ts'

/** Steps of the heat scale: --h0 to --h5. */
export const HEAT_STEPS = 6

/** The step of a value: 0 only for nothing, the highest for the most. */
export function heatStep(value: number, most: number): number {
  if (value <= 0 || most <= 0) return 0
  return Math.min(HEAT_STEPS - 1, Math.ceil((value / most) * (HEAT_STEPS - 1)))
}

export interface CalendarDay {
  /** Start of the UTC day, ms. */
  readonly day: number
  readonly messages: number
  readonly step: number
}

export interface Calendar {
  /** Monday to Sunday each, oldest first; the last week ends with today. */
  readonly weeks: readonly (readonly CalendarDay[])[]
  readonly activeDays: number
  readonly days: number
  /** The first week of each month that is shown, by its place. */
  readonly months: readonly { readonly week: number; readonly label: string }[]
}

const WEEK_MS = 7 * DAY_MS
/** The epoch began on a Thursday; weeks begin on Monday. */
const FIRST_MONDAY_MS = 4 * DAY_MS

/** The last weeks up to the day of `nowMs`. */
export function calendarOf(points: readonly UserPoint[], weeks: number, nowMs: number): Calendar {
  const today = Math.floor(nowMs / DAY_MS) * DAY_MS
  const monday = Math.floor((today - FIRST_MONDAY_MS) / WEEK_MS) * WEEK_MS + FIRST_MONDAY_MS
  const first = monday - (weeks - 1) * WEEK_MS
  const byDay = new Map(points.map(({ t, messages }) => [Date.parse(t), messages]))
  const most = Math.max(
    0,
    ...points.filter(({ t }) => Date.parse(t) >= first).map(({ messages }) => messages),
  )
  const columns = Array.from({ length: weeks }, (_, week) =>
    Array.from({ length: 7 }, (_, weekday) => first + week * WEEK_MS + weekday * DAY_MS)
      .filter((day) => day <= today)
      .map((day) => {
        const messages = byDay.get(day) ?? 0
        return { day, messages, step: heatStep(messages, most) }
      }),
  )
  const days = columns.flat()
  const months = columns.flatMap((column, week) => {
    const start = column.find(({ day }) => new Date(day).getUTCDate() === 1)
    return start === undefined ? [] : [{ week, label: MONTHS[new Date(start.day).getUTCMonth()] ?? '' }]
  })
  return {
    weeks: columns,
    activeDays: days.filter(({ messages }) => messages > 0).length,
    days: days.length,
    months,
  }
}

/** When the newest of the longest streaks ended, start of its last UTC day; null when there is none so long. */
export function streakEnd(points: readonly UserPoint[], longest: number): number | null {
  const days = points.filter(({ messages }) => messages > 0).map(({ t }) => Date.parse(t))
  const active = new Set(days)
  const ends = days.filter((day) => {
    for (let back = 0; back < longest; back++) if (!active.has(day - back * DAY_MS)) return false
    return !active.has(day + DAY_MS)
  })
  return ends.length === 0 || longest === 0 ? null : Math.max(...ends)
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

/** `3 Feb`, of the UTC day; with the year when it is not that of `nowMs`. */
export function shortDay(at: number, nowMs: number): string {
  const date = new Date(at)
  const sameYear = date.getUTCFullYear() === new Date(nowMs).getUTCFullYear()
  return sameYear ? `${date.getUTCDate()} ${MONTHS[date.getUTCMonth()]}` : dayText(at)
}

/** `30 Aug 2024`, of the UTC day. */
export function dayText(at: number): string {
  const date = new Date(at)
  return `${date.getUTCDate()} ${MONTHS[date.getUTCMonth()]} ${date.getUTCFullYear()}`
}

export interface UserFigure {
  readonly title: string
  readonly value: string
  readonly note: string
}

/** The key figures of the range. */
export function userFigures(user: UserAnswer, nowMs: number, timeZone?: string): UserFigure[] {
  const { totals, channels, daysActive } = user
  const { messages, emoteUses, replies, bits, timeouts, bans } = totals
  const best = bestRanked(channels)
  const firstIn = oldest(channels)
  const lastIn = newest(channels)
  return [
    {
      title: 'Messages',
      value: figure(messages),
      note: daysActive === 0 ? 'none in this time' : `${decimal(messages / daysActive)} per active day`,
    },
    {
      title: 'Best rank',
      value: best === null ? MISSING : ordinal(best.rank),
      note: best === null ? 'no place is certain' : `in ${channelLabel(best.channel)}`,
    },
    {
      title: 'Emote uses',
      value: figure(emoteUses),
      note: messages === 0 ? MISSING : `${(emoteUses / messages).toFixed(2)} a message`,
    },
    {
      title: 'First seen',
      value: user.firstAt === null ? MISSING : dayText(Date.parse(user.firstAt)),
      note: firstIn === null ? MISSING : `in ${channelLabel(firstIn)}`,
    },
    {
      title: 'Last seen',
      value: user.lastAt === null ? MISSING : lastText(Date.parse(user.lastAt), nowMs, timeZone),
      note: lastIn === null ? MISSING : `in ${channelLabel(lastIn)}`,
    },
    {
      title: 'Replies, bits, timeouts',
      value: [replies, bits, timeouts].map(compact).join(' · '),
      note: bans === 0 ? 'no bans' : plural(bans, 'ban'),
    },
  ]
}

/** The time of day while it is not older than a day, in the reader's zone; then the UTC day, as rows are stored. */
function lastText(at: number, nowMs: number, timeZone?: string): string {
  return nowMs - at < DAY_MS ? clockSeconds(at, timeZone) : dayText(at)
}

const decimal = (value: number): string => (value < 9.95 ? value.toFixed(1) : count(value))

function bestRanked(channels: readonly UserChannel[]): { rank: number; channel: UserChannel } | null {
  return channels.reduce<{ rank: number; channel: UserChannel } | null>((best, channel) => {
    const { rank } = channel
    return rank === null || (best !== null && best.rank <= rank) ? best : { rank, channel }
  }, null)
}

function oldest(channels: readonly UserChannel[]): UserChannel | null {
  return channels.reduce<UserChannel | null>((found, channel) => {
    if (channel.firstAt === null) return found
    return found?.firstAt != null && found.firstAt <= channel.firstAt ? found : channel
  }, null)
}

/** The channel somebody wrote in last. */
export function newest(channels: readonly UserChannel[]): UserChannel | null {
  return channels.reduce<UserChannel | null>((found, channel) => {
    if (channel.lastAt === null) return found
    return found?.lastAt != null && found.lastAt >= channel.lastAt ? found : channel
  }, null)
}

export function ordinal(place: number): string {
  const tens = place % 100
  const ending = tens >= 11 && tens <= 13 ? 'th' : (['th', 'st', 'nd', 'rd'][place % 10] ?? 'th')
  return `${count(place)}${ending}`
}

export interface ChannelBar {
  readonly key: string
  readonly channel: UserChannel | null
  readonly label: string
  readonly messages: number
  /** Of the longest bar, 0 to 1. */
  readonly share: number
  readonly rank: string
}

/** Channels of their own; the rest is one bar. */
const BARS_MAX = 8

export function channelBars(channels: readonly UserChannel[]): ChannelBar[] {
  const shown = channels.length > BARS_MAX ? channels.slice(0, BARS_MAX - 1) : channels
  const rest = channels.slice(shown.length)
  const restMessages = rest.reduce((sum, { messages }) => sum + messages, 0)
  const most = Math.max(1, restMessages, ...shown.map(({ messages }) => messages))
  const bars = shown.map((channel): ChannelBar => {
    const { id, messages, rank } = channel
    const label = channelLabel(channel)
    return {
      key: id,
      channel,
      label,
      messages,
      share: messages / most,
      rank: rank === null ? MISSING : ordinal(rank),
    }
  })
  if (rest.length === 0) return bars
  const other = { key: 'other', channel: null, label: `Other (${rest.length})`, rank: '' }
  return [...bars, { ...other, messages: restMessages, share: restMessages / most }]
}

const WEEKDAYS = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday']

/** Hours in words: `most active 19:00 to 22:00 UTC, on Thursday most of all`. */
export function spokenHours(hours: readonly number[], weekHours: readonly (readonly number[])[]): string {
  const most = Math.max(0, ...hours)
  if (most === 0) return 'No messages in this time'
  const peak = hours.indexOf(most)
  // The stretch around the peak in which there is at least half of it, also over midnight.
  const busy = (hour: number): boolean => (hours[(hour + 48) % 24] ?? 0) >= most / 2
  let from = peak
  while (peak - from < 23 && busy(from - 1)) from--
  let to = peak
  while (to - from < 23 && busy(to + 1)) to++
  const days = weekHours.map((day) => day.reduce((sum, value) => sum + value, 0))
  const busiest = WEEKDAYS[days.indexOf(Math.max(...days))]
  if (to - from >= 23) return `Active around the clock, most of all on ${busiest}`
  return `Most active ${clockHour(from)} to ${clockHour(to + 1)} UTC, most of all on ${busiest}`
}

const clockHour = (hour: number): string => `${String((hour + 48) % 24).padStart(2, '0')}:00`

/** The favourites that are shown, and all their uses. */
export function favourites(emotes: readonly TopListEntry[]): readonly TopListEntry[] {
  return emotes.slice(0, FAVOURITES)
}
const FAVOURITES = 6
