/** The answer to `/overview`: all listed channels over the same spans, without shared copies. */
import {
  CHATTERS_ERROR,
  type ChatterCount,
  ChatterUnion,
  emptyPoint,
  type OverviewAnswer,
  type OverviewChannel,
  type Point,
  pointFrom,
  SECOND_MS,
  type SecondPoint,
  SHARED,
  type SpanSummary,
  STEP_MS,
  sumClasses,
  UNAFFECTED_BY_WITHOUT,
  type Without,
  withoutMask,
} from '@smacktalk/contract'
import { readCoverage } from './channel-coverage.ts'
import type { KnownChannel } from './channel-directory.ts'
import { ratio } from './coverage.ts'
import { backfilledIn, type GapQuestion, gapsIn } from './gaps.ts'
import { HttpProblem } from './http-problem.ts'
import { clip, coveredMsIn, mergeIntervals } from './intervals.ts'
import { countCauses, momentsIn } from './moments-answer.ts'
import { secondPoints } from './series.ts'
import { SpanSum, sumOf, totalsOf } from './span-sum.ts'
import { addChatters, readSummaries, type SeriesSources } from './span-summaries.ts'
import { partitionTimes, stepStarts, type TimeRange, tableOfStep } from './time-range.ts'
import type { UsualBook } from './usual-book.ts'

/** Rows with their sketches held at once: some 10 MB. */
const ROWS_AT_ONCE = 2_000

/** Partitions one answer may read: a few seconds of work. */
const PARTITIONS_MAX = 100_000

interface Part {
  readonly channel: KnownChannel
  readonly question: GapQuestion
  readonly messages: (number | null)[]
  /** Null while it is not known, and for seconds. */
  chatters: ChatterCount | null
}

export async function buildOverview(
  sources: SeriesSources,
  channels: readonly KnownChannel[],
  range: TimeRange,
  without: Without[],
  usual: UsualBook,
): Promise<OverviewAnswer> {
  refuseTooMuch(channels.length, range)
  const nowMs = sources.clock.now()
  const mask = withoutMask(without) | SHARED
  const parts: Part[] = []
  for (const channel of channels) {
    const question = await readCoverage(sources, channel, range.from, range.to, nowMs)
    parts.push({ channel, question, messages: [], chatters: null })
  }
  const read = range.step === 'second' ? readSeconds : readSpans
  const { points, totals } = await read(sources, parts, range, mask, nowMs)
  const moments: OverviewAnswer['moments'] = {}
  for (const { id } of channels) {
    if (id !== null) countCauses(await momentsIn(sources, id, range), range, moments)
  }
  return {
    from: new Date(range.from).toISOString(),
    to: new Date(range.to).toISOString(),
    step: range.step,
    without,
    points,
    totals,
    unaffected: range.step === 'second' ? [] : [...UNAFFECTED_BY_WITHOUT],
    coverage: coverageOfAll(parts, range, nowMs),
    moments,
    usual: usual.together(channels.flatMap(({ id }) => id ?? [])),
    channels: parts.map((part) => channelAnswer(part, range)),
  }
}

interface Read {
  points: (Point | SecondPoint)[]
  totals: Record<string, number | null>
}

async function readSeconds(
  { live }: SeriesSources,
  parts: readonly Part[],
  range: TimeRange,
  mask: number,
  nowMs: number,
): Promise<Read> {
  for (const { channel, question, messages } of parts) {
    const known = channel.id === null ? null : live.channel(channel.id)
    const { covered } = question.coverage
    const points = secondPoints(
      range,
      covered,
      nowMs,
      (second) => known?.seconds.messages(second, mask) ?? null,
    )
    for (const point of points) messages.push(point.messages)
  }
  const points = stepStarts(range).map((start, index) => ({
    t: new Date(start).toISOString(),
    messages: sumOf(parts.map(({ messages }) => messages[index] ?? null)),
  }))
  return { points, totals: { messages: sumOf(points.map(({ messages }) => messages)) } }
}

