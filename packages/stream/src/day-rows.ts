import {
  HOUR_MS,
  type SpanTable,
  spanPartition,
  spanStart,
  type TopKind,
  timeKey,
  topRow,
  topsPartition,
  userDaysPartition,
} from '@smacktalk/contract'
import { GrowingTop } from './growing-top.ts'
import type { CachedPartition, CachedRow, RowCache } from './row-cache.ts'
import { Span } from './span.ts'
import { UserDay } from './user-day.ts'

/** What a record can touch by the minute it was sent in: found once, then at hand for all of that minute. */
export interface MinuteRows {
  readonly minute: CachedRow<Span>
  readonly hour: CachedRow<Span>
  readonly day: CachedRow<Span>
  readonly hourTops: TopRows
  readonly dayTops: TopRows
}

/** The rows of one channel and UTC day. */
export class DayRows {
  readonly start: number
  readonly #channelId: string
  readonly #cache: RowCache
  readonly #partitions: CachedPartition[] = []
  #minutePartition: CachedPartition | null = null
  #users: CachedPartition | null = null
  #day: CachedRow<Span> | null = null
  readonly #dayTops: TopRows
  readonly #topPartitions = new Map<TopKind, CachedPartition>()
  readonly #hours = new Map<number, { readonly span: CachedRow<Span>; readonly tops: TopRows }>()
  readonly #minutes = new Map<number, MinuteRows>()
  #usedIn: number

  constructor(channelId: string, start: number, cache: RowCache) {
    this.#channelId = channelId
    this.start = start
    this.#cache = cache
    this.#usedIn = cache.batch
    this.#dayTops = new TopRows('day', start, this)
  }

  /** Keeps the partitions held on to from counting as unused. */
  use(): void {
    if (this.#usedIn === this.#cache.batch) return
    this.#usedIn = this.#cache.batch
    for (const partition of this.#partitions) partition.usedIn = this.#usedIn
  }

  existingMinute(start: number): CachedRow<Span> | undefined {
    const known = this.#minutes.get(start)
    if (known !== undefined) return known.minute
    return this.#minutesHome().rows.get(timeKey(start)) as CachedRow<Span> | undefined
  }

  minute(start: number): MinuteRows {
    let rows = this.#minutes.get(start)
    if (rows === undefined) {
      const hour = this.#hour(spanStart(start, HOUR_MS))
      this.#day ??= this.#span(this.#home('days', spanPartition('days', this.#channelId, start)), this.start)
      rows = {
        minute: this.#span(this.#minutesHome(), start),
        hour: hour.span,
        day: this.#day,
        hourTops: hour.tops,
        dayTops: this.#dayTops,
      }
      this.#minutes.set(start, rows)
    }
    return rows
  }

  user(userId: string): CachedRow<UserDay> {
    this.#users ??= this.#home('user_days', userDaysPartition(this.#channelId, this.start))
    return this.#cache.row(this.#users, userId, makeUserDay)
  }

  top(size: 'hour' | 'day', start: number, kind: TopKind): CachedRow<GrowingTop> {
    let home = this.#topPartitions.get(kind)
    if (home === undefined) {
      home = this.#home('tops', topsPartition(this.#channelId, start, kind))
      this.#topPartitions.set(kind, home)
    }
    return this.#cache.row(home, topRow(size, start), makeTop)
  }

  #hour(start: number): { readonly span: CachedRow<Span>; readonly tops: TopRows } {
    let hour = this.#hours.get(start)
    if (hour === undefined) {
      const span = this.#span(this.#home('hours', spanPartition('hours', this.#channelId, start)), start)
      hour = { span, tops: new TopRows('hour', start, this) }
      this.#hours.set(start, hour)
    }
    return hour
  }

  #minutesHome(): CachedPartition {
    this.#minutePartition ??= this.#home('minutes', spanPartition('minutes', this.#channelId, this.start))
    return this.#minutePartition
  }

  #home(table: SpanTable | 'user_days' | 'tops', partition: string): CachedPartition {
    const home = this.#cache.partition(table, partition)
    if (!this.#partitions.includes(home)) this.#partitions.push(home)
    return home
  }

  #span(home: CachedPartition, start: number): CachedRow<Span> {
    return this.#cache.row(home, timeKey(start), () => new Span(start))
  }
}

/** Top lists of an hour or a day by kind, each found when something is counted in it. */
export class TopRows {
  readonly #size: 'hour' | 'day'
  readonly #start: number
  readonly #day: DayRows
  readonly #rows: Partial<Record<TopKind, CachedRow<GrowingTop>>> = {}

  constructor(size: 'hour' | 'day', start: number, day: DayRows) {
    this.#size = size
    this.#start = start
    this.#day = day
  }

  get(kind: TopKind): CachedRow<GrowingTop> {
    let row = this.#rows[kind]
    if (row === undefined) {
      row = this.#day.top(this.#size, this.#start, kind)
      this.#rows[kind] = row
    }
    return row
  }
}

const makeUserDay = () => new UserDay()
const makeTop = () => new GrowingTop()
