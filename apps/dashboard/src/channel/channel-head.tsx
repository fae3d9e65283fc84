import type { ChannelSummary, Without } from '@smacktalk/contract'
import { navigate } from '../address/history.ts'
import { addChannel } from '../channels/adding.ts'
import { ChannelStateMark } from '../channels/channel-state.tsx'
import { leaveChannel } from '../channels/leaving.ts'
import { slotColor } from '../channels/swatch.tsx'
import { channelLabel, initials } from '../format/names.ts'
import { percent } from '../format/numbers.ts'
import type { ChartRange, RangeId } from '../ranges/ranges.ts'
import type { ChartMoves } from '../ranges/use-chart-range.ts'
import { copyLink } from '../shell/copy-link.ts'
import { Icon } from '../shell/icons.tsx'
import { RangeSwitch } from '../shell/range-switch.tsx'
import type { ShownChannel } from './channel-chart.tsx'
import { ExportButton } from './export-button.tsx'

interface ChannelHeadProps {
  channel: ShownChannel
  /** Null when it is not on the list; undefined while the list is not known. */
  summary: ChannelSummary | null | undefined
  range: ChartRange
  moves: ChartMoves
  onRange: (range: RangeId) => void
  /** What is left out of the figures. */
  without: readonly Without[]
  nowMs: number
}

export function ChannelHead(props: ChannelHeadProps) {
  const { channel, summary, range, moves, onRange, without, nowMs } = props
  return (
    <div className="page-head">
      <div className="crumb">
        <span
          className="tile-mark"
          style={{ '--c': slotColor(channel.slot) } as React.CSSProperties}
          aria-hidden="true"
        >
          {initials(channel.name)}
        </span>
        <div className="crumb-words">
          <h1 className="ellipsis">
            <bdi>{channelLabel(channel)}</bdi>
          </h1>
          <p className="page-sub">
            {summary === undefined && '\u00a0'}
            {summary === null && 'No longer counted, its history is kept'}
            {summary && (
              <>
                <ChannelStateMark channel={summary} nowMs={nowMs} />
                {summary.coverage !== null && <span>· {percent(summary.coverage, 2)} covered in 24 h</span>}
              </>
            )}
          </p>
        </div>
      </div>
      <div className="page-end">
        <RangeSwitch range={range} moves={moves} onChange={onRange} />
        <button type="button" className="button" onClick={() => void copyLink()}>
          <Icon name="link" />
          Copy link
        </button>
        <ExportButton name={channel.name} range={range} without={without} />
        {summary && (
          <button
            type="button"
            className="button"
            onClick={() => {
              void leaveChannel(summary.name)
              navigate('/')
            }}
          >
            Remove
          </button>
        )}
        {summary === null && (
          <button type="button" className="button primary" onClick={() => void addChannel(channel.name)}>
            <Icon name="plus" />
            Add again
          </button>
        )}
      </div>
    </div>
  )
}
