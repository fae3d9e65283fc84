import {
  type SeriesAnswer,
  sumClasses,
  UNAFFECTED_BY_WITHOUT,
  type Without,
  withoutMask,
} from '@smacktalk/contract'
import { useEffect, useMemo } from 'react'
import { useView } from '../address/use-view.ts'
import { rangeView, toggled } from '../address/view-state.ts'
import { EventsPanel } from '../events/events-panel.tsx'
import { useEventMarkers, useEvents } from '../events/use-events.ts'
import { channelLabel, tameName } from '../format/names.ts'
import { count } from '../format/numbers.ts'
import { asOfText, clock, dayAndClock } from '../format/times.ts'
import { classesIn, dayWithout, rateWithout } from '../live/leaving-out.ts'
import type { LiveFeed } from '../live/live-feed.ts'
import { endSecondOf } from '../live/live-source.ts'
import type { LiveView } from '../live/live-view.ts'
import { serverNow } from '../live/server-clock.ts'
import { useFeed, useFeedState } from '../live/use-feed.ts'
import { MomentsPanel } from '../moments/moments-panel.tsx'
import { useMinutes } from '../moments/use-minutes.ts'
import { momentSpan, useMomentMarkers, useMoments } from '../moments/use-moments.ts'
import { LIVE_SECONDS, RANGES, utcDaySoFar } from '../ranges/ranges.ts'
import { useChartRange } from '../ranges/use-chart-range.ts'
import { api } from '../rest/client.ts'
import { useQuery } from '../rest/use-query.ts'
import { usePageKeys } from '../shell/keys.ts'
import { ChannelChart, type ShownChannel } from './channel-chart.tsx'
import { ChannelHead } from './channel-head.tsx'
import { ChannelNotFound } from './channel-not-found.tsx'
import { Figures } from './figures.tsx'
import { emoteShareOf, leftOut } from './leave-out.ts'
import { LeaveOutRow } from './leave-out-row.tsx'
import { TopLists } from './top-lists.tsx'
import { useBefore } from './use-before.ts'

interface ChannelPageProps {
  /** As the address names it: a login in any case, an older login, or an id. */
  name: string
  /** The feed of all channels: it knows the state of this one. */
  overview: LiveFeed
}

const MINUTE_MS = 60_000
/** How far back the gaps of the live chart are asked for, ms. */
const LIVE_GAPS_MS = 7 * MINUTE_MS
/** The stored day of the live figures is asked for this often, ms. */
const DAY_EVERY_MS = 30_000
/** The list of bots changes with the settings only, ms. */
const BOTS_EVERY_MS = 60_000

/** What a channel can be named by at all: a login, or an id or login that says so. */
const NAMES_A_CHANNEL = /^(id:|login:)?[a-z0-9_]{1,25}$/i

export function ChannelPage({ name, overview }: ChannelPageProps) {
  const { view } = useFeedState(overview)
  if (NAMES_A_CHANNEL.test(name)) return <NamedChannelPage name={name} overview={overview} />
  return <ChannelNotFound name={name} known={view?.channels?.map((channel) => channel.name) ?? []} />
}

