/** What is usual in each channel: computed from its hour rows, kept for some minutes. */
import {
  DAY_MS,
  HOUR_MS,
  hourOfWeek,
  MINUTE_MS,
  SHARED,
  spanStart,
  sumClasses,
  type Usual,
  usualAt,
  WEEK_HOURS,
} from '@smacktalk/contract'
import type { Clock } from '@smacktalk/ports'
import { coverageOf } from './coverage.ts'
import { coveredMsIn, type Interval } from './intervals.ts'
import type { RowReader } from './row-reader.ts'

/** The hours of the past that make what is usual. */
const WEEKS_MS = 28 * DAY_MS
/** An hour's mean is taken from hours that were heard at least so long. */
const HEARD_MS_MIN = 10 * MINUTE_MS
const HOURS_MIN = 2

/** It changes with the hours; what is new of the last day may wait. */
const FRESH_MS = 10 * MINUTE_MS
/** A channel without enough data yet is looked at again sooner. */
const FRESH_UNKNOWN_MS = MINUTE_MS
/** Channels read per round of a second: each costs some sixty small reads. */
const READ_PER_ROUND = 2
/** Channels kept; the one asked for longest ago goes first. */
const CHANNELS_MAX = 5_000

interface Read {
  readonly usual: Usual | null
  /** The same without shared copies, which totals over channels leave out. */
  readonly unshared: Usual | null
}

interface Known extends Read {
  readonly readAt: number
}

export class UsualBook {
  readonly #reader: RowReader
  readonly #clock: Clock
  readonly #known = new Map<string, Known>()
  /** Grows with every channel read. */
  version = 0

  constructor(reader: RowReader, clock: Clock) {
    this.#reader = reader
    this.#clock = clock
  }

  /** Usual messages per minute at a time, as far as it has been read; asks no store. */
  at(channelId: string | null, atMs: number): number | null {
    const usual = channelId === null ? null : (this.#known.get(channelId)?.usual ?? null)
    return usual === null ? null : usualAt(usual, atMs)
  }

  /** What is usual in some channels together, without shared copies, as far as it has been read; asks no store. */
  together(channelIds: Iterable<string>): Usual | null {
    const known = [...channelIds].flatMap((id) => this.#known.get(id)?.unshared ?? [])
    if (known.length === 0) return null
    const hours = Array.from({ length: WEEK_HOURS }, (_, hour) => {
      const own = known.some(({ hours }) => (hours[hour] ?? null) !== null)
      // A channel without a figure of its own for the hour counts with that of its last day.
      return own ? sumKnown(known.map((usual) => usual.hours[hour] ?? usual.lastDay)) : null
    })
    return { hours, lastDay: sumKnown(known.map(({ lastDay }) => lastDay)) }
  }

  /** Rejects when the store cannot be read. */
  async of(channelId: string): Promise<Usual | null> {
    const known = this.#known.get(channelId)
    if (known !== undefined && this.#isFresh(known)) return known.usual
    return this.#read(channelId)
  }

  /** Reads a few of the listed channels that are due; rejects when the store cannot be read. */
  async refresh(channelIds: Iterable<string>): Promise<void> {
    let left = READ_PER_ROUND
    for (const id of channelIds) {
      const known = this.#known.get(id)
      if (known !== undefined && this.#isFresh(known)) continue
      await this.#read(id)
      if (--left === 0) return
    }
  }

  #isFresh({ readAt, usual }: Known): boolean {
    return this.#clock.now() - readAt < (usual === null ? FRESH_UNKNOWN_MS : FRESH_MS)
  }

  async #read(channelId: string): Promise<Usual | null> {
    const nowMs = this.#clock.now()
    const read = await readUsual(this.#reader, channelId, nowMs)
    this.#known.delete(channelId)
    this.#known.set(channelId, { ...read, readAt: nowMs })
    this.version++
    if (this.#known.size > CHANNELS_MAX) {
      const [oldest] = this.#known.keys()
      if (oldest !== undefined) this.#known.delete(oldest)
    }
    return read.usual
  }
}

function sumKnown(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null)
  return known.length === 0 ? null : Math.round(known.reduce((a, b) => a + b, 0) * 100) / 100
}

/** Messages over covered time. */
interface Mean {
  messages: number
  coveredMs: number
  hours: number
}

async function readUsual(reader: RowReader, channelId: string, nowMs: number): Promise<Read> {
  const running = spanStart(nowMs, HOUR_MS)
  const from = running - WEEKS_MS
  const { covered } = coverageOf(await reader.coverage(channelId, from, nowMs))
  const classes = new Map<number, readonly number[]>()
  for await (const rows of reader.spans('hours', channelId, from, nowMs)) {
    for (const { start, row } of rows) classes.set(start, row.messages)
  }
  const without = (mask: number): Usual | null =>
    usualOf((start) => sumClasses(classes.get(start) ?? [], mask), covered, from, nowMs)
  return { usual: without(0), unshared: without(SHARED) }
}

function usualOf(
  messagesIn: (hour: number) => number,
  covered: readonly Interval[],
  from: number,
  nowMs: number,
): Usual | null {
  const running = spanStart(nowMs, HOUR_MS)
  const week = Array.from({ length: WEEK_HOURS }, (): Mean => ({ messages: 0, coveredMs: 0, hours: 0 }))
  const lastDay: Mean = { messages: 0, coveredMs: 0, hours: 0 }
  for (const start of heardHours(covered, from, nowMs)) {
    const coveredMs = coveredMsIn(covered, start, Math.min(start + HOUR_MS, nowMs))
    const mean = week[hourOfWeek(start)]!
    // The running hour is no whole one yet.
    if (coveredMs >= HEARD_MS_MIN && start < running) add(mean, messagesIn(start), coveredMs)
    if (start >= running - DAY_MS) add(lastDay, messagesIn(start), coveredMs)
  }
  const hours = week.map((mean) => (mean.hours < HOURS_MIN ? null : perMinute(mean)))
  const day = perMinute(lastDay)
  return day === null && hours.every((hour) => hour === null) ? null : { hours, lastDay: day }
}

function* heardHours(covered: readonly Interval[], from: number, to: number): Generator<number> {
  let next = from
  for (const interval of covered) {
    const end = Math.min(interval.to, to)
    for (let hour = Math.max(next, spanStart(interval.from, HOUR_MS)); hour < end; hour += HOUR_MS) {
      yield hour
      next = hour + HOUR_MS
    }
  }
}

function add(mean: Mean, messages: number, coveredMs: number): void {
  mean.messages += messages
  mean.coveredMs += coveredMs
  mean.hours++
}

/** Null with less than an hour of data. */
function perMinute({ messages, coveredMs }: Mean): number | null {
  if (coveredMs < HOUR_MS) return null
  return Math.round((messages / (coveredMs / MINUTE_MS)) * 100) / 100
}
