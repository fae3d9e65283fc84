/** Stretches of time in epoch ms: merged, cut and added up. */

/** Half open: from <= atMs < to. */
export interface Interval {
  readonly from: number
  readonly to: number
}

/** The same time as disjoint, ascending intervals; touching ones become one. */
export function mergeIntervals(intervals: Iterable<Interval>): Interval[] {
  const merged: Interval[] = []
  for (const { from, to } of [...intervals].sort((a, b) => a.from - b.from)) {
    const last = merged.at(-1)
    if (last !== undefined && from <= last.to) {
      if (to > last.to) merged[merged.length - 1] = { from: last.from, to }
    } else if (to > from) {
      merged.push({ from, to })
    }
  }
  return merged
}

/** What is in some of the first and in none of the others; all disjoint and ascending. */
export function withoutIntervals(intervals: readonly Interval[], others: readonly Interval[]): Interval[] {
  const left: Interval[] = []
  for (const { from, to } of intervals) {
    let at = from
    for (let index = firstEndingAfter(others, from); index < others.length; index++) {
      const other = others[index]!
      if (other.from >= to) break
      if (other.from > at) left.push({ from: at, to: other.from })
      at = other.to
    }
    if (at < to) left.push({ from: at, to })
  }
  return left
}

/** Covered milliseconds of [from, to). The intervals are disjoint and ascending. */
export function coveredMsIn(intervals: readonly Interval[], from: number, to: number): number {
  let sum = 0
  for (let index = firstEndingAfter(intervals, from); index < intervals.length; index++) {
    const interval = intervals[index]!
    if (interval.from >= to) break
    sum += Math.min(interval.to, to) - Math.max(interval.from, from)
  }
  return sum
}

function firstEndingAfter(intervals: readonly Interval[], atMs: number): number {
  let low = 0
  let high = intervals.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (intervals[middle]!.to > atMs) high = middle
    else low = middle + 1
  }
  return low
}

export function clip(interval: Interval, from: number, to: number): Interval | null {
  const clipped = { from: Math.max(interval.from, from), to: Math.min(interval.to, to) }
  return clipped.to > clipped.from ? clipped : null
}
