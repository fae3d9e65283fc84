import { DEFAULT_STOP_WORDS, HOUR_MS, MINUTE_MS } from '@smacktalk/contract'
import { SIGHTINGS_MAX } from './sightings.ts'

/** Settings that decide results; every worker of a deployment must have the same. */
export interface FoldSettings {
  /** How far behind the newest counted send time a record may be, ms. */
  readonly horizonMs: number
  /** How far behind the time of appending a live record may be, ms: what an ingestor may hold back. */
  readonly spoolMs: number
  /** Sightings per channel and run. */
  readonly sightingsMax: number
  /** Words left out of top words, lower-cased. */
  readonly stopWords: ReadonlySet<string>
}

export const DEFAULT_FOLD_SETTINGS: FoldSettings = {
  horizonMs: 15 * MINUTE_MS,
  spoolMs: 6 * HOUR_MS,
  sightingsMax: SIGHTINGS_MAX,
  stopWords: DEFAULT_STOP_WORDS,
}

/** Send times may run ahead of the time of appending by this much (metrics.md, Time). */
export const AHEAD_MS = 5 * MINUTE_MS

/**
 * How much of the log a restart reads back, by append time: a sighting within the horizon (and 30 s more for
 * the words rule) can have been appended up to AHEAD_MS before its send time (architecture.md, idea 5).
 */
export function readBackMs(settings: FoldSettings): number {
  return settings.horizonMs + AHEAD_MS + 30_000
}
