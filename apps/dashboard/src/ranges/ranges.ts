import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS, type Step } from '@smacktalk/contract'

/** The ranges of a chart, with the step that is drawn and the step that is asked for. */
export const RANGES = {
  live: {
    label: 'Live',
    spoken: 'last 5 minutes',
    stepName: 'by the second',
    spanMs: 5 * MINUTE_MS,
    stepMs: SECOND_MS,
    ask: 'second',
    refreshMs: 15_000,
  },
  '1h': {
    label: '1 h',
    spoken: 'last hour',
    stepName: 'by the minute',
    spanMs: HOUR_MS,
    stepMs: MINUTE_MS,
    ask: 'minute',
    refreshMs: 10_000,
  },
  '24h': {
    label: '24 h',
    spoken: 'last 24 hours',
    stepName: 'by 5 minutes',
    spanMs: DAY_MS,
    stepMs: 5 * MINUTE_MS,
    ask: 'minute',
    refreshMs: 60_000,
  },
  '7d': {
    label: '7 d',
    spoken: 'last 7 days',
    stepName: 'by the hour',
    spanMs: 7 * DAY_MS,
    stepMs: HOUR_MS,
    ask: 'hour',
    refreshMs: 120_000,
  },
} as const satisfies Record<string, Range>

interface Range {
  label: string
  /** How the range is named in a sentence. */
  spoken: string
  stepName: string
  spanMs: number
  /** Length of a drawn step. */
  stepMs: number
  /** Step that is asked of the gateway; a drawn step may hold several. */
  ask: Step
  /** How often the stored points are asked for again. */
  refreshMs: number
}

export type RangeId = keyof typeof RANGES
export const RANGE_IDS = Object.keys(RANGES) as readonly RangeId[]

/** A half-open span of time in ms: from <= at < to. */
export interface Span {
  readonly from: number
  readonly to: number
}

/** The span a range covers at `nowMs`: whole steps, the last of them is the running one. */
export function rangeSpan(range: RangeId, nowMs: number): Span {
  const { spanMs, stepMs } = RANGES[range]
  const to = Math.floor(nowMs / stepMs) * stepMs + stepMs
  return { from: to - spanMs, to }
}

/** The UTC day that `nowMs` lies in, up to the end of its running hour. */
export function utcDaySoFar(nowMs: number): Span {
  return { from: Math.floor(nowMs / DAY_MS) * DAY_MS, to: Math.floor(nowMs / HOUR_MS) * HOUR_MS + HOUR_MS }
}

/** Longest span that is simply asked for by the minute, without cutting whole hours out of it. */
const MINUTES_ALONE_MS = 2 * HOUR_MS

/**
 * The same span cut so that its sums need few points: minutes at the ragged ends, hours between. Exact, because an
 * hour is the sum of its minutes. `from` and `to` must be whole minutes.
 */
export function sumPieces({ from, to }: Span): (Span & { step: Step })[] {
  const firstHour = Math.ceil(from / HOUR_MS) * HOUR_MS
  const lastHour = Math.floor(to / HOUR_MS) * HOUR_MS
  if (to - from <= MINUTES_ALONE_MS || lastHour <= firstHour) return [{ from, to, step: 'minute' }]
  const pieces: (Span & { step: Step })[] = []
  if (from < firstHour) pieces.push({ from, to: firstHour, step: 'minute' })
  pieces.push({ from: firstHour, to: lastHour, step: 'hour' })
  if (lastHour < to) pieces.push({ from: lastHour, to, step: 'minute' })
  return pieces
}
