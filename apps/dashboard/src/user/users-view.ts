/** What the page of all people shows, all of it from the address. */
import { DAY_MS, HOUR_MS, spanStart } from '@smacktalk/contract'
import type { Span } from '../ranges/ranges.ts'

export const USERS_SPANS = ['hour', 'today'] as const
export type UsersSpan = (typeof USERS_SPANS)[number]

export interface UsersView {
  readonly span: UsersSpan
  /** Whom is looked for; empty for nobody in particular. */
  readonly find: string
}

/** Longest text that is looked for; the gateway takes no more. */
export const NAME_CHARACTERS_MAX = 40

export const USERS_SPAN_WORDS: Readonly<Record<UsersSpan, { label: string; spoken: string }>> = {
  hour: { label: 'Last hour', spoken: 'in this hour and the one before' },
  today: { label: 'Today', spoken: 'today, since midnight UTC' },
}

export function readUsersView(search: string): UsersView {
  const query = new URLSearchParams(search)
  return {
    span: query.get('span') === 'today' ? 'today' : 'hour',
    find: (query.get('find') ?? '').slice(0, NAME_CHARACTERS_MAX),
  }
}

/** The query of an address, `?` included; what is at its default is left out. */
export function writeUsersView({ span, find }: UsersView): string {
  const query = new URLSearchParams()
  if (span !== 'hour') query.set('span', span)
  if (find !== '') query.set('find', find)
  const text = query.toString()
  return text === '' ? '' : `?${text}`
}

/** What is asked for. Lists are kept by the hour and by the day: a whole day is one list of each channel. */
export function usersSpan(span: UsersSpan, nowMs: number): Span {
  if (span === 'hour') return { from: nowMs - HOUR_MS, to: nowMs }
  const from = spanStart(nowMs, DAY_MS)
  return { from, to: from + DAY_MS }
}
