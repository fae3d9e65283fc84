import type { ChannelSummary, StatusAnswer } from '@smacktalk/contract'
import { useEffect, useMemo, useState } from 'react'
import { useView } from '../address/use-view.ts'
import { rangeView } from '../address/view-state.ts'
import { settleLeaving, useLeaving } from '../channels/leaving.ts'
import { count } from '../format/numbers.ts'
import type { LiveFeed } from '../live/live-feed.ts'
import { endSecondOf } from '../live/live-source.ts'
import { serverNow } from '../live/server-clock.ts'
import { useFeedState } from '../live/use-feed.ts'
import { type Missing, missingOf, spanOf } from '../ranges/gaps.ts'
import { fullMinutes, RANGES, utcDaySoFar } from '../ranges/ranges.ts'
import { useChartRange } from '../ranges/use-chart-range.ts'
import { api } from '../rest/client.ts'
import { useQuery } from '../rest/use-query.ts'
import { copyLink } from '../shell/copy-link.ts'
import { FirstHint } from '../shell/first-hint.tsx'
import { Icon } from '../shell/icons.tsx'
import { usePageKeys } from '../shell/keys.ts'
import { RangeSwitch } from '../shell/range-switch.tsx'
import { AddChannels } from './add-channels.tsx'
import { ChannelsPanel } from './channels-panel.tsx'
import { KeyFigures } from './key-figures.tsx'
import { NoChannels } from './no-channels.tsx'
import { RatePanel } from './rate-panel.tsx'

const MINUTE_MS = 60_000
/** The strips and the coverage of the day change slowly, ms. */
const DAY_EVERY_MS = 60_000
/** Full minutes whose chatters are shown, and how often they are asked for, ms. */
const CHATTERS_MINUTES = 5
const CHATTERS_EVERY_MS = 20_000
/** How far back the gaps of the live charts and small lines are asked for, ms. */
const LIVE_GAPS_MS = 12 * MINUTE_MS

interface OverviewPageProps {
  feed: LiveFeed
  status: StatusAnswer | null
}

export function OverviewPage({ feed, status }: OverviewPageProps) {
  const [view, change] = useView()
  const [adding, setAdding] = useState(false)
  const { view: live, link, asOf, epoch } = useFeedState(feed)
  const nowMs = serverNow()
  usePageKeys({ a: () => setAdding(true) })
  useEffect(() => {
    document.title = 'All channels · Smacktalk'
  }, [])

  const [range, moves] = useChartRange(view, change)
  const { ask, refreshMs, spoken, stepName } = range
  const stored = useQuery(
    range.id === 'live' ? null : `overview ${range.key}`,
    (signal) => api.overview({ ...range.span(serverNow()), step: ask }, signal),
    { refreshMs, epoch },
  )
  const today = useQuery(
    'overview today',
    (signal) => api.overview({ ...utcDaySoFar(serverNow()), step: 'hour' }, signal),
    { refreshMs: DAY_EVERY_MS, epoch },
  )
  const day = useQuery(
    'overview strips',
    (signal) => api.overview({ ...RANGES['24h'].span(serverNow()), step: 'hour' }, signal),
    { refreshMs: DAY_EVERY_MS, epoch },
  )
  const recent = useQuery(
    'overview 5 minutes',
    (signal) => api.overview({ ...fullMinutes(serverNow(), CHATTERS_MINUTES), step: 'minute' }, signal),
    { refreshMs: CHATTERS_EVERY_MS, epoch },
  )
  const listed = useQuery(live === null ? 'channels' : null, api.channels, {
    refreshMs: RANGES.live.refreshMs,
    epoch,
  })
  const liveGaps = useLiveGaps(epoch)
  const channels = useChannels(live?.channels ?? listed.data?.channels ?? null)
  const endSecond = live === null ? 0 : endSecondOf(live, asOf, nowMs)

  return (
    <>
      <div className="page-head">
        <div>
          <h1>All channels</h1>
          <p className="page-sub">
            <span>
              {channels !== null && (
                <>
                  <b>
                    {count(channels.filter(({ state }) => state === 'joined').length)} of{' '}
                    {count(channels.length)}
                  </b>
                  {' joined · '}
                </>
              )}
              {spoken}, {stepName}
            </span>
          </p>
        </div>
        <button type="button" className="button primary phone-only" onClick={() => setAdding(true)}>
          <Icon name="plus" />
          Add
        </button>
        <div className="page-end">
          <RangeSwitch range={range} moves={moves} onChange={(next) => change(rangeView(next))} />
          <button type="button" className="button not-phone" onClick={() => void copyLink()}>
            <Icon name="link" />
            Copy link
          </button>
          <button type="button" className="button primary not-phone" onClick={() => setAdding(true)}>
            <Icon name="plus" />
            Add channels
          </button>
        </div>
      </div>
      {channels?.length === 0 ? (
        <NoChannels
          onAdd={() => setAdding(true)}
          demoPossible={status?.backend === 'embedded' && status.source === 'twitch'}
        />
      ) : (
        <>
          {channels !== null && <FirstHint />}
          <RatePanel
            feed={feed}
            range={range}
            moves={moves}
            form={view.form}
            usual={(stored.data ?? today.data)?.usual ?? null}
            showsUsual={view.usual}
            onUsual={(usual) => change({ usual })}
            onForm={(form) => change({ form })}
            stored={stored}
            liveGaps={liveGaps}
            channels={channels ?? []}
            stale={live !== null && (range.id === 'live' ? asOf !== null : link.state !== 'live')}
            figures={
              <KeyFigures
                view={live}
                channels={channels}
                recent={recent}
                today={today}
                nowMs={nowMs}
                asOf={asOf}
              />
            }
          />
          <ChannelsPanel
            channels={channels}
            live={live}
            liveGaps={liveGaps}
            recent={recent.data}
            day={day.data}
            view={view}
            onView={change}
            nowMs={nowMs}
            endSecond={endSecond}
          />
        </>
      )}
      {adding && <AddChannels channels={channels ?? []} onClose={() => setAdding(false)} />}
    </>
  )
}

/** Gaps of the last minutes by channel id: frames say nothing about the coverage of single channels. */
function useLiveGaps(epoch: number): ReadonlyMap<string, readonly Missing[]> {
  const recent = useQuery(
    'overview recent',
    (signal) => {
      const to = Math.ceil(serverNow() / MINUTE_MS) * MINUTE_MS
      return api.overview({ from: to - LIVE_GAPS_MS, to, step: 'minute' }, signal)
    },
    { refreshMs: RANGES.live.refreshMs, epoch },
  )
  return useMemo(() => {
    const byId = new Map<string, readonly Missing[]>()
    if (recent.data === null) return byId
    const span = spanOf(recent.data)
    for (const channel of recent.data.channels) {
      if (channel.id !== null) byId.set(channel.id, missingOf(channel, span, MINUTE_MS, serverNow()))
    }
    return byId
  }, [recent.data])
}

/** The listed channels without those that were removed here a moment ago. */
function useChannels(listed: readonly ChannelSummary[] | null): readonly ChannelSummary[] | null {
  const leaving = useLeaving()
  useEffect(() => {
    if (listed !== null) settleLeaving(listed)
  }, [listed])
  return useMemo(() => listed?.filter(({ name }) => !leaving.has(name)) ?? null, [listed, leaving])
}
