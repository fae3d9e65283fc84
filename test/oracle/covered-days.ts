/** When a channel was heard: the union of all ingestors' intervals, cut at UTC midnight (metrics.md, Coverage). */
import { type Coverage, DAY_MS, spanStart } from '@smacktalk/contract'
import type { LogEntry } from './log-entry.ts'

/** Half open, epoch ms. */
export type Interval = readonly [from: number, to: number]

export interface CoveredDay {
  /** Merged and ascending; intervals that only touch are one. */
  heard: Interval[]
  imported: Interval[]
  backfilled: Interval[]
}

/** By start of the day, ms, ascending; only days with an interval. */
export function coveredDays(log: readonly LogEntry[], channelId: string): Map<number, CoveredDay> {
  const ticks = log.flatMap(({ record }) =>
    record.kind === 'coverage' && record.value.channelId === channelId ? [record.value] : [],
  )
  const of = (wanted: string) => union(ticks.filter(({ origin }) => origin === wanted))
  const [heard, imported, backfilled] = [of('heard'), of('imported'), of('backfilled')]
  const touched = [...heard, ...imported, ...backfilled].flatMap(daysTouched)
  const days = new Set(touched.sort((a, b) => a - b))
  return new Map(
    [...days].map((day) => [
      day,
      { heard: within(heard, day), imported: within(imported, day), backfilled: within(backfilled, day) },
    ]),
  )
}

function union(ticks: readonly Coverage[]): Interval[] {
  const sorted = ticks.filter(({ from, to }) => from < to).sort((a, b) => a.from - b.from)
  const merged: Interval[] = []
  for (const { from, to } of sorted) {
    const last = merged.at(-1)
    if (last !== undefined && from <= last[1]) merged[merged.length - 1] = [last[0], Math.max(last[1], to)]
    else merged.push([from, to])
  }
  return merged
}

function daysTouched([from, to]: Interval): number[] {
  const days: number[] = []
  for (let day = spanStart(from, DAY_MS); day < to; day += DAY_MS) days.push(day)
  return days
}

function within(intervals: readonly Interval[], day: number): Interval[] {
  return intervals
    .map(([from, to]): Interval => [Math.max(from, day), Math.min(to, day + DAY_MS)])
    .filter(([from, to]) => from < to)
}
