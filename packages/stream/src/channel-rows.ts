import {
  channelNamesPartition,
  channelPartition,
  coveragePartition,
  DAY_MS,
  HOUR_MS,
  MINUTE_MS,
  ONLY_ROW,
  recentsPartition,
  spanPartition,
  spanStart,
  type TopKind,
  timeKey,
  topRow,
  topsPartition,
  userDaysPartition,
} from '@smacktalk/contract'
import { ChannelNames, ChannelNameUse } from './channel-names.ts'
import { CoverageDay } from './coverage.ts'
import { GrowingTop } from './growing-top.ts'
import { Recents } from './recents.ts'
import type { CachedPartition, CachedRow, RowCache } from './row-cache.ts'
import { Span } from './span.ts'
import { UserDay } from './user-day.ts'

interface DayPartitions {
  minutes?: CachedPartition
  hours?: CachedPartition
  days?: CachedPartition
  users?: CachedPartition
  tops?: Partial<Record<TopKind, CachedPartition>>
}

/**
 * The rows of one channel, found by time. Holds on to cached partitions, so it must not outlive an eviction:
 * the fold makes new ones with each batch.
 */
export class ChannelRows {
  readonly #channelId: string
  readonly #cache: RowCache
  readonly #days = new Map<number, DayPartitions>()
  #recents: CachedRow<Recents> | undefined
  #names: CachedRow<ChannelNames> | undefined

  constructor(channelId: string, cache: RowCache) {
    this.#channelId = channelId
    this.#cache = cache
  }

  /** The minute's row if it exists: asking who owns a minute must not make one. */
  existingMinute(at: number): CachedRow<Span> | undefined {
    return this.#minutes(at).rows.get(timeKey(spanStart(at, MINUTE_MS))) as CachedRow<Span> | undefined
  }

  minute(at: number): CachedRow<Span> {
    return this.#span(this.#minutes(at), spanStart(at, MINUTE_MS))
  }

  hour(at: number): CachedRow<Span> {
    const day = this.#day(at)
    day.hours ??= this.#cache.partition('hours', spanPartition('hours', this.#channelId, at))
    return this.#span(day.hours, spanStart(at, HOUR_MS))
  }

  day(at: number): CachedRow<Span> {
    const day = this.#day(at)
    day.days ??= this.#cache.partition('days', spanPartition('days', this.#channelId, at))
    return this.#span(day.days, spanStart(at, DAY_MS))
  }

  userDay(at: number, userId: string): CachedRow<UserDay> {
    const day = this.#day(at)
    day.users ??= this.#cache.partition('user_days', userDaysPartition(this.#channelId, at))
    return this.#cache.row(day.users, userId, () => new UserDay())
  }

  recents(): CachedRow<Recents> {
    this.#recents ??= this.#cache.row(
      this.#cache.partition('recents', recentsPartition(this.#channelId)),
      ONLY_ROW,
      () => new Recents(),
    )
    return this.#recents
  }

  names(): CachedRow<ChannelNames> {
    this.#names ??= this.#cache.row(
      this.#cache.partition('channels', channelPartition(this.#channelId)),
      ONLY_ROW,
      () => new ChannelNames(),
    )
    return this.#names
  }

  nameUse(login: string): CachedRow<ChannelNameUse> {
    const cached = this.#cache.partition('channel_names', channelNamesPartition(login))
    return this.#cache.row(cached, this.#channelId, () => new ChannelNameUse())
  }

  top(size: 'hour' | 'day', at: number, kind: TopKind): CachedRow<GrowingTop> {
    const day = this.#day(at)
    day.tops ??= {}
    let cached = day.tops[kind]
    if (cached === undefined) {
      cached = this.#cache.partition('tops', topsPartition(this.#channelId, at, kind))
      day.tops[kind] = cached
    }
    const start = spanStart(at, size === 'hour' ? HOUR_MS : DAY_MS)
    return this.#cache.row(cached, topRow(size, start), () => new GrowingTop())
  }

  coverage(at: number): CachedRow<CoverageDay> {
    const dayStart = spanStart(at, DAY_MS)
    const cached = this.#cache.partition('coverage', coveragePartition(this.#channelId, at))
    return this.#cache.row(cached, timeKey(dayStart), () => new CoverageDay(dayStart))
  }

  #minutes(at: number): CachedPartition {
    const day = this.#day(at)
    day.minutes ??= this.#cache.partition('minutes', spanPartition('minutes', this.#channelId, at))
    return day.minutes
  }

  #day(at: number): DayPartitions {
    const start = spanStart(at, DAY_MS)
    let day = this.#days.get(start)
    if (day === undefined) {
      day = {}
      this.#days.set(start, day)
    }
    return day
  }

  #span(cached: CachedPartition, start: number): CachedRow<Span> {
    return this.#cache.row(cached, timeKey(start), () => new Span(start))
  }
}
