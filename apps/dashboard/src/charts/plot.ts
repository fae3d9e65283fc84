import type { Without } from '@smacktalk/contract'
import type { Missing } from '../ranges/gaps.ts'
import type { Span } from '../ranges/ranges.ts'

/** One line or band of a chart. */
export interface PlotSeries {
  /** Channel id, or `other`. */
  readonly id: string
  readonly label: string
  /** Colour 0-15 of the channel; null is the grey of the rest. */
  readonly slot: number | null
  /** Messages per second of each step; null where nothing is known. */
  readonly rates: readonly (number | null)[]
  /** Messages counted in each step; null where nothing is known. */
  readonly messages: readonly (number | null)[]
}

/** Everything a time chart draws: the same data feed the canvas, the tooltip, the table and the spoken summary. */
export interface Plot {
  /** Starts of the steps, ms, ascending and `stepMs` apart. */
  readonly times: readonly number[]
  readonly stepMs: number
  /** What is left out of all figures; nothing when it is not said. */
  readonly without?: readonly Without[]
  /** Bottom of the stack first. */
  readonly series: readonly PlotSeries[]
  /** Sum of the known rates of each step; null where no series knows one. */
  readonly total: readonly (number | null)[]
  /** Spans drawn as hatch: nobody was there. */
  readonly gaps: readonly Missing[]
  /** Spans nobody heard that a history service told later: they are counted. */
  readonly filled: readonly Span[]
  /** Index of the first step that is still counting; the number of steps when none is. */
  readonly running: number
}

export const OTHER_ID = 'other'
/** Most channels with a band of their own; the rest is one grey band (design, Charts). */
export const SERIES_MAX = 8
/** Cover is proven up to this much later, ms: until then an empty stretch at the end is no gap yet. */
export const PROOF_MS = 15_000

/** The first step that is still counting at `nowMs`; the number of steps when all of them are past. */
export function runningStep(times: readonly number[], stepMs: number, nowMs: number): number {
  const first = times[0] ?? nowMs
  return Math.min(times.length, Math.max(0, Math.floor((nowMs - first) / stepMs)))
}

export function lastTime(plot: Plot): number {
  return plot.times.at(-1) ?? 0
}

/** Step by step, the sum of what is known. */
export function sumSeries(rows: readonly (readonly (number | null)[])[], length: number): (number | null)[] {
  const sums: (number | null)[] = new Array(length).fill(null)
  for (const row of rows) {
    for (let index = 0; index < length; index++) {
      const value = row[index] ?? null
      if (value !== null) sums[index] = (sums[index] ?? 0) + value
    }
  }
  return sums
}

/** Gaps without those that only began: an end that is not proven yet. */
export function provenGaps(gaps: readonly Missing[], nowMs: number): Missing[] {
  return gaps.filter(({ from }) => from < nowMs - PROOF_MS)
}

/** The index whose step is nearest to a time. */
export function nearestStep(plot: Plot, at: number): number {
  const first = plot.times[0] ?? 0
  return Math.min(plot.times.length - 1, Math.max(0, Math.round((at - first) / plot.stepMs)))
}

/** What a step in the hatch says: that nobody was there, and why; null outside of it. */
export function gapAt(plot: Plot, at: number): string | null {
  const gap = plot.gaps.find(({ from, to }) => at >= from && at < to)
  return gap === undefined ? null : gapName(gap)
}

export function gapName({ cause }: Missing): string {
  return cause === null ? 'no coverage' : `no coverage: ${cause}`
}
