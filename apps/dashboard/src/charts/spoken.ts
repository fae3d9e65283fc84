import { count, rate } from '../format/numbers.ts'
import { roughDuration } from '../format/times.ts'
import type { Plot } from './plot.ts'
import { stepTime } from './step-time.ts'

/** A chart in a sentence or three, for those who do not see it. `title` names it and its range. */
export function spokenSummary(title: string, plot: Plot): string {
  let highest: number | null = null
  let lowest: number | null = null
  for (let index = 0; index < plot.running; index++) {
    const value = plot.total[index] ?? null
    if (value === null) continue
    if (highest === null || value > (plot.total[highest] ?? 0)) highest = index
    if (lowest === null || value < (plot.total[lowest] ?? 0)) lowest = index
  }
  if (highest === null || lowest === null) return `${title}. Nothing was counted in this time.`
  const parts = [
    `${title}.`,
    `Highest ${rate(plot.total[highest])} messages per second at ${stepTime(plot, highest)}, lowest ${rate(plot.total[lowest])}.`,
  ]
  if (plot.series.length > 1) {
    const names = plot.series.slice(0, 3).map(({ label }) => label)
    parts.push(`${count(plot.series.length)} bands, largest ${names.join(', ')}.`)
  }
  const missing = plot.gaps.reduce((sum, { from, to }) => sum + to - from, 0)
  if (missing > 0) parts.push(`No coverage for ${roughDuration(missing)}.`)
  return parts.join(' ')
}
