import { HOUR_MS, type Moment, type MomentsAnswer } from '@smacktalk/contract'
import { useMemo } from 'react'
import type { Marker } from '../events/marker.ts'
import { plural } from '../format/numbers.ts'
import { serverNow } from '../live/server-clock.ts'
import type { ChartRange, Span } from '../ranges/ranges.ts'
import { api } from '../rest/client.ts'
import { type Query, useQuery } from '../rest/use-query.ts'
import { CAUSE_GLYPHS, CAUSE_WORDS, momentDetail } from './moment-words.ts'

/** Moments reach the store with a commit, every five seconds. */
const REFRESH_LIVE_MS = 5_000

/** The span whose moments are listed: live lists those of the last hour, since five minutes may have none. */
export function momentSpan(range: ChartRange, nowMs: number): Span {
  const span = range.span(nowMs)
  return range.id === 'live' ? { from: span.to - HOUR_MS, to: span.to } : span
}

/** Moments of a channel in a range, and what is usual in it. */
export function useMoments(name: string, range: ChartRange, epoch: number): Query<MomentsAnswer> {
  return useQuery(
    `moments ${name} ${range.key}`,
    (signal) => api.moments(name, momentSpan(range, serverNow()), signal),
    { refreshMs: range.id === 'live' ? REFRESH_LIVE_MS : range.refreshMs, epoch },
  )
}

/** Moments that no single event tells of, as markers of a chart; the others have the marker of their event. */
export function useMomentMarkers(answer: MomentsAnswer | null): readonly Marker[] {
  return useMemo(
    () =>
      (answer?.moments ?? [])
        .filter(({ cause }) => CAUSE_GLYPHS[cause] === 'moment' || cause === 'banWave')
        .map((moment) => markerOf(moment)),
    [answer],
  )
}

function markerOf(moment: Moment): Marker {
  const { cause, from } = moment
  const title = CAUSE_WORDS[cause]
  return {
    at: Date.parse(from),
    kind: CAUSE_GLYPHS[cause],
    minor: false,
    short: shortOf(moment),
    label: `${title}, ${momentDetail(moment, serverNow())}`,
  }
}

/** For the lane, where every letter counts. */
function shortOf({ cause, evidence }: Moment): string {
  if (cause === 'unexplained') return ''
  return cause === 'banWave' && evidence.bans > 0 ? plural(evidence.bans, 'ban') : CAUSE_WORDS[cause]
}
