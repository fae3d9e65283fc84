import type { ChannelSummary } from '@smacktalk/contract'
import { memo } from 'react'
import { channelAddress } from '../address/history.ts'
import { Link } from '../address/link.tsx'
import { addChannel } from '../channels/adding.ts'
import { ChannelStateMark } from '../channels/channel-state.tsx'
import { leaveChannel } from '../channels/leaving.ts'
import { Swatch, slotColor } from '../channels/swatch.tsx'
import { CoverageStrip } from '../charts/coverage-strip.tsx'
import { Sparkline } from '../charts/sparkline.tsx'
import { EmotePicture } from '../emotes/emote-picture.tsx'
import { channelLabel, tameName } from '../format/names.ts'
import { count, estimate, MISSING, percent, rate, ratio } from '../format/numbers.ts'
import type { MissingAndOff } from '../ranges/gaps.ts'
import type { Span } from '../ranges/ranges.ts'
import { Icon } from '../shell/icons.tsx'
import { timesUsual } from './channel-rows.ts'
import { togglePinned } from './pinned.ts'
import { useTopEmote } from './use-top-emote.ts'

/** What is drawn of a channel beside its summary. */
export interface ChannelRow {
  /** Null for a channel that is not heard. */
  readonly spark: readonly (number | null)[] | null
  /** Distinct chatters of the last minutes, with their relative error. */
  readonly chatters: number | null
  readonly chattersError: number | null
  /** Of the last 24 h; null while it is not known. */
  readonly missing: MissingAndOff | null
}

/** Channels nobody will hear by waiting: their one action is always in sight. */
const ALWAYS_ACTED = new Set(['suspended', 'refused', 'not-found', 'paused'])

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
  /** Whether there is room for the top emote. */
  withEmote: boolean
}

/** Rows that stay in view are not drawn again while the list is scrolled. */
export const TableRow = memo(function TableRow(props: TableRowProps) {
  const { channel, index, rowOf, pinned, nowMs, day, withEmote } = props
  const { spark, chatters, chattersError, missing } = rowOf(channel)
  return (
    <tr aria-rowindex={index + 2} data-pinned={pinned}>
      <td className="channel-name">
        <span className="who">
          <Swatch slot={channel.slot} />
          <Link to={channelAddress(channel.name)} className="ellipsis">
            <bdi>{channelLabel(channel)}</bdi>
          </Link>
          <PinButton channel={channel} pinned={pinned} />
        </span>
      </td>
      <td>
        <span className="state-cell">
          <ChannelStateMark channel={channel} nowMs={nowMs} />
          <ActionButton channel={channel} />
        </span>
      </td>
      <td className="right">
        <b>{perSecond(channel)}</b>
      </td>
      <td>
        {spark === null ? (
          <span className="faint">No data yet</span>
        ) : (
          <RowSpark channel={channel} spark={spark} width={132} height={26} />
        )}
      </td>
      <td className="right">
        <TimesUsual channel={channel} />
      </td>
      <td className="right">{spark === null ? MISSING : estimate(chatters, chattersError)}</td>
      <td>
        <TopEmote channel={channel} wanted={withEmote && spark !== null} />
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
      {ALWAYS_ACTED.has(channel.state) ? (
        <ActionButton channel={channel} />
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

/** What can be done about a channel: one that was only imported can be joined, any other left. */
function ActionButton({ channel }: { channel: ChannelSummary }) {
  if (channel.state !== 'paused') return <RemoveButton channel={channel} />
  return (
    <button
      type="button"
      className="button small"
      aria-label={`Join ${channel.name}`}
      onClick={() => void addChannel(channel.name)}
    >
      Join
    </button>
  )
}

function RemoveButton({ channel }: { channel: ChannelSummary }) {
  const always = ALWAYS_ACTED.has(channel.state)
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

/** A channel that is so far above its usual stands out. */
const HOT_FROM = 2

/** How the last minute compares with what is usual at this hour. */
function TimesUsual({ channel }: { channel: ChannelSummary }) {
  const times = timesUsual(channel)
  if (times === null) return <span className="faint">{MISSING}</span>
  return (
    <span
      className={times >= HOT_FROM ? 'hot' : 'soft'}
      title={`Usual at this hour: ${rate((channel.usual ?? 0) / 60)} per second`}
    >
      {ratio(times)}
    </span>
  )
}

/** The most used emote of the last hour. */
function TopEmote({ channel: { name }, wanted }: { channel: ChannelSummary; wanted: boolean }) {
  const emote = useTopEmote(wanted ? name : null)
  if (emote === null) return <span className="faint">{MISSING}</span>
  const code = tameName(emote.label)
  return (
    <span className="top-emote">
      <EmotePicture emote={emote.key} code={code} />
      <span className="ellipsis soft" title={`${count(emote.count)} uses`}>
        <bdi>{code}</bdi>
      </span>
    </span>
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
