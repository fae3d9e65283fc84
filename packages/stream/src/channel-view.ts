import { LIVE_RUN, type View } from '@smacktalk/contract'
import type { ChannelClock } from './channel-clock.ts'
import type { CoverageDay } from './coverage.ts'
import type { MinuteRows } from './day-rows.ts'
import type { FoundMoment } from './found-moment.ts'
import type { Recents } from './recents.ts'
import type { CachedRow } from './row-cache.ts'
import type { Span } from './span.ts'

/** Rows of a channel that changed since its last view. */
export class ChangedRows {
  readonly #seconds = new Set<number>()
  #lastSecond = Number.NaN
  #recents: CachedRow<Recents> | null = null
  readonly #minutes = new Set<CachedRow<Span>>()
  readonly #hours = new Set<CachedRow<Span>>()
  readonly #days = new Set<CachedRow<Span>>()
  #lastSpans: MinuteRows | null = null
  readonly coverage = new Set<CachedRow<CoverageDay>>()
  readonly moments = new Set<CachedRow<FoundMoment>>()
  position = 0
  appendMs = 0

  seeSpans(rows: MinuteRows): void {
    if (rows === this.#lastSpans) return
    this.#lastSpans = rows
    this.#minutes.add(rows.minute)
    this.#hours.add(rows.hour)
    this.#days.add(rows.day)
  }

  seeSecond(recents: CachedRow<Recents>, second: number): void {
    if (second === this.#lastSecond && recents === this.#recents) return
    this.#lastSecond = second
    this.#recents = recents
    this.#seconds.add(second)
  }

  /** `surgeAt`: as in the view. */
  toView(clock: ChannelClock, surgeAt: number | null): View {
    const summaries = (rows: ReadonlySet<CachedRow<Span>>) =>
      [...rows].map((row) => row.state.summary(row.position)).sort((a, b) => a.start - b.start)
    const recents = this.#recents
    return {
      channelId: clock.channelId,
      channelLogin: clock.channelLogin,
      position: this.position,
      appendMs: this.appendMs,
      asOf: newestOf(clock),
      seconds:
        recents === null
          ? []
          : [...this.#seconds].sort((a, b) => a - b).map((second) => recents.state.second(second)),
      minutes: summaries(this.#minutes),
      hours: summaries(this.#hours),
      days: summaries(this.#days),
      coverage: [...this.coverage].map((row) => ({ day: row.state.dayStart, row: row.state.toStored() })),
      moments: [...this.moments]
        .map(({ row, position, state }) => ({ id: row, position, row: state.toStored() }))
        .sort((a, b) => (a.id < b.id ? -1 : 1)),
      surgeAt,
    }
  }
}

/** Newest counted send time: the live one, or before anything was heard live that of the imports. */
function newestOf(clock: ChannelClock): number | null {
  const live = clock.runs.get(LIVE_RUN)?.newest ?? null
  if (live !== null) return live
  let newest: number | null = null
  for (const run of clock.runs.values()) {
    if (run.newest !== null && (newest === null || run.newest > newest)) newest = run.newest
  }
  return newest
}
