/** The span of time a reader asks for, and how stored rows cover it. */
import {
  DAY_MS,
  HOUR_MS,
  MINUTE_MS,
  SERIES_POINTS_MAX,
  SPAN_TABLE_MS,
  type SpanTable,
  STEP_MS,
  type Step,
  spanStart,
} from '@smacktalk/contract'
import { badParameter } from './http-problem.ts'
import { type Query, readChoice, readTime } from './parameters.ts'

/** Half open and aligned: `from` and `to` are starts of steps. */
export interface TimeRange {
  readonly from: number
  readonly to: number
  readonly step: Step
}

export const STEPS = Object.keys(STEP_MS) as readonly Step[]
const DEFAULT_STEP: Step = 'minute'
const DEFAULT_LENGTH_MS = HOUR_MS

/**
 * Reads `from`, `to` and `step`: half open, rounded outwards to the step, by default the last hour by minutes.
 * Throws HttpProblem 400 when the range is empty, backwards or has more than SERIES_POINTS_MAX points.
 */
export function readTimeRange(query: Query, nowMs: number): TimeRange {
  const stepText = query.get('step')
  const step = stepText === undefined ? DEFAULT_STEP : readChoice('step', stepText, STEPS)
  const stepMs = STEP_MS[step]
  const { from, to } = readEnds(query, nowMs, DEFAULT_LENGTH_MS)
  const range = { from: spanStart(from, stepMs), to: spanStart(to + stepMs - 1, stepMs), step }
  const points = (range.to - range.from) / stepMs
  if (points > SERIES_POINTS_MAX) {
    const fitting = STEPS.find((other) => Math.ceil((to - from) / STEP_MS[other]) < SERIES_POINTS_MAX)
    const hint = fitting === undefined ? 'Ask for less time.' : `Use step=${fitting} or ask for less time.`
    throw badParameter(
      'step',
      `That would be ${points} points, at most ${SERIES_POINTS_MAX} are possible. ${hint}`,
    )
  }
  return range
}

/** Half open, ms. */
export interface Span {
  readonly from: number
  readonly to: number
}

/** `from` and `to` as they are given; without `from` so much before the end. */
function readEnds(query: Query, nowMs: number, lengthMs: number): Span {
  const fromText = query.get('from')
  const toText = query.get('to')
  const to = toText === undefined ? nowMs : readTime('to', toText)
  const from = fromText === undefined ? to - lengthMs : readTime('from', fromText)
  if (from >= to) {
    const end = toText === undefined ? 'now, because “to” is not given' : '“to”'
    throw badParameter('from', `“from” must be earlier than ${end}.`)
  }
  return { from, to }
}

/** Days one answer without points may span: what rows are kept for by default. */
export const RANGE_DAYS_MAX = 400

/**
 * Reads `from` and `to` of an answer without points: rounded outwards to `roundMs`, by default the last
 * `lengthMs`. Throws HttpProblem 400 when it is empty, backwards or longer than `daysMax`.
 */
export function readSpan(
  query: Query,
  nowMs: number,
  {
    roundMs,
    lengthMs = DEFAULT_LENGTH_MS,
    daysMax = RANGE_DAYS_MAX,
  }: { roundMs: number; lengthMs?: number; daysMax?: number },
): Span {
  const ends = readEnds(query, nowMs, lengthMs)
  const span = { from: spanStart(ends.from, roundMs), to: spanStart(ends.to + roundMs - 1, roundMs) }
  if (span.to - span.from > daysMax * DAY_MS) {
    const nearest = new Date(span.to - daysMax * DAY_MS).toISOString()
    throw badParameter(
      'from',
      `That is more than ${daysMax} days; ask for less at once, like from=${nearest}.`,
    )
  }
  return span
}

/** Stored top lists of one UTC day: its hours from `from` to `last`, both included, or the day itself. */
export interface TopTile {
  readonly size: 'hour' | 'day'
  readonly from: number
  readonly last: number
}

/** The fewest top lists that make up a span of whole hours: whole UTC days, hours at the edges. Ascending. */
export function topTilesOf({ from, to }: Span): TopTile[] {
  const tiles: TopTile[] = []
  for (let day = spanStart(from, DAY_MS); day < to; day += DAY_MS) {
    const first = Math.max(day, from)
    const end = Math.min(day + DAY_MS, to)
    if (end - first === DAY_MS) tiles.push({ size: 'day', from: day, last: day })
    else tiles.push({ size: 'hour', from: first, last: end - HOUR_MS })
  }
  return tiles
}

/** Starts of the steps of a range, ascending. */
export function stepStarts({ from, to, step }: TimeRange): number[] {
  const starts: number[] = []
  for (let at = from; at < to; at += STEP_MS[step]) starts.push(at)
  return starts
}

export interface Tile {
  readonly table: SpanTable
  readonly from: number
  readonly to: number
}

/**
 * The fewest stored rows that make up [from, to), which lies on whole minutes: days inside, then hours, then
 * minutes at the edges. Ascending.
 */
export function tilesOf(from: number, to: number): Tile[] {
  return split(from, to, ['days', 'hours', 'minutes'])
}

function split(from: number, to: number, [table, ...finer]: readonly SpanTable[]): Tile[] {
  if (table === undefined || from >= to) return []
  const sizeMs = SPAN_TABLE_MS[table]
  const innerFrom = spanStart(from + sizeMs - 1, sizeMs)
  const innerTo = spanStart(to, sizeMs)
  if (innerFrom >= innerTo) return split(from, to, finer)
  return [
    ...split(from, innerFrom, finer),
    { table, from: innerFrom, to: innerTo },
    ...split(innerTo, to, finer),
  ]
}

/** Steps that are stored as rows; seconds have no table, only the live ring. */
export type RowStep = Exclude<Step, 'second'>

/** The table whose rows are the steps. */
export function tableOfStep(step: RowStep): SpanTable {
  switch (step) {
    case 'minute':
      return 'minutes'
    case 'hour':
      return 'hours'
    case 'day':
      return 'days'
  }
}

/** Partitions of a table that hold rows of [from, to): one per day, for the table of days one per year. */
export function partitionTimes(table: SpanTable, from: number, to: number): number[] {
  const times: number[] = []
  if (table !== 'days') {
    for (let day = spanStart(from, DAY_MS); day < to; day += DAY_MS) times.push(day)
    return times
  }
  const lastYear = new Date(to - MINUTE_MS).getUTCFullYear()
  for (let year = new Date(from).getUTCFullYear(); year <= lastYear; year++) times.push(Date.UTC(year, 0, 1))
  return times
}
