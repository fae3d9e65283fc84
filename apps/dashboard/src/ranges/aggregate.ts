import type { Point, SecondPoint } from '@smacktalk/contract'
import type { Span } from './ranges.ts'

/** A number at the start of its step; null means nobody knows, which is not zero. */
export interface Sample {
  readonly at: number
  readonly value: number | null
}

/**
 * Sums samples into the steps of a span, one value per step in order. Known parts are summed; a step of unknown
 * parts alone stays null. Samples outside the span are left out.
 */
export function sumIntoSteps(
  samples: Iterable<Sample>,
  { from, to }: Span,
  stepMs: number,
): (number | null)[] {
  const sums: (number | null)[] = new Array(Math.max(0, Math.ceil((to - from) / stepMs))).fill(null)
  for (const { at, value } of samples) {
    const index = Math.floor((at - from) / stepMs)
    if (value === null || index < 0 || index >= sums.length) continue
    sums[index] = (sums[index] ?? 0) + value
  }
  return sums
}

/** The sum of what is known; null when nothing is. */
export function sumKnown(values: Iterable<number | null>): number | null {
  let sum: number | null = null
  for (const value of values) if (value !== null) sum = (sum ?? 0) + value
  return sum
}

/** Mean over the known values; null when nothing is known. */
export function meanKnown(values: readonly (number | null)[]): number | null {
  let sum = 0
  let known = 0
  for (const value of values) {
    if (value === null) continue
    sum += value
    known++
  }
  return known === 0 ? null : sum / known
}

/** The covered time of the points of an answer, in ms; a point that does not tell it is left out. */
export function coveredSamples(points: readonly (Point | SecondPoint)[]): Sample[] {
  return points.flatMap((point) =>
    'coveredMs' in point ? [{ at: Date.parse(point.t), value: point.coveredMs }] : [],
  )
}
