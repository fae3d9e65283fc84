import type { Point, SeriesAnswer } from '@smacktalk/contract'
import { type Sample, sumIntoSteps } from '../ranges/aggregate.ts'
import type { Span } from '../ranges/ranges.ts'
import type { FigureLine, Totals } from './figure-values.ts'

/** The small line of a figure, a value per drawn step that had ended by `nowMs`; null is unknown. */
export function figureLine(
  answer: Pick<SeriesAnswer, 'from' | 'to' | 'points'>,
  stepMs: number,
  line: FigureLine,
  nowMs: number,
): (number | null)[] {
  const span = { from: Date.parse(answer.from), to: Date.parse(answer.to) }
  const points = answer.points.filter(isPoint)
  const ended = Math.max(0, Math.floor((Math.min(span.to, nowMs) - span.from) / stepMs))
  return inSteps(points, span, stepMs, line).slice(0, ended)
}

function inSteps(
  points: readonly Point[],
  span: Span,
  stepMs: number,
  { by, names }: FigureLine,
): (number | null)[] {
  const sums = (...wanted: string[]) => sumIntoSteps(samplesOf(points, wanted), span, stepMs)
  switch (by) {
    case 'sum':
      return sums(...names)
    case 'ratio': {
      const [part = '', whole = ''] = names
      const wholes = sums(whole)
      return sums(part).map((value, index) => divided(value, wholes[index] ?? null))
    }
    case 'mean': {
      const samples = samplesOf(points, names)
      const known = samples.map(({ at, value }) => ({ at, value: value === null ? null : 1 }))
      const counts = sumIntoSteps(known, span, stepMs)
      return sumIntoSteps(samples, span, stepMs).map((value, index) => divided(value, counts[index] ?? null))
    }
    case 'highest':
      return highestInSteps(samplesOf(points, names), span, stepMs)
  }
}

function isPoint(point: SeriesAnswer['points'][number]): point is Point {
  return 'coveredMs' in point
}

/** The sum of some names in each point. */
function samplesOf(points: readonly Point[], names: readonly string[]): Sample[] {
  return points.map((point) => {
    const numbers: Totals = point
    const known = names.map((name) => numbers[name]).filter((value) => typeof value === 'number')
    return { at: Date.parse(point.t), value: known.length === 0 ? null : known.reduce((a, b) => a + b, 0) }
  })
}

function highestInSteps(samples: readonly Sample[], { from, to }: Span, stepMs: number): (number | null)[] {
  const highest: (number | null)[] = new Array(Math.max(0, Math.ceil((to - from) / stepMs))).fill(null)
  for (const { at, value } of samples) {
    const index = Math.floor((at - from) / stepMs)
    if (value === null || index < 0 || index >= highest.length) continue
    highest[index] = Math.max(highest[index] ?? 0, value)
  }
  return highest
}

/** Nothing divided by nothing is unknown, not zero. */
function divided(part: number | null, whole: number | null): number | null {
  return part === null || whole === null || whole === 0 ? null : part / whole
}
