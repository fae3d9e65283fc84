import { MINUTE_MS, type SeriesAnswer } from '@smacktalk/contract'
import { useMemo } from 'react'
import { serverNow } from '../live/server-clock.ts'
import type { Sample } from '../ranges/aggregate.ts'
import { type ChartRange, RANGES } from '../ranges/ranges.ts'
import { api } from '../rest/client.ts'
import { useQuery } from '../rest/use-query.ts'

/**
 * Messages by the minute where moments are listed: of the last hour beside a live chart, else as the chart has them;
 * none for a range that is drawn by hours, in which a moment is not to be seen.
 */
export function useMinutes(
  name: string,
  range: ChartRange,
  answer: SeriesAnswer | null,
  epoch: number,
): readonly Sample[] {
  const live = range.id === 'live'
  const lastHour = useQuery(
    live ? `minutes ${name}` : null,
    (signal) => api.series(name, { ...RANGES['1h'].span(serverNow()), step: 'minute' }, signal),
    { refreshMs: MINUTE_MS, epoch },
  )
  const data = live ? lastHour.data : answer
  return useMemo(
    () =>
      data === null || data.step !== 'minute'
        ? []
        : data.points.map(({ t, messages }) => ({ at: Date.parse(t), value: messages })),
    [data],
  )
}
