import type { ChannelSummary } from '@smacktalk/contract'
import { memo } from 'react'
import { channelAddress } from '../address/history.ts'
import { Link } from '../address/link.tsx'
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
import { togglePinned } from './pinned.ts'

/** What is drawn of a channel beside its summary. */
export interface ChannelRow {
  /** Null for a channel that is not heard. */
  readonly spark: readonly (number | null)[] | null
  /** Of the last 24 h; null while it is not known. */
  readonly missing: MissingAndOff | null
}

/** Channels nobody will hear again by waiting: their one action is always in sight. */
const LOST_CAUSES = new Set(['suspended', 'refused', 'not-found'])

interface RowProps {
  channel: ChannelSummary
  /** Its place in the whole list, from 0. */
  index: number
  /** What is drawn of it; another function when that may have changed. */
  rowOf: (channel: ChannelSummary) => ChannelRow
  nowMs: number
}

interface TableRowProps extends RowProps {
  pinned: boolean
  /** The last 24 h. */
  day: Span
}

/** Rows that stay in view are not drawn again while the list is scrolled. */
export const TableRow = memo(function TableRow(props: TableRowProps) {
  const { channel, index, rowOf, pinned, nowMs, day } = props
  const { spark, missing } = rowOf(channel)
  return (
    <tr aria-rowindex={index + 2} data-pinned={pinned}>
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
        <PinButton channel={channel} pinned={pinned} />
        <RemoveButton channel={channel} />
      </td>
      <td className="right">
        <CoverageCell channel={channel} missing={missing} day={day} />
      </td>
    </tr>
  )
})

interface CardProps extends RowProps {
  /** Cards in the whole list. */
  of: number
}

/** A row on the phone. */
export const Card = memo(function Card({ channel, index, of, rowOf, nowMs }: CardProps) {
  const { spark } = rowOf(channel)
  return (
    <li className={spark === null ? 'card-bare' : undefined} aria-setsize={of} aria-posinset={index + 1}>
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
})

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
