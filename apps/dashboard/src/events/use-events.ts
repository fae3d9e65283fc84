import type { ChannelEvent } from '@smacktalk/contract'
import { useMemo } from 'react'
import { serverNow } from '../live/server-clock.ts'
import type { ChartRange } from '../ranges/ranges.ts'
import { api } from '../rest/client.ts'
import { type Query, useQuery } from '../rest/use-query.ts'
import { eventWords } from './event-words.ts'
import type { Marker } from './marker.ts'

/** Events of a range, newest first. */
export interface RangeEvents {
  readonly events: readonly ChannelEvent[]
  /** True when there are more than were asked for. */
  readonly cut: boolean
}

/** Pages that are asked for: more markers than these could not be told apart. */
const PAGES_MAX = 2
const PAGE = 500
/** Events reach the store with a commit, every five seconds. */
const REFRESH_LIVE_MS = 5_000

/** What happened in a channel during a range. */
export function useEvents(name: string, range: ChartRange, epoch: number): Query<RangeEvents> {
  const live = range.id === 'live'
  return useQuery(
    `events ${name} ${range.key}`,
    async (signal) => {
      const { from, to } = range.span(serverNow())
      const events: ChannelEvent[] = []
      let cursor: string | null = null
      for (let page = 0; page < PAGES_MAX; page++) {
        const answer = await api.events(name, { from, to, limit: PAGE, cursor }, signal)
        events.push(...answer.events)
        cursor = answer.next
        if (cursor === null) break
      }
      return { events, cut: cursor !== null }
    },
    { refreshMs: live ? REFRESH_LIVE_MS : range.refreshMs, epoch },
  )
}

/** The same as markers of a chart. */
export function useEventMarkers(events: RangeEvents | null): readonly Marker[] {
  return useMemo(
    () =>
      (events?.events ?? []).map((event) => {
        const { kind, minor, title, detail, short } = eventWords(event)
        return {
          at: Date.parse(event.at),
          kind,
          minor,
          short,
          label: detail === '' ? title : `${title}, ${detail}`,
        }
      }),
    [events],
  )
}
