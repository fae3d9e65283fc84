import { csvLine } from '@smacktalk/contract'
import type { Plot } from './plot.ts'

/**
 * The messages that a chart shows, a line per step, oldest first: exact counts, not the drawn rates. What nobody
 * counted is empty; `state` says whether a step is still counting, the head what is left out. `source` tells demo data
 * from real ones.
 */
export function plotCsv(plot: Plot, source: string): string {
  const { without = [] } = plot
  const unit = without.length === 0 ? 'messages' : `messages without ${without.join(', ')}`
  const head = ['t', 'source', 'state', ...plot.series.map(({ label }) => `${label} ${unit}`)]
  const lines = plot.times.map((at, index) =>
    csvLine([
      new Date(at).toISOString(),
      source,
      index >= plot.running ? 'counting' : 'complete',
      ...plot.series.map(({ messages }) => messages[index] ?? null),
    ]),
  )
  return csvLine(head) + lines.join('')
}
