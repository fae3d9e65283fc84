import { RECENT_SECONDS, SECOND_MS } from '@smacktalk/contract'
import { bucketSeconds, cutSeconds, type SecondLine } from '../live/second-line.ts'
import { type Missing, missingMs } from '../ranges/gaps.ts'

/** Seconds per point: ten minutes in sixty points. */
const BUCKET_SECONDS = 10

/** The last ten minutes of a channel for a small line, oldest first; null where it was not covered. */
export function channelSpark(
  line: SecondLine | undefined,
  endSecond: number,
  gaps: readonly Missing[],
): (number | null)[] {
  const from = endSecond - RECENT_SECONDS
  const values = cutSeconds(line ?? { first: 0, values: [] }, from, endSecond - 1, 0)
  return bucketSeconds(values, BUCKET_SECONDS).map((sum, index) => {
    const start = (from + index * BUCKET_SECONDS) * SECOND_MS
    const size = BUCKET_SECONDS * SECOND_MS
    const uncovered = missingMs(gaps, { from: start, to: start + size })
    return uncovered >= size / 2 && (sum ?? 0) === 0 ? null : sum
  })
}
