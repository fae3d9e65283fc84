/** What is known live of one channel: a few hundred numbers, however long it runs. */
import {
  CLASS_COUNT,
  type CoverageRow,
  DAY_MS,
  MINUTE_MS,
  RECENT_SECONDS,
  type RecentsRow,
  SECOND_MS,
  SPAN_TABLES,
  type SpanSummary,
  type SpanTable,
  spanStart,
  type View,
} from '@smacktalk/contract'
import { type Coverage, coverageOf } from './coverage.ts'
import type { StoredMoment } from './row-reader.ts'
import { SecondRing } from './second-ring.ts'
import { SurePosition } from './sure-position.ts'

/**
 * Spans kept per table, newest first to stay. Minutes: one horizon (15 by default) and a few more, because a
 * record that is late but in time still changes them before the store has it. Hours, days: the running one and
 * its forerunners.
 */
const SPANS_KEPT: Readonly<Record<SpanTable, number>> = { minutes: 20, hours: 3, days: 2 }

/** Days of coverage kept: today and yesterday make the last 24 hours, and one for a clock that is ahead. */
const COVERAGE_DAYS_KEPT = 3

/** Newest moments kept: more than a channel has within an hour. */
const MOMENTS_KEPT = 40

/** Minutes read from the store when a channel becomes known. */
export const MINUTES_LOADED_MS = SPANS_KEPT.minutes * MINUTE_MS

/** Called with an epoch second and by how much its messages without shared copies grew. */
export type Growth = (second: number, messages: number) => void

export class LiveChannel {
  readonly id: string
  readonly seconds = new SecondRing()
  /** How much of `position` may be claimed. */
  readonly sure = new SurePosition()
  /** Newest log position known of any of its rows; -1 before the first. */
  position = -1
  /** Newest counted send time, ms. */
  asOf: number | null = null
  /** Messages in ten seconds from which on a moment begins; null until a view has told. */
  surgeAt: number | null = null
  /** Grows with every change; the same rows again are none. */
  version = 0
  /** Grows with every change of a moment. */
  momentsVersion = 0
  readonly #spans: Readonly<Record<SpanTable, Map<number, SpanSummary>>> = {
    minutes: new Map(),
    hours: new Map(),
    days: new Map(),
  }
  readonly #coverage = new Map<number, { position: number; row: CoverageRow }>()
  #merged: Coverage | null = null
  readonly #moments = new Map<string, StoredMoment>()

  constructor(id: string) {
    this.id = id
  }

  /** A view may be older than what is shown: each of its rows is taken or left by its own position. */
  applyView(view: View, grew: Growth): void {
    for (const { at, messages } of view.seconds) {
      this.#applySecond(Math.floor(at / SECOND_MS), messages, view.position, grew)
    }
    for (const table of SPAN_TABLES) {
      for (const summary of view[table]) this.applySpan(table, summary)
    }
    for (const { day, row } of view.coverage) this.applyCoverage(day, row, view.position)
    for (const moment of view.moments) this.applyMoment(moment)
    if (view.asOf !== null && view.asOf > (this.asOf ?? 0)) this.asOf = view.asOf
    if (view.position >= this.position) this.surgeAt = view.surgeAt
    if (view.position > this.position) this.#reached(view.position)
  }

  applyRecents(row: RecentsRow, position: number, grew: Growth): void {
    for (const [index, second] of row.seconds.entries()) {
      const counts = row.counts.slice(index * CLASS_COUNT, (index + 1) * CLASS_COUNT)
      this.#applySecond(second, counts, position, grew)
    }
    const newest = row.newestSecond * SECOND_MS
    if (newest > (this.asOf ?? 0)) this.asOf = newest
    if (position > this.position) this.#reached(position)
  }

  applySpan(table: SpanTable, summary: SpanSummary): void {
    const spans = this.#spans[table]
    const known = spans.get(summary.start)
    if (known !== undefined && known.position >= summary.position) return
    if (known === undefined && spans.size >= SPANS_KEPT[table]) {
      const oldest = Math.min(...spans.keys())
      // An import counts minutes of long ago; those are read from the store.
      if (summary.start < oldest) return
      spans.delete(oldest)
    }
    spans.set(summary.start, summary)
    this.#reached(summary.position)
  }

  applyCoverage(day: number, row: CoverageRow, position: number): void {
    const known = this.#coverage.get(day)
    if (known !== undefined && known.position >= position) return
    if (known === undefined && this.#coverage.size >= COVERAGE_DAYS_KEPT) {
      const oldest = Math.min(...this.#coverage.keys())
      if (day < oldest) return
      this.#coverage.delete(oldest)
    }
    this.#coverage.set(day, { position, row })
    this.#merged = null
    this.#reached(position)
  }

  applyMoment(moment: StoredMoment): void {
    const known = this.#moments.get(moment.id)
    if (known !== undefined && known.position >= moment.position) return
    this.#moments.set(moment.id, moment)
    this.momentsVersion++
    if (this.#moments.size > MOMENTS_KEPT) {
      // Ids begin with the time.
      const oldest = [...this.#moments.keys()].sort()[0]
      if (oldest !== undefined) this.#moments.delete(oldest)
    }
    this.#reached(moment.position)
  }

  /** The newest moments, in no order. */
  moments(): StoredMoment[] {
    return [...this.#moments.values()]
  }

  span(table: SpanTable, start: number): SpanSummary | null {
    return this.#spans[table].get(start) ?? null
  }

  /** The newest spans of a table, in no order. */
  spansOf(table: SpanTable): Iterable<SpanSummary> {
    return this.#spans[table].values()
  }

  /** Coverage of the newest days as ticks tell it. */
  coverage(): Coverage {
    this.#merged ??= coverageOf([...this.#coverage].map(([day, { row }]) => ({ day, row })))
    return this.#merged
  }

  /** Coverage rows with their positions, to be merged with stored ones. */
  coverageRows(): { day: number; position: number; row: CoverageRow }[] {
    return [...this.#coverage].map(([day, { position, row }]) => ({ day, position, row }))
  }

  #applySecond(second: number, counts: readonly number[], position: number, grew: Growth): void {
    const by = this.seconds.set(second, counts, position)
    if (by === null) return
    this.version++
    grew(second, by)
  }

  #reached(position: number): void {
    if (position > this.position) this.position = position
    this.version++
  }
}

/** First day whose coverage matters live. */
export function liveCoverageFrom(nowMs: number): number {
  return spanStart(nowMs - Math.max(DAY_MS, RECENT_SECONDS * SECOND_MS), DAY_MS)
}
