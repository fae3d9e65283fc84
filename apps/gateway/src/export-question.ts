/** What an export is asked for: the same words as the API's parameters, for ranges of any length. */
import {
  DAY_MS,
  EVENT_KINDS,
  type EventKind,
  HOUR_MS,
  MOMENT_CAUSES,
  type MomentCause,
  STEP_MS,
  TOP_CAPACITY,
  TOP_KINDS,
  type TopKind,
  WITHOUT_NAMES,
  type Without,
} from '@smacktalk/contract'
import { badParameter } from './http-problem.ts'
import { type Query, readChoice, readChoices, readTime, readWhole } from './parameters.ts'
import { RANGE_DAYS_MAX, type RowStep, readSpan, type Span } from './time-range.ts'

export const EXPORTS = ['minutes', 'hours', 'days', 'users', 'top', 'events', 'moments'] as const
export type ExportName = (typeof EXPORTS)[number]

export type ExportQuestion =
  | {
      readonly what: 'points'
      readonly range: Span & { readonly step: RowStep }
      readonly without: Without[]
    }
  | { readonly what: 'users'; readonly range: Span }
  | {
      readonly what: 'top'
      readonly range: Span
      readonly kinds: readonly TopKind[]
      readonly limit: number
    }
  | { readonly what: 'events'; readonly range: Span; readonly kind: EventKind | null }
  | {
      readonly what: 'moments'
      readonly range: Span
      readonly cause: MomentCause | null
      /** Not rows but a list of chapters, by the time since then, epoch ms. */
      readonly chaptersFrom: number | null
    }

const STEP_OF = { minutes: 'minute', hours: 'hour', days: 'day' } as const

/** Parameters of each, besides `from` and `to`. */
const PARAMETERS: Readonly<Record<ExportName, readonly string[]>> = {
  minutes: ['without'],
  hours: ['without'],
  days: ['without'],
  users: [],
  top: ['kind', 'limit'],
  events: ['kind'],
  moments: ['cause', 'chapters', 'start'],
}

/** An exact list has no more entries (metrics.md), and beyond that few are certain. */
const LIMIT = { name: 'limit', min: 1, max: TOP_CAPACITY, default: TOP_CAPACITY } as const

/** Reads what is wanted, rounded outwards as in the API, by default the last hour. Throws HttpProblem 400. */
export function readExportQuestion(name: ExportName, query: Query, nowMs: number): ExportQuestion {
  for (const parameter of query.keys()) {
    if (parameter === 'from' || parameter === 'to' || PARAMETERS[name].includes(parameter)) continue
    const takers = EXPORTS.filter((other) => PARAMETERS[other].includes(parameter))
    const hint = takers.length === 0 ? '' : ` It is for ${takers.join(', ')}.`
    throw badParameter(parameter, `“${parameter}” means nothing for ${name}.${hint}`)
  }
  // Rows come in parts, so that only what has to be in memory as a whole has a longest range.
  const span = (roundMs: number, daysMax = Number.POSITIVE_INFINITY) =>
    readSpan(query, nowMs, { roundMs, daysMax })
  const kind = query.get('kind')
  switch (name) {
    case 'minutes':
    case 'hours':
    case 'days': {
      const step = STEP_OF[name]
      const without = readChoices('without', query.get('without') ?? '', WITHOUT_NAMES)
      return { what: 'points', range: { ...span(STEP_MS[step]), step }, without }
    }
    case 'users':
      return { what: 'users', range: span(DAY_MS) }
    case 'top': {
      const kinds = kind === undefined ? TOP_KINDS : [readChoice('kind', kind, TOP_KINDS)]
      return { what: 'top', range: span(HOUR_MS, RANGE_DAYS_MAX), kinds, limit: readWhole(query, LIMIT) }
    }
    case 'events': {
      const only = kind === undefined ? null : readChoice('kind', kind, EVENT_KINDS)
      return { what: 'events', range: span(1), kind: only }
    }
    case 'moments': {
      const causeText = query.get('cause')
      const cause = causeText === undefined ? null : readChoice('cause', causeText, MOMENT_CAUSES)
      const startText = query.get('start')
      if (!query.has('chapters')) {
        if (startText === undefined) return { what: 'moments', range: span(1), cause, chaptersFrom: null }
        throw badParameter('start', '“start” is where chapters begin: add “chapters”.')
      }
      const start = startText === undefined ? null : readTime('start', startText)
      const range = start === null || query.has('from') ? span(1) : sinceStart(query, start, nowMs)
      return { what: 'moments', range, cause, chaptersFrom: start ?? range.from }
    }
  }
}

/** Whoever says when a video began wants the chapters of all of it. */
function sinceStart(query: Query, start: number, nowMs: number): Span {
  const toText = query.get('to')
  const to = toText === undefined ? nowMs : readTime('to', toText)
  if (start >= to) throw badParameter('start', '“start” must be earlier than “to”, which is now by default.')
  return { from: start, to }
}
