/** Which of a person's days an answer is about. */
import { DAY_MS, spanStart } from '@smacktalk/contract'
import { badParameter } from './http-problem.ts'
import type { Query } from './parameters.ts'
import type { PersonDay } from './row-reader.ts'
import { RANGE_DAYS_MAX, readSpan, type Span } from './time-range.ts'

/** Days of a person in channels that one answer adds up: about a second of work. */
const PERSON_DAYS_MAX = 20_000

/** Whole UTC days, or null for all that is kept. Throws HttpProblem 400. */
export function readUserSpan(query: Query, nowMs: number): Span | null {
  if (!query.has('from') && !query.has('to')) return null
  return readSpan(query, nowMs, { roundMs: DAY_MS, lengthMs: RANGE_DAYS_MAX * DAY_MS - DAY_MS })
}

/**
 * The days within a span; without one all of them, at most the newest RANGE_DAYS_MAX and PERSON_DAYS_MAX, and the
 * answer says from when on. `days` are newest first. Throws HttpProblem 400 when a given span has too many.
 */
export function chooseDays(
  days: readonly PersonDay[],
  asked: Span | null,
  nowMs: number,
): Span & { readonly days: readonly PersonDay[] } {
  if (asked !== null) {
    const within = days.filter(({ day }) => day >= asked.from && day < asked.to)
    if (within.length > PERSON_DAYS_MAX) {
      const first = new Date(wholeDays(within)).toISOString().slice(0, 10)
      throw badParameter(
        'from',
        `That is more than can be added up at once; ask for less, like from=${first}.`,
      )
    }
    return { ...asked, days: within }
  }
  const today = spanStart(nowMs, DAY_MS)
  const first = days.length > PERSON_DAYS_MAX ? wholeDays(days) : Number.NEGATIVE_INFINITY
  const active = [...new Set(days.map(({ day }) => day))].filter((day) => day >= first)
  const oldest = active[RANGE_DAYS_MAX - 1] ?? active.at(-1) ?? today
  const clipped = active.length > RANGE_DAYS_MAX || first > Number.NEGATIVE_INFINITY
  const kept = today - (RANGE_DAYS_MAX - 1) * DAY_MS
  return {
    from: clipped ? oldest : Math.min(oldest, kept),
    to: Math.max(today, active[0] ?? today) + DAY_MS,
    days: days.filter(({ day }) => day >= oldest),
  }
}

/** The oldest day that fits whole into PERSON_DAYS_MAX; the newest one when even that does not. */
function wholeDays(days: readonly PersonDay[]): number {
  const beyond = days[PERSON_DAYS_MAX]?.day ?? Number.NEGATIVE_INFINITY
  const fitting = days.findLast(({ day }) => day > beyond)
  return (fitting ?? days[0])?.day ?? beyond
}
