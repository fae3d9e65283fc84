import { HOUR_MS } from '@smacktalk/contract'
import { serverNow } from '../live/server-clock.ts'
import type { ChartRange, Span } from '../ranges/ranges.ts'
import { api } from '../rest/client.ts'
import { useQuery } from '../rest/use-query.ts'

/** What the counts of top lists are parts of; null where it is not known. */
export interface ListWhole {
  /** Copies of Shared Chat left out: they are in no list. */
  readonly messages: number | null
  readonly emoteUses: number | null
  readonly chatters: number | null
  readonly chattersError: number | null
}

/** Shares change slowly. */
const REFRESH_MS = 30_000

/** The whole of the hours that lists are answered for; they are kept by the hour. */
export function useListWhole(name: string, range: ChartRange, epoch: number): ListWhole | null {
  const whole = useQuery(
    `list whole ${name} ${range.key}`,
    async (signal): Promise<ListWhole> => {
      // Long ranges are drawn by whole days, which are whole hours too.
      const step = range.ask === 'day' ? 'day' : 'hour'
      const span = wholeHours(range.span(serverNow()))
      const { totals } = await api.series(name, { ...span, step, without: ['shared'] }, signal)
      const read = (total: string): number | null => totals[total] ?? null
      return {
        messages: read('messages'),
        emoteUses: read('emoteUses'),
        chatters: read('chatters'),
        chattersError: read('chattersError'),
      }
    },
    { refreshMs: Math.max(REFRESH_MS, range.id === 'live' ? 0 : range.refreshMs), epoch },
  )
  return whole.data
}

/** As the gateway rounds: outwards. */
export function wholeHours({ from, to }: Span): Span {
  return { from: Math.floor(from / HOUR_MS) * HOUR_MS, to: Math.ceil(to / HOUR_MS) * HOUR_MS }
}
