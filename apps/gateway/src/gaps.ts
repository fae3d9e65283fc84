/** Wanted time that nobody covered, each stretch with why it began; and what was filled later. */
import type { BackfilledSpan, Gap } from '@smacktalk/contract'
import { type Coverage, LEFT, nearestLoss, type Standing } from './coverage.ts'
import { clip, type Interval, withoutIntervals } from './intervals.ts'

/** Gaps one answer lists; a connection that flaps for weeks must not make an answer without end. */
export const GAPS_MAX = 1_000

const NOT_JOINED = 'not joined yet'
/** An ingestor that lives says that it hears the channel: what it heard waits on its way through the log. */
const NOT_COUNTED = 'not counted yet'

export interface GapQuestion {
  readonly coverage: Coverage
  /** Ascending. */
  readonly wanted: readonly Interval[]
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
  const kept = longest(found)
  return {
    gaps: kept.map((gap) => ({ ...inWords(gap), cause: gap.cause })),
    omitted: found.length - kept.length,
  }
}

/** What only a history service brought within [from, to); the longest, when there are too many to list. */
export function backfilledIn({ coverage }: GapQuestion, from: number, to: number): BackfilledSpan[] {
  return longest(coverage.backfilled.flatMap((interval) => clip(interval, from, to) ?? [])).map(inWords)
}

function inWords({ from, to }: Interval): BackfilledSpan {
  return { from: new Date(from).toISOString(), to: new Date(to).toISOString() }
}

/** As many as may be listed, in order. */
function longest<T extends Interval>(found: readonly T[]): readonly T[] {
  if (found.length <= GAPS_MAX) return found
  return found
    .toSorted((a, b) => b.to - b.from - (a.to - a.from))
    .slice(0, GAPS_MAX)
    .sort((a, b) => a.from - b.from)
}

function* uncovered({ coverage, wanted, knownFrom }: GapQuestion): Generator<Interval> {
  for (const interval of wanted) {
    const part = clip(interval, knownFrom, Number.POSITIVE_INFINITY)
    if (part !== null) yield* withoutIntervals([part], coverage.covered)
  }
}

function causeOf(gap: Interval, question: GapQuestion): string {
  const { coverage, wanted, knownFrom, standing, nowMs } = question
  const loss = nearestLoss(coverage.losses, gap)
  // Left, and still wanted: another ingestor is to hear it, or it was added again.
  if (loss !== null) return loss.cause === LEFT ? NOT_JOINED : loss.cause
  const running = gap.to === nowMs
  if (running && standing?.state === 'suspended') return 'suspended'
  if (running && standing?.state === 'joined') return NOT_COUNTED
  const heardBefore = coverage.live.some((interval) => interval.from < gap.from)
  const beginningKnown = (wanted[0]?.from ?? knownFrom) >= knownFrom
  const asked = wanted.some(({ from }) => from === gap.from && from >= knownFrom)
  if (asked || (!heardBefore && beginningKnown)) return NOT_JOINED
  if (running && standing?.state === 'lost') return 'connection lost'
  return 'ingestor down'
}
