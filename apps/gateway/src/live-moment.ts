/** As of when live figures are: now, unless counting stands still or is late. */

import { rateOf } from './live-target.ts'

/** What was missed comes within so long of counting's going on; then figures are of now again in any case. */
const CATCH_UP_MS = 10_000

/** A view whose records are appended this recently says that counting is not behind any more. */
const FRESH_VIEW_MS = 3_000

/**
 * With this many messages a second something is counted several times a second; when nothing is for HOLD_MS it has
 * stopped, or will go on in a moment. Until that is known, figures are held instead of falling to nothing.
 */
const HOLD_RATE = 5
const HOLD_MS = 1_000
/** By then it is known whether something is wrong. */
const HOLD_MS_MAX = 6_000

/** What of the live state it needs. */
export interface MovingFigures {
  readonly arrivals: { readonly viewAt: number | null; readonly viewAgeMs: number }
  newestSent(): number | null
  readonly total: { messages(second: number): number | null }
}

/** Views of a job that catches up come many times a second; without any for so long nothing moves. */
const COMING_MS = 2_000

interface Told {
  readonly nowMs: number
  readonly standsStill: boolean
  /** How late counting is as jobs say, 0 when it is not; null while nobody can tell. */
  readonly lateMs: number | null
  /** Something is to be counted. */
  readonly expecting: boolean
}

export class LiveMoment {
  readonly #live: MovingFigures
  /** Figures are as of then; null: of now. Never goes back. */
  #asOf: number | null = null
  #stands = false
  /** Since when nothing keeps figures from moving any more. */
  #freeSince: number | null = null

  constructor(live: MovingFigures) {
    this.#live = live
  }

  /** What pages are told: as of when figures are, null for now. */
  get announced(): number | null {
    return this.#asOf
  }

  update(told: Told): void {
    const { nowMs, standsStill, lateMs } = told
    if (standsStill) {
      this.#asOf ??= this.#newest()
      this.#stands = true
      this.#freeSince = null
      return
    }
    if (this.#stands) {
      this.#freeSince ??= nowMs
      if (!this.#hasCaughtUp(told, this.#freeSince)) {
        // A gateway that began meanwhile knows only now what was shown before.
        this.#asOf ??= this.#newest()
        return
      }
      this.#stands = false
    }
    this.#asOf = this.#asOfWhenLate(nowMs, lateMs)
  }

  /** The last moment that anything is known of; null when nothing is. */
  #newest(): number | null {
    return this.#live.arrivals.viewAt ?? this.#live.newestSent()
  }

  #asOfWhenLate(nowMs: number, lateMs: number | null): number | null {
    const { viewAt, viewAgeMs } = this.#live.arrivals
    if (lateMs === 0 || (lateMs === null && this.#asOf === null)) return null
    // Figures that come are as late as they are; while none come, those that are shown grow old.
    if (viewAt === null || nowMs - viewAt > COMING_MS) return this.#asOf ?? this.#newest()
    if (lateMs === null && viewAgeMs < FRESH_VIEW_MS) return null
    return Math.max(this.#asOf ?? 0, nowMs - (lateMs ?? viewAgeMs))
  }

  /** The moment that frames of `nowMs` are made as of. */
  shownAt(nowMs: number): number {
    if (this.#asOf !== null) return Math.min(nowMs, this.#asOf)
    const { viewAt } = this.#live.arrivals
    if (viewAt === null) return nowMs
    const silentMs = nowMs - viewAt
    if (silentMs <= HOLD_MS || silentMs > HOLD_MS_MAX) return nowMs
    return rateOf(viewAt, (second) => this.#live.total.messages(second)) >= HOLD_RATE ? viewAt : nowMs
  }

  /** Whether what was missed has arrived: a view has come since, of records that were appended lately. */
  #hasCaughtUp({ nowMs, lateMs, expecting }: Told, since: number): boolean {
    if (lateMs !== null && lateMs > 0) return true
    const { viewAt, viewAgeMs } = this.#live.arrivals
    if (viewAt !== null && viewAt >= since && viewAgeMs < FRESH_VIEW_MS) return true
    return !expecting || nowMs - since > CATCH_UP_MS
  }
}
