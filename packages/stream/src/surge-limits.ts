import type { MomentThresholds } from '@smacktalk/contract'
import { type Baseline, countAbove } from './baseline.ts'

/** A surge is looked for in the last three and the last ten seconds. */
export const SHORT_SECONDS = 3
export const LONG_SECONDS = 10
/** The short window is looked at more often by chance: it must stand out more, in hundredths of a deviation. */
const SHORT_EXTRA_DEVIATIONS = 60
/** A smaller surge is one too when most of it says the same: chance has no favourite text. */
const AGREED_PERCENT = 130
const AGREED_DEVIATIONS = 200

/** Counts of messages from which on there is a surge. */
export interface SurgeLimits {
  readonly short: number
  readonly long: number
  /** In the long window, when the messages agree. */
  readonly agreed: number
}

const NEVER = Number.POSITIVE_INFINITY

export function surgeLimits(thresholds: MomentThresholds, baseline: Baseline): SurgeLimits {
  if (!baseline.isWarm(thresholds)) return { short: NEVER, long: NEVER, agreed: NEVER }
  const { surgePercent, surgeDeviations, surgeMessages } = thresholds
  const limit = (seconds: number, percent: number, deviations: number): number => {
    const usual = baseline.expected(seconds)
    return Math.max(surgeMessages, (usual * percent) / 100, countAbove(usual, deviations, baseline.spread))
  }
  return {
    short: limit(SHORT_SECONDS, surgePercent, surgeDeviations + SHORT_EXTRA_DEVIATIONS),
    long: limit(LONG_SECONDS, surgePercent, surgeDeviations),
    agreed: limit(LONG_SECONDS, AGREED_PERCENT, AGREED_DEVIATIONS),
  }
}
