import { csvLine, type SeriesAnswer } from '@smacktalk/contract'

/**
 * A range of a channel as a file: a line per step with every number of the API, what nobody counted empty. A row names
 * its source, because it outlives the page that said *demo data*; `without` is what was left out.
 */
export function rangeCsv(
  { channel, step, without, points }: Pick<SeriesAnswer, 'channel' | 'step' | 'without' | 'points'>,
  source: string,
): string {
  const first: Record<string, unknown> = { ...points[0] }
  // Tallies by kind have a name per kind; `smacktalk export` gives them.
  const numbers = Object.keys(first).filter((name) => name !== 't' && !isTally(first[name]))
  const head = ['t', 'channelId', 'channel', 'source', 'step', 'without', ...numbers]
  const lines = points.map((point) => {
    const values: Record<string, unknown> = { ...point }
    const cells = numbers.map((name) => {
      const value = values[name]
      return typeof value === 'number' ? value : null
    })
    return csvLine([point.t, channel.id, channel.name, source, step, without.join(' '), ...cells])
  })
  return csvLine(head) + lines.join('')
}

function isTally(value: unknown): boolean {
  return typeof value === 'object' && value !== null
}
