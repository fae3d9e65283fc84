import { sumClasses } from './classes.ts'
import { COUNT_NAMES, type CountName, type SpanSummary } from './rows.ts'

/** Relative standard error of a HyperLogLog with precision 12 (metrics.md). */
export const CHATTERS_ERROR = 0.01625

/** One span of a series. Null numbers mean: neither covered nor with records; unknown, not zero. */
export type Point = {
  /** Start of the span, ISO 8601 UTC. */
  t: string
  messages: number | null
  characters: number | null
  emoteUses: number | null
  chatters: number | null
  chattersError: number | null
  peakPerSecond: number | null
  coveredMs: number
  otherNoticesByKind: Record<string, number>
  droppedByReason: Record<string, number>
} & Record<CountName, number | null>

/** A second of the live chart; only messages are kept per second. */
export interface SecondPoint {
  t: string
  messages: number | null
}

/** Names that are kept by class. */
export const CLASSED_NAMES = ['messages', 'characters', 'emoteUses'] as const
export type ClassedName = (typeof CLASSED_NAMES)[number]

/** Names that `without` does not change: all but those that are kept by class. */
export const UNAFFECTED_BY_WITHOUT: readonly string[] = [
  ...COUNT_NAMES,
  'chatters',
  'peakPerSecond',
  'coveredMs',
]

/** A stored span as its readers see it, without the classes of the mask. */
export function pointFrom(summary: SpanSummary, mask: number, coveredMs: number): Point {
  const point: Point = {
    t: new Date(summary.start).toISOString(),
    messages: sumClasses(summary.messages, mask),
    characters: sumClasses(summary.characters, mask),
    emoteUses: sumClasses(summary.emoteUses, mask),
    chatters: summary.chatters,
    chattersError: summary.chattersApproximate ? CHATTERS_ERROR : 0,
    peakPerSecond: summary.peakPerSecond,
    coveredMs,
    otherNoticesByKind: tallies(summary.otherNoticesByKind),
    droppedByReason: tallies(summary.droppedByReason),
    ...summary.counts,
  }
  return point
}

/** A span without any record: zero when it was covered at all, null when nobody was there. */
export function emptyPoint(startMs: number, coveredMs: number): Point {
  const value = coveredMs > 0 ? 0 : null
  const counts = {} as Record<CountName, number | null>
  for (const name of COUNT_NAMES) counts[name] = value
  return {
    t: new Date(startMs).toISOString(),
    messages: value,
    characters: value,
    emoteUses: value,
    chatters: value,
    chattersError: value,
    peakPerSecond: value,
    coveredMs,
    otherNoticesByKind: {},
    droppedByReason: {},
    ...counts,
  }
}

function tallies(list: readonly { name: string; count: number }[]): Record<string, number> {
  return Object.fromEntries(list.map(({ name, count }) => [name, count]))
}
