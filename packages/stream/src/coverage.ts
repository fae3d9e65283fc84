import {
  COVERED_INTERVALS_MAX,
  type Coverage,
  type CoverageOrigin,
  type CoverageRow,
  DAY_MS,
  isCoverageOrigin,
} from '@smacktalk/contract'
import { isBelievable } from './judge.ts'

/** Losses kept per channel and day: causes for gaps; the newest are the ones people ask about. */
const LOSSES_MAX = 500

/** Longest span one coverage record may claim: an import of a year and a bit. */
const COVERAGE_MS_MAX = 400 * DAY_MS

/** Coverage that cannot be true is ignored: reversed, from the future, or longer than any run of ours. */
export function isCredible({ from, to }: Coverage, appendMs: number): boolean {
  return (
    from <= to && isBelievable(from, appendMs) && isBelievable(to, appendMs) && to - from <= COVERAGE_MS_MAX
  )
}

/** When a channel was heard within one UTC day. */
export class CoverageDay {
  readonly dayStart: number
  readonly #by: Readonly<Record<CoverageOrigin, Intervals>>
  readonly #losses: { at: number; cause: string; ingestor: string }[]

  constructor(dayStart: number, stored?: CoverageRow) {
    this.dayStart = dayStart
    this.#by = {
      heard: new Intervals(stored?.starts, stored?.ends),
      imported: new Intervals(stored?.importedStarts, stored?.importedEnds),
      backfilled: new Intervals(stored?.backfilledStarts, stored?.backfilledEnds),
    }
    this.#losses = stored ? [...stored.losses] : []
  }

  /** Adds the part of [from, to) that lies in this day. */
  cover(from: number, to: number, origin: string): void {
    if (!isCoverageOrigin(origin)) return

    const start = Math.max(from - this.dayStart, 0)
    const end = Math.min(to - this.dayStart, DAY_MS)
    if (start < end) this.#by[origin].add(start, end)
  }

  lose(at: number, cause: string, ingestor: string): void {
    const offset = at - this.dayStart
    const known = this.#losses.some(
      (loss) => loss.at === offset && loss.cause === cause && loss.ingestor === ingestor,
    )
    if (known) return
    this.#losses.push({ at: offset, cause, ingestor })
    this.#losses.sort((a, b) => a.at - b.at || (a.cause + a.ingestor < b.cause + b.ingestor ? -1 : 1))
    if (this.#losses.length > LOSSES_MAX) this.#losses.shift()
  }

  toStored(): CoverageRow {
    return {
      starts: [...this.#by.heard.starts],
      ends: [...this.#by.heard.ends],
      importedStarts: [...this.#by.imported.starts],
      importedEnds: [...this.#by.imported.ends],
      backfilledStarts: [...this.#by.backfilled.starts],
      backfilledEnds: [...this.#by.backfilled.ends],
      losses: this.#losses.map((loss) => ({ ...loss })),
    }
  }
}

/** Disjoint half-open intervals, ascending; touching ones are one. */
class Intervals {
  readonly starts: number[]
  readonly ends: number[]

  constructor(starts: readonly number[] = [], ends: readonly number[] = []) {
    this.starts = [...starts]
    this.ends = [...ends]
  }

  add(start: number, end: number): void {
    // Ticks come in order, so the place is nearly always at the end.
    let first = this.starts.length
    while (first > 0 && this.ends[first - 1]! >= start) first--
    let last = first
    let mergedStart = start
    let mergedEnd = end
    while (last < this.starts.length && this.starts[last]! <= end) {
      mergedStart = Math.min(mergedStart, this.starts[last]!)
      mergedEnd = Math.max(mergedEnd, this.ends[last]!)
      last++
    }
    this.starts.splice(first, last - first, mergedStart)
    this.ends.splice(first, last - first, mergedEnd)
    if (this.starts.length > COVERED_INTERVALS_MAX) this.#forgetShortest()
  }

  /** Coverage may be understated, never overstated. */
  #forgetShortest(): void {
    let shortest = 0
    for (let index = 1; index < this.starts.length; index++) {
      const length = this.ends[index]! - this.starts[index]!
      if (length < this.ends[shortest]! - this.starts[shortest]!) shortest = index
    }
    this.starts.splice(shortest, 1)
    this.ends.splice(shortest, 1)
  }
}
