/** The days a person's page is about. All of them are UTC days, as rows are stored. */
import { DAY_MS } from '@smacktalk/contract'
import type { Span } from '../ranges/ranges.ts'

export const USER_RANGES = [
  { id: 'today', label: 'Today', days: 1 },
  { id: '7d', label: '7 d', days: 7 },
  { id: '30d', label: '30 d', days: 30 },
  { id: 'all', label: 'All', days: null },
] as const

export type UserRangeId = (typeof USER_RANGES)[number]['id']

/** One of the offered ranges, or whole days of one's own. */
export type UserRange = { readonly id: UserRangeId } | ({ readonly id: 'custom' } & Span)

/** Rows are kept this long, and no answer covers more days. */
export const USER_DAYS_MAX = 400

const DEFAULT: UserRange = { id: 'all' }

/** Reads the query of an address; what is unknown or makes no sense falls back to all days. */
export function readUserRange(search: string): UserRange {
  const query = new URLSearchParams(search)
  const from = dayOf(query.get('from'))
  const last = dayOf(query.get('to'))
  if (from !== null && last !== null) {
    const to = last + DAY_MS
    if (from < to && to - from <= USER_DAYS_MAX * DAY_MS) return { id: 'custom', from, to }
  }
  const known = USER_RANGES.find(({ id }) => id === query.get('range'))
  return known === undefined ? DEFAULT : { id: known.id }
}

/** The query of an address, `?` included; the default is left out. Both days of a custom range are in it. */
export function writeUserRange(range: UserRange): string {
  if (range.id === 'custom') return `?from=${writeDay(range.from)}&to=${writeDay(range.to - DAY_MS)}`
  return range.id === DEFAULT.id ? '' : `?range=${range.id}`
}

/** The span that is asked for; null asks for all that is kept. */
export function userSpan(range: UserRange, nowMs: number): Span | null {
  if (range.id === 'custom') return { from: range.from, to: range.to }
  const days = USER_RANGES.find(({ id }) => id === range.id)?.days ?? null
  if (days === null) return null
  const to = Math.floor(nowMs / DAY_MS) * DAY_MS + DAY_MS
  return { from: to - days * DAY_MS, to }
}

/** `2026-11-19`. */
export function writeDay(atMs: number): string {
  return new Date(atMs).toISOString().slice(0, 10)
}

/** Start of a day that is written like that; null for anything else. */
export function dayOf(text: string | null): number | null {
  if (text === null || !/^\d{4}-\d{2}-\d{2}$/.test(text)) return null
  const at = Date.parse(`${text}T00:00:00Z`)
  return Number.isNaN(at) ? null : at
}
