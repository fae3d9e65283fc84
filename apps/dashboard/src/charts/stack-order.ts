import { SERIES_MAX } from './plot.ts'

/**
 * Which channels have a band of their own, the largest first. Those in `before` keep their place while they are
 * still there, because bands must not change places under the reader's eyes; free places go to the largest others.
 * A channel without messages takes no place.
 */
export function stackOrder(before: readonly string[], totals: ReadonlyMap<string, number>): string[] {
  const kept = before.filter((id) => totals.has(id)).slice(0, SERIES_MAX)
  const free = [...totals]
    .filter(([id, total]) => total > 0 && !kept.includes(id))
    .sort(([idA, a], [idB, b]) => b - a || (idA < idB ? -1 : 1))
    .slice(0, SERIES_MAX - kept.length)
    .map(([id]) => id)
  return [...kept, ...free]
}

/** Bands may change places this long after a range was opened, ms: its first answers come one by one. */
const SETTLING_MS = 8_000

/** Chooses bands for as long as one range is open: by size at first, then in a fixed order. */
export function stackChooser(now: () => number): (totals: ReadonlyMap<string, number>) => readonly string[] {
  const openedAt = now()
  let order: readonly string[] = []
  return (totals) => {
    order = stackOrder(now() - openedAt < SETTLING_MS ? [] : order, totals)
    return order
  }
}
