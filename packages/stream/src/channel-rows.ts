import {
  channelNamesPartition,
  channelPartition,
  coveragePartition,
  DAY_MS,
  MINUTE_MS,
  ONLY_ROW,
  recentsPartition,
  spanStart,
  timeKey,
} from '@smacktalk/contract'
import { ChannelNames, ChannelNameUse } from './channel-names.ts'
import { CoverageDay } from './coverage.ts'
import { DayRows, type MinuteRows } from './day-rows.ts'
import { Recents } from './recents.ts'
import type { CachedRow, RowCache, RowState } from './row-cache.ts'
import type { UserDay } from './user-day.ts'

/** Who holds a minute: the run whose counted record reached it first, and where. */
export interface MinuteOwner {
  readonly ownerRun: string
  readonly ownerPosition: number
}

/**
 * The rows of one channel, found by time. Holds on to cached rows, so that a record of the same minute as the
 * one before asks no map; therefore it must not outlive an eviction.
 */
export class ChannelRows {
  readonly #channelId: string
  readonly #cache: RowCache
  readonly #days = new Map<number, DayRows>()
  #lastDay: DayRows | null = null
  #lastMinute: MinuteRows | null = null
  #recents: CachedRow<Recents> | null = null
  #names: CachedRow<ChannelNames> | null = null
  #nameUse: CachedRow<ChannelNameUse> | null = null
  #nameUsed = ''

  constructor(channelId: string, cache: RowCache) {
    this.#channelId = channelId
    this.#cache = cache
  }

  /** Asking who owns a minute must not make one. */
  ownerOf(minuteStart: number): MinuteOwner | undefined {
    const last = this.#lastMinute
    const row =
      last !== null && last.minute.state.start === minuteStart
        ? last.minute
        : this.#day(minuteStart).existingMinute(minuteStart)
    return row === undefined || row.state.ownerRun === '' ? undefined : row.state
  }

  /** The rows of the minute, hour and day that a time lies in. */
  at(at: number): MinuteRows {
    const last = this.#lastMinute
    const start = spanStart(at, MINUTE_MS)
    const day = this.#day(at)
    if (last !== null && last.minute.state.start === start) return last
    this.#lastMinute = day.minute(start)
    return this.#lastMinute
  }

  userDay(at: number, userId: string): CachedRow<UserDay> {
    return this.#day(at).user(userId)
  }

  recents(): CachedRow<Recents> {
    this.#recents ??= this.#cache.row(
      this.#cache.partition('recents', recentsPartition(this.#channelId)),
      ONLY_ROW,
      () => new Recents(),
    )
    return this.#used(this.#recents)
  }

  names(): CachedRow<ChannelNames> {
    this.#names ??= this.#cache.row(
      this.#cache.partition('channels', channelPartition(this.#channelId)),
      ONLY_ROW,
      () => new ChannelNames(),
    )
    return this.#used(this.#names)
  }

  nameUse(login: string): CachedRow<ChannelNameUse> {
    if (this.#nameUse === null || this.#nameUsed !== login) {
      const cached = this.#cache.partition('channel_names', channelNamesPartition(login))
      this.#nameUse = this.#cache.row(cached, this.#channelId, () => new ChannelNameUse())
      this.#nameUsed = login
    }
    return this.#used(this.#nameUse)
  }

  coverage(at: number): CachedRow<CoverageDay> {
    const dayStart = spanStart(at, DAY_MS)
    const cached = this.#cache.partition('coverage', coveragePartition(this.#channelId, at))
    return this.#cache.row(cached, timeKey(dayStart), () => new CoverageDay(dayStart))
  }

  #day(at: number): DayRows {
    let day = this.#lastDay
    if (day === null || at < day.start || at >= day.start + DAY_MS) {
      const start = spanStart(at, DAY_MS)
      day = this.#days.get(start) ?? null
      if (day === null) {
        day = new DayRows(this.#channelId, start, this.#cache)
        this.#days.set(start, day)
      }
      this.#lastDay = day
    }
    day.use()
    return day
  }

  #used<S extends RowState>(row: CachedRow<S>): CachedRow<S> {
    if (row.home !== null) row.home.usedIn = this.#cache.batch
    return row
  }
}
