/** The answers to `/users/:name` and its series: a person's days, merged. */
import {
  type ChannelRef,
  DAY_MS,
  FAVOURITES_SHOWN,
  firstByRank,
  HOUR_MS,
  TopMerge,
  type UserAnswer,
  type UserChannel,
  type UserDayRow,
  type UserName,
  type UserSeriesAnswer,
} from '@smacktalk/contract'
import type { Clock } from '@smacktalk/ports'
import type { ChannelDirectory, KnownChannel } from './channel-directory.ts'
import type { OptOuts } from './opt-outs.ts'
import type { RowReader } from './row-reader.ts'
import { streaksOf } from './streaks.ts'
import type { Span } from './time-range.ts'
import { shownEntry } from './top-list-answer.ts'
import type { KnownUser } from './user-directory.ts'
import { chooseDays } from './user-range.ts'
import { UserRanks } from './user-rank.ts'
import { messagesOf, UserSum } from './user-sum.ts'

const WEEK_DAYS = 7
const HOURS = DAY_MS / HOUR_MS

/** Names shown: more renames than that nobody makes. */
const NAMES_MAX = 50

export interface UserSources {
  readonly reader: RowReader
  readonly directory: ChannelDirectory
  readonly optOuts: OptOuts
  readonly clock: Clock
}

/** `asked` is of whole UTC days; null means all that is kept. */
export async function buildUser(
  sources: UserSources,
  user: KnownUser,
  asked: Span | null,
): Promise<UserAnswer> {
  const nowMs = sources.clock.now()
  const { from, to, days } = chooseDays(user.days, asked, nowMs)
  const total = new UserSum()
  const byChannel = new Map<string, UserSum>()
  const active = new Set<number>()
  const weekHours = Array.from({ length: WEEK_DAYS }, () => new Array<number>(HOURS).fill(0))
  const names = new NamesUsed()
  const favourites = new TopMerge()
  // Oldest first: labels of the newest days stay.
  for await (const { channelId, day, row } of sources.reader.userDays(user.id, days.toReversed())) {
    total.add(row)
    const channel = byChannel.get(channelId) ?? new UserSum()
    byChannel.set(channelId, channel)
    channel.add(row)
    if (messagesOf(row) > 0) active.add(day)
    const hours = weekHours[weekDayOf(day)]!
    for (const [hour, count] of row.hours.entries()) hours[hour]! += count
    names.see(row)
    favourites.add(row.favourites)
  }
  const { id, login, displayName } = user
  return {
    id,
    login,
    displayName,
    from: new Date(from).toISOString(),
    to: new Date(to).toISOString(),
    names: names.newestFirst(),
    totals: total.counts,
    ...total.times(),
    channels: await channelsOf(sources, byChannel, new UserRanks(sources, id, { from, to })),
    ...streaksOf(active, nowMs),
    hours: Array.from({ length: HOURS }, (_, hour) =>
      weekHours.reduce((sum, ofDay) => sum + ofDay[hour]!, 0),
    ),
    weekHours,
    emotes: firstByRank(favourites.entries(), FAVOURITES_SHOWN).map((entry) => shownEntry(entry, false)),
  }
}

/** Points of the days on which something was counted, in one channel or, with null, in all. */
export async function buildUserSeries(
  { reader, clock }: UserSources,
  user: KnownUser,
  channel: KnownChannel | null,
  asked: Span | null,
): Promise<UserSeriesAnswer> {
  const own = channel === null ? user.days : user.days.filter(({ channelId }) => channelId === channel.id)
  const { from, to, days } = chooseDays(own, asked, clock.now())
  const byDay = new Map<number, UserSum>()
  for await (const { day, row } of reader.userDays(user.id, days.toReversed())) {
    const sum = byDay.get(day) ?? new UserSum()
    byDay.set(day, sum)
    sum.add(row)
  }
  const { id, login, displayName } = user
  return {
    user: { id, login, displayName },
    channel: channel === null ? null : refOf(channel),
    from: new Date(from).toISOString(),
    to: new Date(to).toISOString(),
    points: [...byDay].map(([day, sum]) => ({
      t: new Date(day).toISOString(),
      ...sum.counts,
      ...sum.times(),
    })),
  }
}

async function channelsOf(
  { directory }: UserSources,
  byChannel: ReadonlyMap<string, UserSum>,
  ranks: UserRanks,
): Promise<UserChannel[]> {
  const sorted = [...byChannel].sort(
    ([idA, a], [idB, b]) => b.counts.messages - a.counts.messages || Number(idA) - Number(idB),
  )
  const channels: UserChannel[] = []
  for (const [id, sum] of sorted) {
    const known = await directory.find(id)
    channels.push({
      id,
      name: known?.name ?? id,
      displayName: known?.displayName ?? id,
      slot: known?.slot ?? 0,
      ...sum.counts,
      ...sum.times(),
      badges: sum.badges,
      rank: await ranks.in(id, sum.counts.messages),
    })
  }
  return channels
}

function refOf({ id, name, displayName, slot }: KnownChannel): ChannelRef {
  return { id, name, displayName, slot }
}

/** 0 is Monday; the epoch began on a Thursday. */
function weekDayOf(day: number): number {
  const thursday = 3
  return (((day / DAY_MS + thursday) % WEEK_DAYS) + WEEK_DAYS) % WEEK_DAYS
}

/** Names of a person, by the time of the records that say them. */
class NamesUsed {
  readonly #names = new Map<string, { displayName: string; firstAt: number; lastAt: number }>()

  /** Of a name that was not the day's last one, no more is known than the day: its first message stands for it. */
  see({ login, logins, displayName, namedAt, firstAt, lastAt }: UserDayRow): void {
    const from = Math.min(firstAt ?? namedAt, namedAt)
    for (const name of logins) {
      const isNewest = name === login
      this.#add(
        name,
        isNewest ? displayName || login : name,
        from,
        isNewest ? Math.max(namedAt, lastAt ?? 0) : from,
      )
    }
  }

  #add(login: string, displayName: string, firstAt: number, lastAt: number): void {
    const known = this.#names.get(login)
    if (known === undefined) {
      this.#names.set(login, { displayName, firstAt, lastAt })
      return
    }
    known.firstAt = Math.min(known.firstAt, firstAt)
    if (lastAt < known.lastAt) return
    known.lastAt = lastAt
    known.displayName = displayName
  }

  newestFirst(): UserName[] {
    return [...this.#names]
      .sort(([, a], [, b]) => b.lastAt - a.lastAt)
      .slice(0, NAMES_MAX)
      .map(([login, { displayName, firstAt, lastAt }]) => ({
        login,
        displayName,
        firstAt: new Date(firstAt).toISOString(),
        lastAt: new Date(lastAt).toISOString(),
      }))
  }
}
