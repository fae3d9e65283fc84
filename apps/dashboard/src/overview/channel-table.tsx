import type { ChannelSummary } from '@smacktalk/contract'
import { channelAddress } from '../address/history.ts'
import { Link } from '../address/link.tsx'
import { SORT_COLUMNS, type Sort, type SortColumn } from '../address/view-state.ts'
import { ChannelStateMark } from '../channels/channel-state.tsx'
import { leaveChannel } from '../channels/leaving.ts'
import { Swatch, slotColor } from '../channels/swatch.tsx'
import { CoverageStrip } from '../charts/coverage-strip.tsx'
import { Sparkline } from '../charts/sparkline.tsx'
import { channelLabel } from '../format/names.ts'
import { percent, rate, ratio } from '../format/numbers.ts'
import type { MissingAndOff } from '../ranges/gaps.ts'
import type { Span } from '../ranges/ranges.ts'
import { Icon } from '../shell/icons.tsx'
import { sortAfterClick } from './channel-rows.ts'
import { togglePinned } from './pinned.ts'
import { useRowsInView } from './use-rows-in-view.ts'

/** A row: the channel and what is drawn of it. */
export interface ChannelRow {
  readonly channel: ChannelSummary
  /** Null for a channel that is not heard. */
  readonly spark: readonly (number | null)[] | null
  /** Of the last 24 h; null while it is not known. */
  readonly missing: MissingAndOff | null
}

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
  onPointed: (pointed: boolean) => void
}

const HEADS: Readonly<Record<SortColumn, string>> = {
  name: 'Channel',
  state: 'State',
  rate: 'msg/s',
  coverage: 'Coverage, 24 h',
}

/** Height of a row and of a phone's card, px, as the style sheet has them. */
const ROW_PX = 41
const CARD_PX = 65

/** Channels nobody will hear again by waiting: their one action is always in sight. */
const LOST_CAUSES = new Set(['suspended', 'refused', 'not-found'])

export function ChannelTable(props: ChannelTableProps) {
  const { channels, rowOf, pinned, sort, onSort, nowMs, day, onPointed } = props
  const { list, indexes, before, after } = useRowsInView(channels.length, ROW_PX)
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
        onPointerEnter={() => onPointed(true)}
        onPointerLeave={() => onPointed(false)}
      >
        <thead>
          <tr>
            {head('name')}
            {head('state')}
            {head('rate', true)}
            <th scope="col">Last 10 min</th>
            <th scope="col">
              <span className="spoken">Action</span>
            </th>
            {head('coverage', true)}
          </tr>
        </thead>
        <tbody>
          <Room height={before} />
          {inView(channels, indexes).map(([index, shown]) => {
            const { channel, spark, missing } = rowOf(shown)
            return (
              <tr key={channel.name} aria-rowindex={index + 2} data-pinned={pinned.has(channel.name)}>
                <td className="channel-name">
                  <span className="who">
                    <Swatch slot={channel.slot} />
                    <Link to={channelAddress(channel.name)} className="ellipsis">
                      <bdi>{channelLabel(channel)}</bdi>
                    </Link>
                  </span>
                </td>
                <td>
                  <ChannelStateMark channel={channel} nowMs={nowMs} />
                </td>
                <td className="right">
                  {timesUsual(channel)}
                  <b>{perSecond(channel)}</b>
                </td>
                <td>
                  {spark === null ? (
                    <span className="faint">No data yet</span>
                  ) : (
                    <RowSpark channel={channel} spark={spark} width={132} height={26} />
                  )}
                </td>
                <td>
                  <PinButton channel={channel} pinned={pinned.has(channel.name)} />
                  <RemoveButton channel={channel} />
                </td>
                <td className="right">
                  <CoverageCell channel={channel} missing={missing} day={day} />
                </td>
              </tr>
            )
          })}
          <Room height={after} />
        </tbody>
      </table>
    </div>
  )
}

type ChannelCardsProps = Pick<ChannelTableProps, 'channels' | 'rowOf' | 'nowMs'>

