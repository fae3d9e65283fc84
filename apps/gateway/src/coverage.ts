/**
 * When a channel was heard, in epoch ms. Stored rows say it up to the last coverage tick; while a channel is
 * joined, the time since then is covered provisionally, so that a live chart does not end in a gap.
 */
import type { ChannelState, CoverageRow } from '@smacktalk/contract'
import { clip, coveredMsIn, type Interval, mergeIntervals, withoutIntervals } from './intervals.ts'

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
  /** Heard live, imported or backfilled, merged, ascending. */
  readonly covered: readonly Interval[]
  /** Heard live only. */
  readonly live: readonly Interval[]
  /** Brought by a history service alone: what nobody heard, nor an import covers. */
  readonly backfilled: readonly Interval[]
  /** Ascending by time. */
  readonly losses: readonly Loss[]
}

/**
 * Longest time since the last coverage tick that still counts as covered. Ticks come every few seconds and take
 * a moment to be folded; an ingestor that has been silent for longer has died without saying so.
 */
export const PROVISIONAL_MS_MAX = 30_000

export function coverageOf(days: readonly DayCoverage[]): Coverage {
  const live: Interval[] = []
  const imported: Interval[] = []
  const backfilled: Interval[] = []
  const losses: Loss[] = []
  for (const { day, row } of days) {
    collect(live, day, row.starts, row.ends)
    collect(imported, day, row.importedStarts, row.importedEnds)
    collect(backfilled, day, row.backfilledStarts, row.backfilledEnds)
    for (const { at, cause } of row.losses) losses.push({ at: day + at, cause })
  }
  losses.sort((a, b) => a.at - b.at)
  const mergedLive = mergeIntervals(live)
  const byOurselves = mergeIntervals([...mergedLive, ...imported])
  return {
    covered: mergeIntervals([...byOurselves, ...backfilled]),
    live: mergedLive,
    backfilled: withoutIntervals(mergeIntervals(backfilled), byOurselves),
    losses,
  }
}

function collect(into: Interval[], day: number, starts: readonly number[], ends: readonly number[]): void {
  for (const [index, start] of starts.entries()) {
    const end = ends[index]
    if (end !== undefined && end > start) into.push({ from: day + start, to: day + end })
  }
}

/** The coverage with the time since the last tick, when the channel is still joined. */
export function upToNow(coverage: Coverage, standing: Standing | null, nowMs: number): Coverage {
  if (standing?.state !== 'joined') return coverage
  const from = Math.max(coverage.live.at(-1)?.to ?? standing.since, standing.since)
  if (from >= nowMs || nowMs - from > PROVISIONAL_MS_MAX) return coverage
  const tail = { from, to: nowMs }
  return {
    ...coverage,
    covered: mergeIntervals([...coverage.covered, tail]),
    live: mergeIntervals([...coverage.live, tail]),
  }
}

/** Why a channel was left; it may be left for another ingestor too. */
export const LEFT = 'left'

/**
 * When a channel was to be heard, ascending: from its first coverage or its adding on. One that was taken off the
 * list and added again was not wanted in between; of several times only the last is known.
 */
export function wantedTime(coverage: Coverage, addedAt: number | null, nowMs: number): Interval[] {
  const first = coverage.covered[0]?.from ?? null
  // Nobody wants a channel that has left the list: its time ends with what was heard of it.
  const to = addedAt === null ? (coverage.covered.at(-1)?.to ?? null) : nowMs
  const from = first === null ? addedAt : Math.min(first, addedAt ?? first)
  if (from === null || to === null || to <= from) return []
  const away = addedAt === null ? null : timeAway(coverage, addedAt)
  return away === null ? [{ from, to }] : withoutIntervals([{ from, to }], [away])
}

/** Between leaving a channel and adding it again. */
function timeAway({ covered, losses }: Coverage, addedAt: number): Interval | null {
  const heardBefore = covered.findLast(({ from }) => from < addedAt)
  if (heardBefore === undefined || heardBefore.to >= addedAt) return null
  const away = { from: heardBefore.to, to: addedAt }
  return nearestLoss(losses, away)?.cause === LEFT ? away : null
}

/** Covered part of what was wanted within [from, to), rounded down to four digits; null when nothing was wanted. */
export function coverageRatio(
  coverage: Coverage,
  wanted: readonly Interval[],
  from: number,
  to: number,
): number | null {
  const parts = wanted.flatMap((interval) => clip(interval, from, to) ?? [])
  if (parts.length === 0) return null
  const wantedMs = parts.reduce((sum, part) => sum + part.to - part.from, 0)
  const coveredMs = parts.reduce((sum, part) => sum + coveredMsIn(coverage.covered, part.from, part.to), 0)
  return ratio(coveredMs, wantedMs)
}

/** Rounded down: what has a gap is never shown as complete. */
export function ratio(coveredMs: number, wantedMs: number): number {
  return Math.floor((coveredMs / wantedMs) * 10_000) / 10_000
}

/** A gap starts at the last proof of life and a loss names the same moment; two ingestors differ by a little. */
const CAUSE_NEAR_MS = 5_000

/** The loss that tells why a gap began, none that came when it was over; null when none does. */
export function nearestLoss(losses: readonly Loss[], { from: atMs, to }: Interval): Loss | null {
  let nearest: Loss | null = null
  for (const loss of losses) {
    const distance = Math.abs(loss.at - atMs)
    if (distance > CAUSE_NEAR_MS || loss.at > to) continue
    if (nearest === null || distance < Math.abs(nearest.at - atMs)) nearest = loss
  }
  return nearest
}
