import type { DetectorClock, MomentThresholds } from '@smacktalk/contract'
import { BUCKET_SECONDS } from './baseline.ts'
import { Evidence } from './evidence.ts'
import type { FoundMoment } from './found-moment.ts'

export type MomentStep = 'started' | 'changed' | 'ended'
/** Called for each change of a moment, before the next record. */
export type ReportMoment = (moment: FoundMoment, step: MomentStep) => void

/** What a record brings along. */
export interface DetectorContext {
  readonly run: string
  readonly thresholds: MomentThresholds
  readonly position: number
  readonly report: ReportMoment
}

/** Start of the first whole bucket after a second. */
export function nextBucket(second: number): number {
  return Math.floor(second / BUCKET_SECONDS + 1) * BUCKET_SECONDS
}

/** A detector that has seen nothing but that a second has begun. */
export function emptyClock(second: number): DetectorClock {
  const none = new Evidence().toStored()
  return {
    second,
    learnedTo: nextBucket(second),
    warmth: 0,
    mean: 0,
    removals: 0,
    spread: 1_000,
    warming: [],
    recent: [],
    blockStart: second,
    before: none,
    now: none,
    open: null,
    closed: [],
  }
}
