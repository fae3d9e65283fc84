import { MINUTE_MS } from '@smacktalk/contract'
import type { Sample } from '../ranges/aggregate.ts'

/** Minutes of a small line before and after the one with the peak. */
const BEFORE = 10
const AFTER = 8

/** The minutes around a moment's peak, oldest first; those that have not come yet are left out. */
export function minutesAround(minutes: readonly Sample[], peakMs: number): (number | null)[] {
  const peak = Math.floor(peakMs / MINUTE_MS) * MINUTE_MS
  const byTime = new Map(minutes.map(({ at, value }) => [at, value]))
  const last = Math.min(peak + AFTER * MINUTE_MS, minutes.at(-1)?.at ?? 0)
  const line: (number | null)[] = []
  for (let at = peak - BEFORE * MINUTE_MS; at <= last; at += MINUTE_MS) {
    // What lies before the first known minute is not known, and no hole either.
    if (at >= (minutes[0]?.at ?? 0)) line.push(byTime.get(at) ?? null)
  }
  return line
}
