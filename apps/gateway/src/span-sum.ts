import {
  CHATTERS_ERROR,
  type ChatterCount,
  CLASS_COUNT,
  COUNT_NAMES,
  emptyClasses,
  emptyCounts,
  type Point,
  type SpanSummary,
  type Tally,
} from '@smacktalk/contract'

/**
 * The same span of several channels added up. Peaks do not add up: the highest of any channel stands, because
 * what happened in the same second of two channels is not kept for the past.
 */
export class SpanSum {
  readonly #start: number
  readonly #messages = emptyClasses()
  readonly #characters = emptyClasses()
  readonly #emoteUses = emptyClasses()
  readonly #counts = emptyCounts()
  readonly #notices = new Map<string, number>()
  readonly #dropped = new Map<string, number>()
  #peakPerSecond = 0
  #position = 0
  #channels = 0
  /** Most chatters of a single channel: the union cannot be less. */
  #chattersMost: ChatterCount = { count: 0, approximate: false }

  constructor(start: number) {
    this.#start = start
  }

  add(summary: SpanSummary): void {
    this.#channels++
    for (let index = 0; index < CLASS_COUNT; index++) {
      this.#messages[index]! += summary.messages[index] ?? 0
      this.#characters[index]! += summary.characters[index] ?? 0
      this.#emoteUses[index]! += summary.emoteUses[index] ?? 0
    }
    for (const name of COUNT_NAMES) this.#counts[name] += summary.counts[name]
    tally(this.#notices, summary.otherNoticesByKind)
    tally(this.#dropped, summary.droppedByReason)
    this.#peakPerSecond = Math.max(this.#peakPerSecond, summary.peakPerSecond)
    this.#position = Math.max(this.#position, summary.position)
    if (summary.chatters > this.#chattersMost.count) {
      this.#chattersMost = { count: summary.chatters, approximate: summary.chattersApproximate }
    }
  }

  /** Null when no channel had a record; `union` are the distinct chatters over the channels, as far as known. */
  summary(union: ChatterCount): SpanSummary | null {
    if (this.#channels === 0) return null
    const chatters = atLeast(union, this.#chattersMost)
    return {
      start: this.#start,
      position: this.#position,
      messages: this.#messages,
      characters: this.#characters,
      emoteUses: this.#emoteUses,
      counts: this.#counts,
      otherNoticesByKind: tallies(this.#notices),
      droppedByReason: tallies(this.#dropped),
      peakPerSecond: this.#peakPerSecond,
      chatters: chatters.count,
      chattersApproximate: chatters.approximate,
    }
  }
}

/** A union read a moment ago may be behind one of its parts. */
function atLeast(union: ChatterCount, part: ChatterCount): ChatterCount {
  return union.count >= part.count
    ? union
    : { count: part.count, approximate: part.approximate || union.approximate }
}

function tally(into: Map<string, number>, list: readonly Tally[]): void {
  for (const { name, count } of list) into.set(name, (into.get(name) ?? 0) + count)
}

function tallies(map: ReadonlyMap<string, number>): Tally[] {
  return [...map].map(([name, count]) => ({ name, count })).sort((a, b) => (a.name < b.name ? -1 : 1))
}

const SUMMED = ['messages', 'characters', 'emoteUses', 'coveredMs', ...COUNT_NAMES] as const

/** Totals of a range: sums, the highest peak, and the union of chatters; null where every point is null. */
export function totalsOf(points: readonly Point[], chatters: ChatterCount): Record<string, number | null> {
  const totals: Record<string, number | null> = {}
  for (const name of SUMMED) totals[name] = sumOf(points.map((point) => point[name]))
  totals['peakPerSecond'] = maximumOf(points.map((point) => point.peakPerSecond))
  const most = maximumOf(points.map((point) => point.chatters))
  totals['chatters'] = most === null ? null : Math.max(chatters.count, most)
  totals['chattersError'] = most === null ? null : chatters.approximate ? CHATTERS_ERROR : 0
  return totals
}

/** Null when every value is null. */
export function sumOf(values: readonly (number | null)[]): number | null {
  let sum: number | null = null
  for (const value of values) if (value !== null) sum = (sum ?? 0) + value
  return sum
}

function maximumOf(values: readonly (number | null)[]): number | null {
  let most: number | null = null
  for (const value of values) if (value !== null && (most === null || value > most)) most = value
  return most
}
