import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS, type Step } from '@smacktalk/contract'
import { dayAndClock, roughDuration } from '../format/times.ts'

/** A half-open span of time in ms: from <= at < to. */
export interface Span {
  readonly from: number
  readonly to: number
}

/** What the switch offers; `custom` is a span of its own, chosen by dragging over a chart or by an address. */
export const RANGE_IDS = ['live', '1h', '24h', '7d'] as const
export type RangeId = (typeof RANGE_IDS)[number]

/** A range of a chart, with the step that is drawn and the step that is asked for. */
export interface ChartRange {
  readonly id: RangeId | 'custom'
  /** Two ranges with the same key show the same. */
  readonly key: string
  readonly label: string
  /** How the range is named in a sentence. */
  readonly spoken: string
  readonly stepName: string
  /** Length of a drawn step, ms. */
  readonly stepMs: number
  /** Step that is asked of the gateway; a drawn step may hold several. */
  readonly ask: Step
  /** How often the stored points are asked for again, ms. */
  readonly refreshMs: number
  /** The span it covers at `nowMs`: whole steps; the last one is the running one unless it is all past. */
  span(nowMs: number): Span
}

/** How a drawn step is made and named, finest first. */
interface DrawnStep {
  readonly stepMs: number
  readonly ask: Step
  readonly stepName: string
  readonly refreshMs: number
}

const DRAWN_STEPS = [
  { stepMs: SECOND_MS, ask: 'second', stepName: 'by the second', refreshMs: 15_000 },
  { stepMs: MINUTE_MS, ask: 'minute', stepName: 'by the minute', refreshMs: 10_000 },
  { stepMs: 5 * MINUTE_MS, ask: 'minute', stepName: 'by 5 minutes', refreshMs: 60_000 },
  { stepMs: HOUR_MS, ask: 'hour', stepName: 'by the hour', refreshMs: 120_000 },
  { stepMs: DAY_MS, ask: 'day', stepName: 'by the UTC day', refreshMs: 300_000 },
] as const satisfies readonly DrawnStep[]

const [SECONDS, MINUTES, FIVE_MINUTES, HOURS, DAYS] = DRAWN_STEPS

/** Most points of a chart: more are finer than a screen (issue 8). */
const POINTS_MAX = 700

function upToNow(id: RangeId, label: string, spoken: string, spanMs: number, step: DrawnStep): ChartRange {
  const span = (nowMs: number): Span => {
    const to = Math.floor(nowMs / step.stepMs) * step.stepMs + step.stepMs
    return { from: to - spanMs, to }
  }
  return { id, key: id, label, spoken, ...step, span }
}

export const RANGES: Readonly<Record<RangeId, ChartRange>> = {
  live: upToNow('live', 'Live', 'last 5 minutes', 5 * MINUTE_MS, SECONDS),
  '1h': upToNow('1h', '1 h', 'last hour', HOUR_MS, MINUTES),
  '24h': upToNow('24h', '24 h', 'last 24 hours', DAY_MS, FIVE_MINUTES),
  '7d': upToNow('7d', '7 d', 'last 7 days', 7 * DAY_MS, HOURS),
}

/** Seconds of the live range. */
export const LIVE_SECONDS = 300

/** Shortest and longest custom span, ms: ten minutes are ten of the finest stored steps; rows are kept 400 days. */
export const CUSTOM_MIN_MS = 10 * MINUTE_MS
export const CUSTOM_MAX_MS = 400 * DAY_MS

/**
 * A range of its own. Its step is the finest that is stored and gives at most 700 points; its ends are moved outwards
 * to whole steps, and a span outside the bounds is widened or cut at its beginning.
 */
export function customRange(wanted: Span): ChartRange {
  const rounded = ({ stepMs }: DrawnStep): Span => {
    const to = Math.ceil(wanted.to / stepMs) * stepMs
    const from = Math.floor(Math.min(wanted.from, wanted.to - CUSTOM_MIN_MS) / stepMs) * stepMs
    return { from: Math.max(from, to - CUSTOM_MAX_MS), to }
  }
  const fits = (step: DrawnStep): boolean => {
    const { from, to } = rounded(step)
    return (to - from) / step.stepMs <= POINTS_MAX
  }
  const step = [MINUTES, FIVE_MINUTES, HOURS].find(fits) ?? DAYS
  const { from, to } = rounded(step)
  const words = `${dayAndClock(from)} to ${dayAndClock(to)}`
  return {
    id: 'custom',
    key: `${from}-${to}`,
    label: roughDuration(to - from),
    spoken: words,
    ...step,
    span: () => ({ from, to }),
  }
}

/** The same span moved by a part of its length, never into the future of `nowMs`. */
export function panned({ from, to }: Span, by: number, nowMs: number): Span {
  const lengthMs = to - from
  const end = Math.min(to + lengthMs * by, Math.ceil(nowMs / MINUTE_MS) * MINUTE_MS)
  return { from: end - lengthMs, to: end }
}

/** The UTC day that `nowMs` lies in, up to the end of its running hour. */
export function utcDaySoFar(nowMs: number): Span {
  return { from: Math.floor(nowMs / DAY_MS) * DAY_MS, to: Math.floor(nowMs / HOUR_MS) * HOUR_MS + HOUR_MS }
}

/** So many full minutes up to the running one. */
export function fullMinutes(nowMs: number, minutes: number): Span {
  const to = Math.floor(nowMs / MINUTE_MS) * MINUTE_MS
  return { from: to - minutes * MINUTE_MS, to }
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
