/**
 * When a channel was heard, in epoch ms. Stored rows say it up to the last coverage tick; while a channel is
 * joined, the time since then is covered provisionally, so that a live chart does not end in a gap.
 */
import type { ChannelState, CoverageRow, Gap } from '@smacktalk/contract'

/** Half open: from <= atMs < to. */
export interface Interval {
  readonly from: number
  readonly to: number
}

export interface DayCoverage {
  /** Start of the UTC day, ms. */
  readonly day: number
  readonly row: CoverageRow
}

export interface Loss {
  readonly at: number
  readonly cause: string
}

/** How the ingestor says it stands with the channel. */
export interface Standing {
  readonly state: ChannelState
  readonly since: number
}

export interface Coverage {
  /** Heard live or imported, merged, ascending. */
  readonly covered: readonly Interval[]
  /** Heard live only. */
  readonly live: readonly Interval[]
  /** Ascending by time. */
  readonly losses: readonly Loss[]
}

/**
 * Longest time since the last coverage tick that still counts as covered. Ticks come every few seconds and take
 * a moment to be folded; an ingestor that has been silent for longer has died without saying so.
 */
export const PROVISIONAL_MS_MAX = 30_000

/** A gap starts at the last proof of life and a loss names the same moment; two ingestors differ by a little. */
const CAUSE_NEAR_MS = 5_000

/** Gaps one answer lists; a connection that flaps for weeks must not make an answer without end. */
export const GAPS_MAX = 1_000

export function coverageOf(days: readonly DayCoverage[]): Coverage {
  const live: Interval[] = []
  const imported: Interval[] = []
  const losses: Loss[] = []
  for (const { day, row } of days) {
    collect(live, day, row.starts, row.ends)
    collect(imported, day, row.importedStarts, row.importedEnds)
    for (const { at, cause } of row.losses) losses.push({ at: day + at, cause })
  }
  losses.sort((a, b) => a.at - b.at)
  const mergedLive = mergeIntervals(live)
  return { covered: mergeIntervals([...mergedLive, ...imported]), live: mergedLive, losses }
}

function collect(into: Interval[], day: number, starts: readonly number[], ends: readonly number[]): void {
  for (const [index, start] of starts.entries()) {
    const end = ends[index]
    if (end !== undefined && end > start) into.push({ from: day + start, to: day + end })
  }
}

/** The same time as disjoint, ascending intervals; touching ones become one. */
export function mergeIntervals(intervals: Iterable<Interval>): Interval[] {
  const merged: Interval[] = []
  for (const { from, to } of [...intervals].sort((a, b) => a.from - b.from)) {
    const last = merged.at(-1)
    if (last !== undefined && from <= last.to) {
      if (to > last.to) merged[merged.length - 1] = { from: last.from, to }
    } else if (to > from) {
      merged.push({ from, to })
    }
  }
  return merged
}

/** The coverage with the time since the last tick, when the channel is still joined. */
export function upToNow(coverage: Coverage, standing: Standing | null, nowMs: number): Coverage {
  if (standing?.state !== 'joined') return coverage
  const from = Math.max(coverage.live.at(-1)?.to ?? standing.since, standing.since)
  if (from >= nowMs || nowMs - from > PROVISIONAL_MS_MAX) return coverage
  const tail = { from, to: nowMs }
  return {
    covered: mergeIntervals([...coverage.covered, tail]),
    live: mergeIntervals([...coverage.live, tail]),
    losses: coverage.losses,
  }
}

/** Covered milliseconds of [from, to). The intervals are disjoint and ascending. */
export function coveredMsIn(intervals: readonly Interval[], from: number, to: number): number {
  let sum = 0
  for (let index = firstEndingAfter(intervals, from); index < intervals.length; index++) {
    const interval = intervals[index]!
    if (interval.from >= to) break
    sum += Math.min(interval.to, to) - Math.max(interval.from, from)
  }
  return sum
}

function firstEndingAfter(intervals: readonly Interval[], atMs: number): number {
  let low = 0
  let high = intervals.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (intervals[middle]!.to > atMs) high = middle
    else low = middle + 1
  }
  return low
}

