import type { ChannelState, ChannelSummary, OverviewAnswer } from '@smacktalk/contract'
import { useRef, useState } from 'react'
import type { ViewState } from '../address/view-state.ts'
import { STATE_WORDS } from '../channels/channel-state.tsx'
import { count } from '../format/numbers.ts'
import type { LiveView } from '../live/live-view.ts'
import { type Missing, mergeSpans, readGaps } from '../ranges/gaps.ts'
import { RANGES } from '../ranges/ranges.ts'
import { useLate } from '../shell/late.ts'
import { useNarrow } from '../shell/use-narrow.ts'
import { type HeldOrder, settledOrder, sortedChannels, stateCounts } from './channel-rows.ts'
import { channelSpark } from './channel-spark.ts'
import { ChannelCards, type ChannelRow, ChannelTable, SortSelect } from './channel-table.tsx'

interface ChannelsPanelProps {
  channels: readonly ChannelSummary[] | null
  live: LiveView | null
  liveGaps: ReadonlyMap<string, readonly Missing[]>
  /** The last 24 h by the hour: its gaps make the strips. */
  day: OverviewAnswer | null
  view: Pick<ViewState, 'sort' | 'filter'>
  onView: (change: Partial<ViewState>) => void
  nowMs: number
  endSecond: number
}

/** States whose small line tells something. */
const HEARD = new Set<ChannelState>(['joined', 'lost'])

export function ChannelsPanel(props: ChannelsPanelProps) {
  const { channels, view, onView, nowMs } = props
  const { sort, filter } = view
  const narrow = useNarrow()
  const [pointed, setPointed] = useState(false)
  const rows = useRows(props, pointed)
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
        {narrow && <SortSelect sort={sort} onSort={(next) => onView({ sort: next })} />}
      </header>
      {channels === null ? (
        <RowsSkeleton />
      ) : rows.length === 0 ? (
        <div className="notice">
          <h3>No channel in this state</h3>
          <p className="notice-actions">
            <button type="button" className="button" onClick={() => onView({ filter: null })}>
              Show all
            </button>
          </p>
        </div>
      ) : narrow ? (
        <ChannelCards rows={rows} nowMs={nowMs} />
      ) : (
        <ChannelTable
          rows={rows}
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

function useRows(props: ChannelsPanelProps, pointed: boolean): ChannelRow[] {
  const { channels, live, liveGaps, day, view, nowMs, endSecond } = props
  const held = useRef<HeldOrder | null>(null)
  const { sort, filter } = view
  const wanted = sortedChannels(
    (channels ?? []).filter(({ state }) => filter === null || state === filter),
    sort,
  )
  const rule = `${sort.by} ${sort.descending} ${filter}`
  const names = wanted.map(({ name }) => name)
  held.current = settledOrder(held.current, names, rule, pointed, nowMs)
  const byName = new Map(wanted.map((channel) => [channel.name, channel]))
  const dayGaps = new Map(day?.channels.map((channel) => [channel.id, channel.gaps]))
  const span = RANGES['24h'].span(nowMs)
  return held.current.names.flatMap((name): ChannelRow[] => {
    const channel = byName.get(name)
    if (channel === undefined) return []
    const { id, state } = channel
    const known = id !== null && live !== null && HEARD.has(state)
    const stored = id === null ? undefined : dayGaps.get(id)
    return [
      {
        channel,
        spark: known ? channelSpark(live.byChannel.get(id), endSecond, liveGaps.get(id) ?? []) : null,
        gaps: stored === undefined ? null : mergeSpans(readGaps(stored, span)),
      },
    ]
  })
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

const SKELETON_ROWS = ['a', 'b', 'c', 'd', 'e', 'f']

function RowsSkeleton() {
  const late = useLate(true)
  return (
    <div className="rows-skeleton" aria-busy="true" role="status" aria-label="Loading the channels">
      {SKELETON_ROWS.map((row) => (
        <span key={row}>{late && <span className="skeleton" />}</span>
      ))}
    </div>
  )
}
