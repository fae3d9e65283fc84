import { DAY_MS, HOUR_MS, MINUTE_MS } from '@smacktalk/contract'
import { clock, dayAndMonth, weekday } from '../format/times.ts'

const NICE = [1, 2, 2.5, 5, 10]
/** Most steps on a value axis, so labels keep their distance. */
const STEPS_MAX = 5
/** Room above the highest value, so a line never touches the edge. */
const HEADROOM = 1.06
/** A scale that is up to this much too tall is kept, so the live axis does not jump with every burst. */
const KEEP_UNTIL = 0.45

export interface ValueScale {
  readonly top: number
  readonly step: number
}

/**
 * From zero in steps of 1, 2, 2.5 or 5 × 10ⁿ, of `stepMin` at least; an axis in use is kept while its values still
 * fill it well.
 */
export function valueScale(highest: number, inUse?: ValueScale, stepMin = 0): ValueScale {
  const peak = highest * HEADROOM
  if (inUse !== undefined && highest > 0 && peak <= inUse.top && peak >= inUse.top * KEEP_UNTIL) return inUse
  if (!(peak > 0)) return { top: 4, step: 1 }
  const decade = 10 ** Math.floor(Math.log10(peak / STEPS_MAX))
  const factor = NICE.find((nice) => peak / (nice * decade) <= STEPS_MAX) ?? 10
  const step = Math.max(stepMin, factor * decade)
  return { top: Math.max(2, Math.ceil(peak / step - 1e-9)) * step, step }
}

/** The values that carry a gridline, without the dust of adding fractions. */
export function valueTicks({ top, step }: ValueScale): number[] {
  const ticks: number[] = []
  for (let index = 0; index <= Math.round(top / step); index++)
    ticks.push(Number((index * step).toPrecision(12)))
  return ticks
}

/** `1,500`; `20k` from 10,000; as many decimals as the step has. */
export function valueLabel(value: number, step: number): string {
  if (value === 0) return '0'
  if (value >= 10_000) return `${Number((value / 1000).toPrecision(6))}k`
  const digits = decimalsOf(step)
  const format =
    formats[digits] ??
    new Intl.NumberFormat('en-US', { minimumFractionDigits: digits, maximumFractionDigits: digits })
  formats[digits] = format
  return format.format(value)
}

/** By decimals: making one takes longer than all labels of an axis. */
const formats: Intl.NumberFormat[] = []

function decimalsOf(step: number): number {
  for (let digits = 0; digits < 6; digits++) {
    const scaled = step * 10 ** digits
    if (Math.abs(scaled - Math.round(scaled)) < 1e-6) return digits
  }
  return 6
}

const TIME_STEPS = [
  MINUTE_MS,
  2 * MINUTE_MS,
  5 * MINUTE_MS,
  10 * MINUTE_MS,
  20 * MINUTE_MS,
  30 * MINUTE_MS,
  HOUR_MS,
  2 * HOUR_MS,
  3 * HOUR_MS,
  6 * HOUR_MS,
  8 * HOUR_MS,
  12 * HOUR_MS,
  DAY_MS,
  2 * DAY_MS,
  4 * DAY_MS,
  7 * DAY_MS,
  14 * DAY_MS,
  28 * DAY_MS,
  56 * DAY_MS,
  112 * DAY_MS,
]
/** A longer span than a week names the month of its days, a shorter one the day of the week (design, Charts). */
const WEEK_MS = 7 * DAY_MS
/** Narrowest distance of two time labels in px; a narrow chart still has room for about three. */
const LABEL_DISTANCE = 116
const LABELS_MIN = 3
/** Half a label in px: one nearer to the right edge would be cut off. */
const LABEL_HALF = 18

export interface TimeTick {
  readonly at: number
  readonly label: string
}

/** Minutes that local time is ahead of UTC at a moment, in ms. */
export type ZoneOffset = (atMs: number) => number
export const localOffset: ZoneOffset = (atMs) => -new Date(atMs).getTimezoneOffset() * MINUTE_MS

/** Labels on round local times: as dense as the width allows; days when the span is longer than two of them. */
export function timeTicks(
  from: number,
  to: number,
  widthPx: number,
  offset: ZoneOffset = localOffset,
  timeZone?: string,
): TimeTick[] {
  const span = to - from
  const fits = Math.max(LABELS_MIN, Math.floor(widthPx / LABEL_DISTANCE))
  const lastAt = to - (LABEL_HALF / Math.max(widthPx, 1)) * span
  const byDay = span > 2 * DAY_MS
  const step =
    TIME_STEPS.find((size) => span / size <= fits && (!byDay || size >= DAY_MS)) ??
    Math.ceil(span / fits / DAY_MS) * DAY_MS
  const labelOf = !byDay ? clock : span > WEEK_MS ? dayAndMonth : weekday
  const ticks: TimeTick[] = []
  const first = Math.ceil((from + offset(from)) / step)
  for (let index = first; ; index++) {
    // The offset at the tick itself decides, so labels stay round over a change of the clocks.
    const guess = index * step - offset(from)
    const at = index * step - offset(guess)
    if (at > lastAt) return ticks
    if (at >= from) ticks.push({ at, label: labelOf(at, timeZone) })
  }
}
