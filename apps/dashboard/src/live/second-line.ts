import { RECENT_SECONDS } from '@smacktalk/contract'

/** Consecutive seconds: `values[i]` belongs to epoch second `first + i`. Null means nobody was there. */
export interface SecondLine {
  readonly first: number
  readonly values: readonly (number | null)[]
}

export const EMPTY_LINE: SecondLine = { first: 0, values: [] }

/** The newest second of a line; null when it has none. */
export function newestSecond(line: SecondLine): number | null {
  return line.values.length === 0 ? null : line.first + line.values.length - 1
}

export type SecondChange = readonly [second: number, value: number | null]

/**
 * The line with some seconds replaced by their new absolute values. Seconds between the old end and a new one did
 * not change for the gateway: they carry no message, or nobody is there still. Only the newest ten minutes stay;
 * a change before them, or one that is no second, is left out.
 */
export function withSeconds(line: SecondLine, changes: readonly SecondChange[]): SecondLine {
  const sound = changes
    .filter(([second]) => Number.isSafeInteger(second) && second > 0)
    .sort(([a], [b]) => a - b)
  const [oldest, newest] = [sound[0]?.[0], sound.at(-1)?.[0]]
  if (oldest === undefined || newest === undefined) return line
  if (oldest < line.first) {
    const known = line.values.map((value, index): SecondChange => [line.first + index, value])
    return withSeconds(EMPTY_LINE, [...known, ...sound])
  }
  const start = line.values.length === 0 ? oldest : line.first
  const first = Math.max(start, Math.max(newest, newestSecond(line) ?? 0) - RECENT_SECONDS + 1)
  // One copy and a few values set: in a busy overview this is done a thousand times a second.
  const values = line.values.slice(first - start)
  for (const [second, value] of sound) {
    if (second < first) continue
    while (first + values.length < second) values.push(values.at(-1) === null ? null : 0)
    values[second - first] = value
  }
  return { first, values }
}

/** Exactly the seconds from..to (both included); what the line does not know is `outside`. */
export function cutSeconds(
  line: SecondLine,
  from: number,
  to: number,
  outside: number | null,
): (number | null)[] {
  const cut = new Array<number | null>(Math.max(0, to - from + 1)).fill(outside)
  const end = Math.min(to, line.first + line.values.length - 1)
  for (let second = Math.max(from, line.first); second <= end; second++) {
    cut[second - from] = line.values[second - line.first] ?? null
  }
  return cut
}

/** Adds what is known of the seconds `from`, `from + 1`, ... to `sums`, one place per second; returns its sum. */
export function addSeconds(sums: number[], line: SecondLine, from: number): number {
  let sum = 0
  const end = Math.min(from + sums.length, line.first + line.values.length)
  for (let second = Math.max(from, line.first); second < end; second++) {
    const value = line.values[second - line.first] ?? 0
    sums[second - from] = (sums[second - from] ?? 0) + value
    sum += value
  }
  return sum
}

/** Sums of `size` seconds each, oldest first, for a sparkline; null where nothing of it is known. */
export function bucketSeconds(values: readonly (number | null)[], size: number): (number | null)[] {
  const buckets: (number | null)[] = []
  for (let start = 0; start < values.length; start += size) {
    const end = Math.min(values.length, start + size)
    let sum: number | null = null
    for (let index = start; index < end; index++) {
      const value = values[index] ?? null
      if (value !== null) sum = (sum ?? 0) + value
    }
    buckets.push(sum)
  }
  return buckets
}

/**
 * A stretch at the end is not known to be missing yet: cover is proven some seconds later. Within it, an unknown
 * second before a known one counts as zero, and the unknown ones at the very end are left to be told.
 */
export function settleTail(values: readonly (number | null)[], tail: number): (number | null)[] {
  const settled = [...values]
  let knownLater = false
  for (let index = settled.length - 1; index >= Math.max(0, settled.length - tail); index--) {
    if (settled[index] !== null) knownLater = true
    else if (knownLater) settled[index] = 0
  }
  return settled
}
