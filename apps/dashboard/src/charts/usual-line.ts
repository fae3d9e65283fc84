import { type Usual, usualAt } from '@smacktalk/contract'

/** What is usual, as a dotted line of a chart. */
export interface UsualLine {
  /** Colour of the channel it belongs to; null: it belongs to all that is drawn. */
  readonly slot: number | null
  /** Messages per second; null where nothing is known. */
  rateAt(atMs: number): number | null
}

export const NO_USUAL: readonly UsualLine[] = []

export function usualLine(usual: Usual, slot: number | null): UsualLine {
  return {
    slot,
    rateAt(atMs) {
      const perMinute = usualAt(usual, atMs)
      return perMinute === null ? null : perMinute / 60
    },
  }
}
