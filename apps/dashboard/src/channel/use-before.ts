import { MINUTE_MS, type SeriesAnswer, type Without } from '@smacktalk/contract'
import { serverNow } from '../live/server-clock.ts'
import { sumKnown } from '../ranges/aggregate.ts'
import { type ChartRange, type Span, sumPieces } from '../ranges/ranges.ts'
import { api } from '../rest/client.ts'
import { useQuery } from '../rest/use-query.ts'
import type { Before } from './figure-values.ts'

/** The past does not change any more, except for late messages. */
const REFRESH_MS = 60_000
/** A time that was covered less is not compared: its sum would say more about us than about the chat. */
const COVERED_MIN = 0.98

const SPOKEN: Readonly<Record<ChartRange['id'], string>> = {
  live: '',
  '1h': 'the hour before',
  '24h': 'the 24 hours before',
  '7d': 'the 7 days before',
  custom: 'as long before',
}

/** Messages of as long a time right before a stored range; null when either was not covered well enough. */
export function useBefore(
  name: string,
  range: ChartRange,
  without: readonly Without[],
  answer: SeriesAnswer | null,
  epoch: number,
): Before | null {
  const key = range.id === 'live' ? null : `before ${name} ${range.key} ${without.join()}`
  const past = useQuery(
    key,
    async (signal) => {
      const span = spanBefore(range.span(serverNow()), serverNow())
      const answers = await Promise.all(
        sumPieces(span).map((piece) => api.series(name, { ...piece, without }, signal)),
      )
      return {
        messages: sumKnown(answers.map(({ totals }) => totals['messages'] ?? null)),
        coverage: Math.min(...answers.map(({ coverage }) => coverage ?? 0)),
      }
    },
    { refreshMs: Math.max(REFRESH_MS, range.refreshMs), epoch },
  )
  const { messages = null, coverage = 0 } = past.data ?? {}
  if (messages === null || Math.min(coverage, answer?.coverage ?? 0) < COVERED_MIN) return null
  return { spoken: SPOKEN[range.id], messages }
}

/** As long as the range up to now, right before it, in whole minutes. */
export function spanBefore({ from, to }: Span, nowMs: number): Span {
  const lengthMs = Math.round((Math.min(to, nowMs) - from) / MINUTE_MS) * MINUTE_MS
  return { from: from - Math.max(MINUTE_MS, lengthMs), to: from }
}
