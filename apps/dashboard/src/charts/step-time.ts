import { DAY_MS, HOUR_MS, MINUTE_MS } from '@smacktalk/contract'
import { clock, clockSeconds, dayAndClock, weekday } from '../format/times.ts'
import type { Plot } from './plot.ts'

/** In a longer chart a day of the week stands twice. */
const WEEK_MS = 7 * DAY_MS

/** The time of a step as a tooltip, a table and a sentence write it: as exact as the step is, with the day where a chart is longer. */
export function stepTime({ stepMs, times }: Pick<Plot, 'stepMs' | 'times'>, index: number): string {
  const at = times[index] ?? 0
  if (stepMs < MINUTE_MS) return clockSeconds(at)
  const shownMs = (times.at(-1) ?? at) - (times[0] ?? at) + stepMs
  if (shownMs > WEEK_MS) return dayAndClock(at)
  return stepMs < HOUR_MS && shownMs <= DAY_MS ? clock(at) : `${weekday(at)}, ${clock(at)}`
}