function NamedChannelPage({ name, overview }: ChannelPageProps) {
  const [view, change] = useView()
  const feed = useFeed({ channel: name })
  const own = useFeedState(feed)
  const all = useFeedState(overview)
  const { without } = view
  const [range, moves] = useChartRange(view, change)
  const live = range.id === 'live'
  const toggle = (which: Without) => change({ without: toggled(without, which) })
  usePageKeys({
    b: () => toggle('bots'),
    c: () => toggle('commands'),
    s: () => toggle('shared'),
  })

  const { ask, refreshMs } = range
  const group = live ? null : `series ${name} ${range.key}`
  const stored = useQuery(
    group === null ? null : `${group} ${without.join()}`,
    (signal) => api.series(name, { ...range.span(serverNow()), step: ask, without }, signal),
    { refreshMs, epoch: own.epoch, group },
  )
  // Emotes are not counted in shared copies, so their share is taken of the messages without those.
  const today = useQuery(
    live ? `today ${name}` : null,
    (signal) => api.series(name, { ...utcDaySoFar(serverNow()), step: 'hour', without: ['shared'] }, signal),
    { refreshMs: DAY_EVERY_MS, epoch: own.epoch },
  )
  const recent = useQuery(
    live ? `recent ${name}` : null,
    (signal) => {
      const to = Math.ceil(serverNow() / MINUTE_MS) * MINUTE_MS
      return api.series(name, { from: to - LIVE_GAPS_MS, to, step: 'minute' }, signal)
    },
    { refreshMs: RANGES.live.refreshMs, epoch: own.epoch },
  )
  const events = useEvents(name, range, own.epoch)
  const moments = useMoments(name, range, own.epoch)
  const happened = useEventMarkers(events.data)
  const surges = useMomentMarkers(moments.data)
  const markers = useMemo(() => [...happened, ...surges], [happened, surges])
  const bots = useHiddenBots(without.includes('bots'))

  const before = useBefore(name, range, without, stored.data, own.epoch)

  const minutes = useMinutes(name, range, stored.data, own.epoch)

  const listed = all.view?.channels ?? null
  const known = (live ? today.data?.channel : stored.data?.channel) ?? null
  const login = (known?.name ?? name).toLowerCase()
  const summary = listed === null ? undefined : (listed.find((each) => each.name === login) ?? null)
  const channel: ShownChannel = summary ?? known ?? { name: tameName(name), displayName: '', slot: 0 }
  usePageTitle(channel)

  const missing = [own.refusal?.status, stored.error?.status, today.error?.status].includes(404)
  if (missing && !summary && known === null) {
    return <ChannelNotFound name={name} known={listed?.map((each) => each.name) ?? []} />
  }

  const asOf = own.view === null ? null : own.asOf
  const { data } = stored
  const mask = withoutMask(without)
  const byClass = live ? own.view && shownClasses(own.view, asOf) : (data?.messagesByClass ?? null)
  const numbers = byClass && leftOut(without, byClass)
  const emoteShare = live
    ? shareOf(today.data?.totals)
    : byClass && emoteShareOf(byClass, data?.totals['emoteMessages'] ?? null)
  return (
    <>
      <ChannelHead
        channel={channel}
        summary={summary}
        range={range}
        moves={moves}
        onRange={(next) => change(rangeView(next))}
        without={without}
        nowMs={serverNow()}
      />
      <LeaveOutRow without={without} numbers={numbers} onToggle={toggle}>
        {(live ? byClass : data) !== null && (
          <Counted
            counted={byClass && sumClasses(byClass, mask)}
            removed={numbers?.together ?? null}
            when={live || data === null ? range.spoken : spanText(data)}
          />
        )}
      </LeaveOutRow>
      <section className="panel" aria-label="Messages and key figures">
        <div className="channel-main">
          <ChannelChart
            markers={markers}
            usual={moments.data?.usual ?? null}
            showsUsual={view.usual}
            onUsual={(usual) => change({ usual })}
            usualNow={own.view?.usual ?? null}
            momentFrom={own.view?.momentFrom ?? null}
            feed={feed}
            channel={channel}
            range={range}
            moves={moves}
            stored={stored}
            recent={recent.data}
            without={without}
            rateNow={own.view === null ? null : rateWithout(own.view, mask)}
            rateOfAll={own.view?.rate ?? null}
            asOf={asOf}
            stale={own.view !== null && (live ? asOf !== null : own.link.state !== 'live')}
          />
          <MomentsPanel
            name={channel.name}
            moments={moments}
            span={momentSpan(range, serverNow())}
            spoken={live ? 'last hour' : range.spoken}
            minutes={minutes}
            onShow={moves.zoom}
          />
        </div>
        {live ? (
          <Figures
            totals={own.view === null ? null : dayWithout(own.view, mask)}
            loading={own.view === null}
            emoteShare={emoteShare}
            span="today"
            note={
              asOf === null
                ? `UTC day, since ${clock(utcDaySoFar(serverNow()).from)}`
                : asOfText(asOf, serverNow())
            }
            before={null}
            old={asOf !== null}
            without={without}
            unaffected={UNAFFECTED_BY_WITHOUT}
            answer={null}
            range={range}
          />
        ) : (
          <Figures
            totals={data?.totals ?? null}
            loading={data === null && stored.error === null}
            emoteShare={emoteShare}
            span={range.label}
            note={data === null ? '\u00a0' : spanText(data)}
            before={before}
            without={data?.without ?? []}
            unaffected={data?.unaffected ?? []}
            answer={data}
            range={range}
            old={false}
          />
        )}
      </section>
      <div className="lists">
        <TopLists name={name} range={range} epoch={own.epoch} bots={bots} kinds={TOP_KINDS} />
        <EventsPanel events={events} spoken={range.spoken} />
      </div>
    </>
  )
}

/** In the order of the page. */
const TOP_KINDS = ['chatters', 'emotes', 'words', 'commands', 'mentions'] as const

/** Bots that leaving out hides from the list of chatters, lower case; nobody while they are shown. */
function useHiddenBots(hide: boolean): ReadonlySet<string> {
  const status = useQuery(hide ? 'status bots' : null, api.status, { refreshMs: BOTS_EVERY_MS })
  return useMemo(() => new Set(status.data?.bots ?? []), [status.data])
}

function usePageTitle(channel: ShownChannel): void {
  const label = channelLabel(channel)
  useEffect(() => {
    document.title = `${label} · Smacktalk`
  }, [label])
}

function shareOf(totals: Record<string, number | null> | undefined): number | null {
  const messages = totals?.['messages'] ?? null
  const withEmotes = totals?.['emoteMessages'] ?? null
  return messages === null || withEmotes === null || messages === 0 ? null : withEmotes / messages
}

/** What the live chart shows, by class; null while nothing of it is known. */
function shownClasses(view: LiveView, asOf: number | null): number[] | null {
  const end = endSecondOf(view, asOf, serverNow())
  return classesIn(view, end - LIVE_SECONDS + 1, end)
}

interface CountedProps {
  counted: number | null
  removed: number | null
  /** The span in words. */
  when: string
}

function Counted({ counted, removed, when }: CountedProps) {
  return (
    <>
      <b>{count(counted)}</b>
      {counted !== null && removed !== null && removed > 0 && ` of ${count(counted + removed)}`} messages
      counted · {when}
    </>
  )
}

/** From when to when an answer tells, up to now. */
function spanText(answer: Pick<SeriesAnswer, 'from' | 'to'>): string {
  const [from, to] = [Date.parse(answer.from), Math.min(Date.parse(answer.to), serverNow())]
  const sameDay = new Date(from).toDateString() === new Date(to).toDateString()
  return sameDay ? `${clock(from)} – ${clock(to)}` : `${dayAndClock(from)} – ${dayAndClock(to)}`
}
