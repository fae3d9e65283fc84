import { type ChannelState, type ChannelSummary, HOUR_MS, type OverviewAnswer } from '@smacktalk/contract'
import { useMemo, useRef, useState } from 'react'
import { FIND_CHARACTERS_MAX, type ViewState } from '../address/view-state.ts'
import { STATE_WORDS } from '../channels/channel-state.tsx'
import { count } from '../format/numbers.ts'
import type { LiveView } from '../live/live-view.ts'
import { serverNow } from '../live/server-clock.ts'
import { type Missing, type MissingAndOff, missingAndOff, spanOf } from '../ranges/gaps.ts'
import { RANGES } from '../ranges/ranges.ts'
import { RowsSkeleton } from '../shell/panel-states.tsx'
import { useNarrow } from '../shell/use-media.ts'
import type { ChannelRow } from './channel-row.tsx'
import { type HeldOrder, namedLike, settledOrder, sortedChannels, stateCounts } from './channel-rows.ts'
import { channelSpark } from './channel-spark.ts'
import { ChannelCards, ChannelTable, SortSelect } from './channel-table.tsx'
import { usePinned } from './pinned.ts'

interface ChannelsPanelProps {
  channels: readonly ChannelSummary[] | null
  live: LiveView | null
  liveGaps: ReadonlyMap<string, readonly Missing[]>
  /** The last 5 minutes: their chatters. */
  recent: OverviewAnswer | null
  /** The last 24 h by the hour: its gaps make the strips. */
  day: OverviewAnswer | null
  view: Pick<ViewState, 'sort' | 'filter' | 'find'>
  onView: (change: Partial<ViewState>) => void
  nowMs: number
  endSecond: number
}

/** States whose small line tells something. */
const HEARD = new Set<ChannelState>(['joined', 'lost'])

export function ChannelsPanel(props: ChannelsPanelProps) {
  const { channels, view, onView, nowMs } = props
  const { sort, filter, find } = view
  const pinned = usePinned()
  const narrow = useNarrow()
  const [pointed, setPointed] = useState(false)
  const shown = useOrder(props, pinned, pointed)
  const rowOf = useRowOf(props)
  const counts = stateCounts(channels ?? [])
  const shownCounts =
    filter === null || counts.some(({ state }) => state === filter)
      ? counts
      : [...counts, { state: filter, count: 0 }]
  return (
    <section className="panel" aria-label="Channels">
      <header className="panel-head">
        <h2>Channels</h2>
        <fieldset className="pills strip-scroll">
          <legend className="spoken">Filter by state</legend>
          <Pill
            word="All"
            amount={channels?.length ?? null}
            pressed={filter === null}
            onPress={() => onView({ filter: null })}
          />
          {shownCounts.map(({ state, count: amount }) => (
            <Pill
              key={state}
              word={STATE_WORDS[state]}
              amount={amount}
              pressed={filter === state}
              onPress={() => onView({ filter: filter === state ? null : state })}
            />
          ))}
        </fieldset>
        <input
          type="search"
          className="filter-name"
          placeholder="Filter by name"
          aria-label="Filter channels by name"
          maxLength={FIND_CHARACTERS_MAX}
          value={find}
          onChange={(event) => onView({ find: event.currentTarget.value })}
        />
        {narrow && <SortSelect sort={sort} onSort={(next) => onView({ sort: next })} />}
      </header>
      {channels === null ? (
        <RowsSkeleton label="Loading the channels" />
      ) : shown.length === 0 ? (
        <div className="notice">
          <h3>{find === '' ? 'No channel in this state' : 'No channel with this name'}</h3>
          <p className="notice-actions">
            <button type="button" className="button" onClick={() => onView({ filter: null, find: '' })}>
              Show all
            </button>
          </p>
        </div>
      ) : narrow ? (
        <ChannelCards channels={shown} rowOf={rowOf} nowMs={nowMs} />
      ) : (
        <ChannelTable
          channels={shown}
          rowOf={rowOf}
          pinned={pinned}
          sort={sort}
          onSort={(next) => onView({ sort: next })}
          nowMs={nowMs}
          day={RANGES['24h'].span(nowMs)}
          onPointed={setPointed}
        />
      )}
    </section>
  )
}

/** The channels to show, in an order that does not dance. */
function useOrder(
  { channels, view, nowMs }: ChannelsPanelProps,
  pinned: ReadonlySet<string>,
  pointed: boolean,
): ChannelSummary[] {
  const held = useRef<HeldOrder | null>(null)
  const { sort, filter, find } = view
  const wanted = sortedChannels(
    namedLike(channels ?? [], find).filter(({ state }) => filter === null || state === filter),
    sort,
    pinned,
  )
  const rule = `${sort.by} ${sort.descending} ${filter} ${find} ${[...pinned].join()}`
  held.current = settledOrder(
    held.current,
    wanted.map(({ name }) => name),
    rule,
    pointed,
    nowMs,
  )
  const byName = new Map(wanted.map((channel) => [channel.name, channel]))
  return held.current.names.flatMap((name) => byName.get(name) ?? [])
}

/** What is drawn of a channel: made when it is asked for, since of many channels few are in view. */
function useRowOf({ live, liveGaps, recent, day, endSecond }: ChannelsPanelProps) {
  const recentById = useMemo(
    () => new Map(recent?.channels.map((channel) => [channel.id, channel])),
    [recent],
  )
  const dayGaps = useMemo(() => {
    if (day === null) return new Map<string | null, MissingAndOff>()
    const span = spanOf(day)
    return new Map(
      day.channels.map((channel) => [channel.id, missingAndOff(channel, span, HOUR_MS, serverNow())]),
    )
  }, [day])
  return (channel: ChannelSummary): ChannelRow => {
    const { id, state } = channel
    const known = id !== null && live !== null && HEARD.has(state)
    return {
      spark: known ? channelSpark(live.byChannel.get(id), endSecond, liveGaps.get(id) ?? []) : null,
      chatters: recentById.get(id)?.chatters ?? null,
      chattersError: recentById.get(id)?.chattersError ?? null,
      missing: (id === null ? null : dayGaps.get(id)) ?? null,
    }
  }
}

interface PillProps {
  word: string
  amount: number | null
  pressed: boolean
  onPress: () => void
}

function Pill({ word, amount, pressed, onPress }: PillProps) {
  return (
    <button type="button" className="pill" aria-pressed={pressed} onClick={onPress}>
      {word} {amount !== null && <span>{count(amount)}</span>}
    </button>
  )
}