async function readSpans(
  sources: SeriesSources,
  parts: readonly Part[],
  range: TimeRange,
  mask: number,
  nowMs: number,
): Promise<Read> {
  if (range.step === 'second') return readSeconds(sources, parts, range, mask, nowMs)
  const stepMs = STEP_MS[range.step]
  const table = tableOfStep(range.step)
  const covered = mergeIntervals(parts.flatMap(({ question }) => question.coverage.covered))
  const points: Point[] = []
  const spansAtOnce = Math.max(1, Math.floor(ROWS_AT_ONCE / Math.max(1, parts.length)))
  for (let from = range.from; from < range.to; from += spansAtOnce * stepMs) {
    const slice = { from, to: Math.min(from + spansAtOnce * stepMs, range.to), step: range.step }
    const columns = new Map(
      stepStarts(slice).map((start) => [start, { sum: new SpanSum(start), union: new ChatterUnion() }]),
    )
    for (const part of parts) {
      const found = await readSummaries(sources, part.channel.id, table, slice, nowMs, (start, chatters) =>
        columns.get(start)?.union.add(chatters),
      )
      for (const [start, { sum }] of columns) {
        const summary = found.get(start)
        if (summary !== undefined) sum.add(summary)
        part.messages.push(messagesOf(part, summary, start, stepMs, mask))
      }
    }
    for (const [start, { sum, union }] of columns) {
      const coveredMs = coveredMsIn(covered, start, start + stepMs)
      const summary = sum.summary(union.count())
      points.push(summary === null ? emptyPoint(start, coveredMs) : pointFrom(summary, mask, coveredMs))
    }
  }
  const union = new ChatterUnion()
  for (const part of parts) {
    if (part.channel.id === null) continue
    const own = new ChatterUnion()
    await addChatters(sources, part.channel.id, range, nowMs, (chatters) => {
      own.add(chatters)
      union.add(chatters)
    })
    part.chatters = own.count()
  }
  return { points, totals: totalsOf(points, union.count()) }
}

function messagesOf(
  { question }: Part,
  summary: SpanSummary | undefined,
  start: number,
  stepMs: number,
  mask: number,
): number | null {
  if (summary !== undefined) return sumClasses(summary.messages, mask)
  return coveredMsIn(question.coverage.covered, start, start + stepMs) > 0 ? 0 : null
}

function channelAnswer({ channel, question, messages, chatters }: Part, range: TimeRange): OverviewChannel {
  const { id, name, displayName, slot } = channel
  const { gaps, omitted } = gapsIn(question, range.from, range.to)
  const total = sumOf(messages) ?? 0
  const left = omitted === 0 ? {} : { gapsOmitted: omitted }
  const backfilled = backfilledIn(question, range.from, range.to)
  // Where nobody was, nobody is known to have been silent.
  const wrote = messages.some((count) => count !== null) ? chatters : null
  return {
    id,
    name,
    displayName,
    slot,
    messages,
    total,
    chatters: wrote?.count ?? null,
    chattersError: wrote === null ? null : wrote.approximate ? CHATTERS_ERROR : 0,
    gaps,
    ...left,
    backfilled,
  }
}

/** Covered part of the time in which channels were wanted, each channel for itself. */
function coverageOfAll(parts: readonly Part[], range: TimeRange, nowMs: number): number | null {
  let coveredMs = 0
  let wantedMs = 0
  for (const { question } of parts) {
    for (const interval of question.wanted) {
      const wanted = clip(interval, range.from, Math.min(range.to, nowMs))
      if (wanted === null) continue
      wantedMs += wanted.to - wanted.from
      coveredMs += coveredMsIn(question.coverage.covered, wanted.from, wanted.to)
    }
  }
  return wantedMs === 0 ? null : ratio(coveredMs, wantedMs)
}

function refuseTooMuch(channels: number, range: TimeRange): void {
  const days = partitionTimes('hours', range.from, range.to + SECOND_MS).length
  if (channels * days * 2 <= PARTITIONS_MAX) return
  throw new HttpProblem(400, `That is too much for ${channels} channels at once. Ask for less time.`, {
    parameter: 'from',
  })
}