export function ChannelCards({ channels, rowOf, nowMs }: ChannelCardsProps) {
  const { list, indexes, before, after } = useRowsInView(channels.length, CARD_PX)
  return (
    <div ref={list}>
      <ul className="cards" style={{ paddingTop: before, paddingBottom: after }}>
        {inView(channels, indexes).map(([index, shown]) => {
          const { channel, spark } = rowOf(shown)
          return (
            <li
              key={channel.name}
              className={spark === null ? 'card-bare' : undefined}
              aria-setsize={channels.length}
              aria-posinset={index + 1}
            >
              <Swatch slot={channel.slot} />
              <span className="card-words">
                <Link to={channelAddress(channel.name)} className="ellipsis">
                  <bdi>{channelLabel(channel)}</bdi>
                </Link>
                <ChannelStateMark channel={channel} nowMs={nowMs} />
              </span>
              {LOST_CAUSES.has(channel.state) ? (
                <RemoveButton channel={channel} />
              ) : (
                <>
                  {spark !== null && <RowSpark channel={channel} spark={spark} width={84} height={28} />}
                  <span className="card-rate">
                    {perSecond(channel)}
                    {channel.messagesPerMinute !== null && <small>msg/s</small>}
                  </span>
                </>
              )}
            </li>
          )
        })}
      </ul>
    </div>
  )
}

/** The channels at some places, with their places. */
function inView(
  channels: readonly ChannelSummary[],
  indexes: readonly number[],
): (readonly [number, ChannelSummary])[] {
  return indexes.flatMap((index) => {
    const channel = channels[index]
    return channel === undefined ? [] : [[index, channel] as const]
  })
}

/** Stands for the rows that are not drawn. */
function Room({ height }: { height: number }) {
  if (height <= 0) return null
  return (
    <tr className="rows-room">
      <td colSpan={6} style={{ height }} />
    </tr>
  )
}

/** Sorting for the phone, where there are no column heads. */
export function SortSelect({ sort, onSort }: Pick<ChannelTableProps, 'sort' | 'onSort'>) {
  return (
    <label className="sort-select">
      Sort by
      <select
        value={sort.by}
        onChange={(event) => {
          const by = SORT_COLUMNS.find((column) => column === event.currentTarget.value) ?? 'rate'
          onSort({ by, descending: by === 'rate' })
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

function PinButton({ channel: { name }, pinned }: { channel: ChannelSummary; pinned: boolean }) {
  return (
    <button
      type="button"
      className={pinned ? 'icon-button small' : 'icon-button small on-hover'}
      aria-label={`Pin ${name}`}
      aria-pressed={pinned}
      title={pinned ? 'Let it go from the top' : 'Keep it at the top'}
      onClick={() => togglePinned(name)}
    >
      <Icon name="pin" />
    </button>
  )
}

function RemoveButton({ channel }: { channel: ChannelSummary }) {
  const always = LOST_CAUSES.has(channel.state)
  return (
    <button
      type="button"
      className={always ? 'button small' : 'button small on-hover'}
      aria-label={`Remove ${channel.name}`}
      onClick={() => void leaveChannel(channel.name)}
    >
      Remove
    </button>
  )
}

function perSecond({ messagesPerMinute }: ChannelSummary): string {
  return rate(messagesPerMinute === null ? null : messagesPerMinute / 60)
}

/** How the last minute compares with what is usual at this hour. */
function timesUsual({ messagesPerMinute, usual }: ChannelSummary) {
  if (messagesPerMinute === null || usual === null || usual === 0) return null
  return (
    <small className="times-usual" title={`Usual at this hour: ${rate(usual / 60)} per second`}>
      {ratio(messagesPerMinute / usual)}
    </small>
  )
}

interface RowSparkProps {
  channel: ChannelSummary
  spark: readonly (number | null)[]
  width: number
  height: number
}

function RowSpark({ channel: { slot }, spark, width, height }: RowSparkProps) {
  return <Sparkline values={spark} width={width} height={height} color={slotColor(slot)} />
}

function CoverageCell({
  channel,
  missing,
  day,
}: {
  channel: ChannelSummary
  day: Span
  missing: ChannelRow['missing']
}) {
  if (channel.coverage === null) return <span className="faint">–</span>
  const text = percent(channel.coverage, 2)
  return (
    <span className="coverage-cell">
      {missing !== null && (
        <CoverageStrip
          span={day}
          missing={missing.gaps}
          off={missing.off}
          label={`Covered ${text} of the time it was counted in the last 24 hours`}
        />
      )}
      <span className={channel.coverage < 0.99 ? '' : 'soft'}>{text}</span>
    </span>
  )
}