/** When a channel was to be heard, null when never: from its first coverage or its adding on. */
export function wantedTime(coverage: Coverage, addedAt: number | null, nowMs: number): Interval | null {
  const first = coverage.covered[0]?.from ?? null
  // Nobody wants a channel that has left the list: its time ends with what was heard of it.
  const to = addedAt === null ? (coverage.covered.at(-1)?.to ?? null) : nowMs
  const from = first === null ? addedAt : Math.min(first, addedAt ?? first)
  return from === null || to === null || to <= from ? null : { from, to }
}

/** Covered part of what was wanted within [from, to), rounded down to four digits; null when nothing was wanted. */
export function coverageRatio(
  coverage: Coverage,
  wanted: Interval | null,
  from: number,
  to: number,
): number | null {
  const part = clip(wanted, from, to)
  if (part === null) return null
  return ratio(coveredMsIn(coverage.covered, part.from, part.to), part.to - part.from)
}

/** Rounded down: what has a gap is never shown as complete. */
export function ratio(coveredMs: number, wantedMs: number): number {
  return Math.floor((coveredMs / wantedMs) * 10_000) / 10_000
}

export function clip(interval: Interval | null, from: number, to: number): Interval | null {
  if (interval === null) return null
  const clipped = { from: Math.max(interval.from, from), to: Math.min(interval.to, to) }
  return clipped.to > clipped.from ? clipped : null
}

export interface GapQuestion {
  readonly coverage: Coverage
  readonly wanted: Interval | null
  /** Coverage is known from here on; what was before has not been read. */
  readonly knownFrom: number
  readonly standing: Standing | null
  readonly nowMs: number
}

export interface GapList {
  readonly gaps: Gap[]
  /** How many of the shortest are left out because there are more than GAPS_MAX. */
  readonly omitted: number
}

/** Wanted time without coverage within [from, to), each gap with why it began. */
export function gapsIn(question: GapQuestion, from: number, to: number): GapList {
  const found: (Interval & { cause: string })[] = []
  for (const gap of uncovered(question)) {
    const part = clip(gap, from, to)
    if (part !== null) found.push({ ...part, cause: causeOf(gap, question) })
  }
  const kept =
    found.length <= GAPS_MAX
      ? found
      : found
          .toSorted((a, b) => b.to - b.from - (a.to - a.from))
          .slice(0, GAPS_MAX)
          .sort((a, b) => a.from - b.from)
  return {
    gaps: kept.map((gap) => ({
      from: new Date(gap.from).toISOString(),
      to: new Date(gap.to).toISOString(),
      cause: gap.cause,
    })),
    omitted: found.length - kept.length,
  }
}

function* uncovered({ coverage, wanted, knownFrom }: GapQuestion): Generator<Interval> {
  const part = clip(wanted, knownFrom, Number.POSITIVE_INFINITY)
  if (part === null) return
  let at = part.from
  for (const interval of coverage.covered) {
    if (interval.from >= part.to) break
    if (interval.from > at) yield { from: at, to: interval.from }
    at = Math.max(at, interval.to)
  }
  if (at < part.to) yield { from: at, to: part.to }
}

function causeOf(gap: Interval, question: GapQuestion): string {
  const { coverage, wanted, knownFrom, standing, nowMs } = question
  const loss = nearestLoss(coverage.losses, gap.from)
  if (loss !== null) return loss.cause
  const running = gap.to === nowMs
  if (running && standing?.state === 'suspended') return 'suspended'
  const heardBefore = coverage.live.some((interval) => interval.from < gap.from)
  const beginningKnown = wanted !== null && wanted.from >= knownFrom
  if (!heardBefore && beginningKnown) return 'not joined yet'
  if (running && standing?.state === 'lost') return 'connection lost'
  return 'ingestor down'
}

function nearestLoss(losses: readonly Loss[], atMs: number): Loss | null {
  let nearest: Loss | null = null
  for (const loss of losses) {
    const distance = Math.abs(loss.at - atMs)
    if (distance > CAUSE_NEAR_MS) continue
    if (nearest === null || distance < Math.abs(nearest.at - atMs)) nearest = loss
  }
  return nearest
}
