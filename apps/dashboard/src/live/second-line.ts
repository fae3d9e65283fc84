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
  const sound = changes.filter(([second]) => Number.isSafeInteger(second) && second > 0)
  if (sound.length === 0) return line
  let newest = newestSecond(line) ?? Number.NEGATIVE_INFINITY
  let oldest = line.values.length === 0 ? Number.POSITIVE_INFINITY : line.first
  for (const [second] of sound) {
    newest = Math.max(newest, second)
    oldest = Math.min(oldest, second)
  }
  const first = Math.max(oldest, newest - RECENT_SECONDS + 1)
  const values: (number | null | undefined)[] = new Array(newest - first + 1).fill(undefined)
  for (let index = 0; index < line.values.length; index++) {
    const at = line.first + index - first
    if (at >= 0) values[at] = line.values[index]
  }
  for (const [second, value] of sound) if (second >= first) values[second - first] = value
  let before: number | null = 0
  const filled = values.map((value) => {
    const known: number | null = value === undefined ? (before === null ? null : 0) : value
    before = known
    return known
  })
  return { first, values: filled }
}

/** Exactly the seconds from..to (both included); what the line does not know is `outside`. */
export function cutSeconds(
  line: SecondLine,
  from: number,
  to: number,
  outside: number | null,
): (number | null)[] {
  const cut: (number | null)[] = []
  for (let second = from; second <= to; second++) {
    const value = line.values[second - line.first]
    cut.push(value === undefined ? outside : value)
  }
  return cut
}

/** Sums of `size` seconds each, oldest first, for a sparkline; null where nothing of it is known. */
export function bucketSeconds(values: readonly (number | null)[], size: number): (number | null)[] {
  const buckets: (number | null)[] = []
  for (let start = 0; start < values.length; start += size) {
    let sum: number | null = null
    for (const value of values.slice(start, start + size)) if (value !== null) sum = (sum ?? 0) + value
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
