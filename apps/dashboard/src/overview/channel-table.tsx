import type { ChannelSummary } from '@smacktalk/contract'
import { type FocusEvent, useEffect, useRef } from 'react'
import { SORT_COLUMNS, type Sort, type SortColumn } from '../address/view-state.ts'
import type { Span } from '../ranges/ranges.ts'
import { useMedia } from '../shell/use-media.ts'
import { Card, type ChannelRow, TableRow } from './channel-row.tsx'
import { naturalSort, sortAfterClick } from './channel-rows.ts'
import { useRowsInView } from './use-rows-in-view.ts'

interface ChannelTableProps {
  channels: readonly ChannelSummary[]
  /** What is drawn of a channel; asked for those in view only. */
  rowOf: (channel: ChannelSummary) => ChannelRow
  pinned: ReadonlySet<string>
  sort: Sort
  onSort: (sort: Sort) => void
  nowMs: number
  /** The last 24 h. */
  day: Span
  /** Whether somebody is at a row, by pointer or by key: the order stands still meanwhile. */
  onPointed: (pointed: boolean) => void
}

const HEADS: Readonly<Record<SortColumn, string>> = {
  name: 'Channel',
  state: 'State',
  rate: 'msg/s',
  usual: 'Times usual',
  coverage: 'Coverage, 24 h',
}

const COLUMNS = 8
/** Narrower there is no column of emotes, as in the style sheet, and nothing is asked for it. */
const EMOTES_FROM_PX = 1_321

/** Height of a row and of a phone's card, px, as the style sheet has them. */
const ROW_PX = 41
const CARD_PX = 65

export function ChannelTable(props: ChannelTableProps) {
  const { channels, rowOf, pinned, sort, onSort, nowMs, day, onPointed } = props
  const { list, from, to, before, after } = useRowsInView(channels.length, ROW_PX)
  const withEmotes = useMedia(`(min-width: ${EMOTES_FROM_PX}px)`)
  const at = useRef({ pointer: false, focus: false })
  const be = (place: 'pointer' | 'focus', here: boolean) => {
    at.current[place] = here
    onPointed(at.current.pointer || at.current.focus)
  }
  // Only a focus that shows: one that a click left behind would hold the order for ever.
  const focused = ({ target }: FocusEvent<HTMLElement>) => be('focus', target.matches(':focus-visible'))
  // A table that goes away under the pointer is never left by it.
  useEffect(() => () => onPointed(false), [onPointed])
  const head = (by: SortColumn, right = false) => {
    const sorted = sort.by === by
    const direction = sort.descending ? 'descending' : 'ascending'
    return (
      <th scope="col" className={right ? 'right' : undefined} aria-sort={sorted ? direction : undefined}>
        <button type="button" onClick={() => onSort(sortAfterClick(sort, by))}>
          {HEADS[by]}
          <span aria-hidden="true">{sorted ? (sort.descending ? ' ↓' : ' ↑') : ''}</span>
        </button>
      </th>
    )
  }
  return (
    <div className="table-wrap" ref={list}>
      <table
        className="channels"
        aria-rowcount={channels.length + 1}
        onPointerEnter={() => be('pointer', true)}
        onPointerLeave={() => be('pointer', false)}
      >
        <thead>
          <tr>
            {head('name')}
            {head('state')}
            {head('rate', true)}
            <th scope="col">Last 10 min</th>
            {head('usual', true)}
            <th scope="col" className="right">
              Chatters, 5 min
            </th>
            <th scope="col" title="Of this hour and the one before">
              Top emote
            </th>
            {head('coverage', true)}
          </tr>
        </thead>
        <tbody onFocus={focused} onBlur={() => be('focus', false)}>
          <Room height={before} />
          {channels.slice(from, to).map((channel, place) => (
            <TableRow
              key={channel.name}
              channel={channel}
              index={from + place}
              rowOf={rowOf}
              pinned={pinned.has(channel.name)}
              nowMs={nowMs}
              day={day}
              withEmote={withEmotes}
            />
          ))}
          <Room height={after} />
        </tbody>
      </table>
    </div>
  )
}

type ChannelCardsProps = Pick<ChannelTableProps, 'channels' | 'rowOf' | 'nowMs'>

export function ChannelCards({ channels, rowOf, nowMs }: ChannelCardsProps) {
  const { list, from, to, before, after } = useRowsInView(channels.length, CARD_PX)
  return (
    <div ref={list}>
      <ul className="cards" style={{ paddingTop: before, paddingBottom: after }}>
        {channels.slice(from, to).map((channel, place) => (
          <Card
            key={channel.name}
            channel={channel}
            index={from + place}
            of={channels.length}
            rowOf={rowOf}
            nowMs={nowMs}
          />
        ))}
      </ul>
    </div>
  )
}

/** Stands for the rows that are not drawn. */
function Room({ height }: { height: number }) {
  if (height <= 0) return null
  return (
    <tr className="rows-room">
      <td colSpan={COLUMNS} style={{ height }} />
    </tr>
  )
}

/** Sorting for the phone, where there are no column heads. */
export function SortSelect({ sort, onSort }: Pick<ChannelTableProps, 'sort' | 'onSort'>) {
  return (
    <label className="sort-select">
      <span className="spoken">Sort by</span>
      <select
        value={sort.by}
        onChange={(event) => {
          const by = SORT_COLUMNS.find((column) => column === event.currentTarget.value) ?? 'rate'
          onSort(naturalSort(by))
        }}
      >
        {SORT_COLUMNS.map((by) => (
          <option key={by} value={by}>
            {HEADS[by]}
          </option>
        ))}
      </select>
    </label>
  )
}
