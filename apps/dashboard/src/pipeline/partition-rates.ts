/** Records per second of each partition, from how far the log has grown between two answers. */

/** What one answer says of the log: the offset of the next record by partition; null where nobody says. */
export interface LogEnds {
  readonly at: number
  readonly ends: readonly (number | null)[]
}

/** Rates are a mean over this time, ms: long enough not to flicker, short enough to follow. */
const WINDOW_MS = 10_000
/** Two answers that are closer than this say nothing reliable, ms. */
const APART_MS = 900

/** The kept answers with a new one, oldest first; bounded by the window. */
export function withEnds(kept: readonly LogEnds[], added: LogEnds): LogEnds[] {
  const newest = kept.at(-1)
  if (newest !== undefined && added.at <= newest.at) return [...kept]
  const fresh = kept.filter(({ at }) => added.at - at <= WINDOW_MS)
  return [...fresh, added]
}

/** By partition; null while it is not known. A log that was made anew counts from its new beginning. */
export function ratesOf(kept: readonly LogEnds[]): (number | null)[] {
  const newest = kept.at(-1)
  if (newest === undefined) return []
  return newest.ends.map((end, partition) => {
    const since = kept.find(({ ends }) => ends[partition] !== null && ends[partition] !== undefined)
    const from = since?.ends[partition] ?? null
    if (end === null || from === null || since === undefined || newest.at - since.at < APART_MS) return null
    return Math.max(0, end - from) / ((newest.at - since.at) / 1_000)
  })
}

/** The sum of what is known; null when nothing is. */
export function sumKnown(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null)
  return known.length === 0 ? null : known.reduce((sum, value) => sum + value, 0)
}
