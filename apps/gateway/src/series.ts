/** The answer to `/channels/:name/series`: stored rows, newer live ones over them, gaps as gaps. */
import {
  ChatterUnion,
  DAY_MS,
  emptyClasses,
  emptyPoint,
  type Point,
  pointFrom,
  RECENT_SECONDS,
  SECOND_MS,
  type SecondPoint,
  type SeriesAnswer,
  type SpanSummary,
  STEP_MS,
  spanStart,
  UNAFFECTED_BY_WITHOUT,
  type Without,
  withoutMask,
} from '@smacktalk/contract'
import { readCoverage } from './channel-coverage.ts'
import type { KnownChannel } from './channel-directory.ts'
import { coverageRatio } from './coverage.ts'
import { backfilledIn, gapsIn } from './gaps.ts'
import { coveredMsIn, type Interval } from './intervals.ts'
import { LiveChannel } from './live-channel.ts'
import { sumOf, totalsOf } from './span-sum.ts'
import { addChatters, readSummaries, type SeriesSources } from './span-summaries.ts'
import { type RowStep, type Span, stepStarts, type TimeRange, tableOfStep } from './time-range.ts'

export async function buildSeries(
  sources: SeriesSources,
  channel: KnownChannel,
  range: TimeRange,
  without: Without[],
): Promise<SeriesAnswer> {
  const nowMs = sources.clock.now()
  const question = await readCoverage(sources, channel, range.from, range.to, nowMs)
  const { covered } = question.coverage
  const mask = withoutMask(without)
  const { gaps, omitted } = gapsIn(question, range.from, range.to)
  const { id, name, displayName, slot } = channel
  const head = {
    channel: { id, name, displayName, slot },
    from: new Date(range.from).toISOString(),
    to: new Date(range.to).toISOString(),
    step: range.step,
    without,
    coverage: coverageRatio(question.coverage, question.wanted, range.from, Math.min(range.to, nowMs)),
    gaps,
    ...(omitted === 0 ? {} : { gapsOmitted: omitted }),
    backfilled: backfilledIn(question, range.from, range.to),
  }
  if (range.step === 'second') {
    const seconds = await liveOf(sources, id)
    const points = secondPoints(
      range,
      covered,
      nowMs,
      (second) => seconds?.seconds.messages(second, mask) ?? null,
    )
    return {
      ...head,
      points,
      totals: { messages: sumOf(points.map(({ messages }) => messages)) },
      messagesByClass: null,
      unaffected: [],
    }
  }
  const summaries = await readSummaries(sources, id, tableOfStep(range.step), range, nowMs)
  const points = pointsOf(summaries, range, range.step, covered, mask)
  const union = new ChatterUnion()
  await addChatters(sources, id, range, nowMs, (chatters) => union.add(chatters))
  return {
    ...head,
    points,
    totals: totalsOf(points, union.count()),
    messagesByClass: points.every(({ messages }) => messages === null) ? null : classesOf(summaries),
    unaffected: [...UNAFFECTED_BY_WITHOUT],
  }
}

/** One point per step of the range, which is aligned to `step`. */
function pointsOf(
  summaries: ReadonlyMap<number, SpanSummary>,
  range: Span,
  step: RowStep,
  covered: readonly Interval[],
  mask: number,
): Point[] {
  return stepStarts({ ...range, step }).map((start): Point => {
    const coveredMs = coveredMsIn(covered, start, start + STEP_MS[step])
    const summary = summaries.get(start)
    return summary === undefined ? emptyPoint(start, coveredMs) : pointFrom(summary, mask, coveredMs)
  })
}

function classesOf(summaries: ReadonlyMap<number, SpanSummary>): number[] {
  const sums = emptyClasses()
  for (const { messages } of summaries.values()) {
    for (const [index, count] of messages.entries()) sums[index] = (sums[index] ?? 0) + count
  }
  return sums
}

/** What is read at once of a range without end: some hundred rows. Whole days each, as stored partitions are. */
const PART_MS: Readonly<Record<RowStep, number>> = {
  minute: DAY_MS,
  hour: 30 * DAY_MS,
  day: 365 * DAY_MS,
}

/** The points that `buildSeries` gives, of a range of any length in bounded memory. */
export async function* seriesPoints(
  sources: SeriesSources,
  channel: KnownChannel,
  range: Span & { readonly step: RowStep },
  without: readonly Without[],
): AsyncGenerator<Point> {
  const { to, step } = range
  const nowMs = sources.clock.now()
  const mask = withoutMask(without)
  for (let from = range.from; from < to; ) {
    const part = { from, to: Math.min(to, spanStart(from, DAY_MS) + PART_MS[step]) }
    const { coverage } = await readCoverage(sources, channel, part.from, part.to, nowMs)
    const summaries = await readSummaries(sources, channel.id, tableOfStep(step), part, nowMs)
    yield* pointsOf(summaries, part, step, coverage.covered, mask)
    from = part.to
  }
}

/** Seconds of the range; older than the ring and not yet begun are null, as is what nobody heard. */
export function secondPoints(
  range: TimeRange,
  covered: readonly Interval[],
  nowMs: number,
  messagesOf: (second: number) => number | null,
): SecondPoint[] {
  const nowSecond = Math.floor(nowMs / SECOND_MS)
  return stepStarts(range).map((start) => {
    const second = start / SECOND_MS
    const kept = second > nowSecond - RECENT_SECONDS
    const zero = coveredMsIn(covered, start, start + SECOND_MS) > 0 ? 0 : null
    return { t: new Date(start).toISOString(), messages: kept ? (messagesOf(second) ?? zero) : null }
  })
}

/** A channel that is not followed live still has its ring in the store. */
async function liveOf({ live, reader }: SeriesSources, id: string | null): Promise<LiveChannel | null> {
  if (id === null) return null
  const known = live.channel(id)
  if (known !== null) return known
  const recents = await reader.recents(id)
  if (recents === null) return null
  const channel = new LiveChannel(id)
  channel.applyRecents(recents.value, recents.position, () => {})
  return channel
}
