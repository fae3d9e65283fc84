import { type ChannelRef, MINUTE_MS, type SeriesAnswer, type Usual, type Without } from '@smacktalk/contract'
import { useMemo, useRef, useState } from 'react'
import type { Plot } from '../charts/plot.ts'
import { fixedSource, type PlotSource } from '../charts/plot-source.ts'
import { TimeChart } from '../charts/time-chart.tsx'
import { NO_USUAL, usualLine } from '../charts/usual-line.ts'
import { UsualSwitch } from '../charts/usual-switch.tsx'
import type { Marker } from '../events/marker.ts'
import { channelLabel } from '../format/names.ts'
import { percent, rate } from '../format/numbers.ts'
import { asOfText } from '../format/times.ts'
import type { LiveFeed } from '../live/live-feed.ts'
import { liveSource } from '../live/live-source.ts'
import { serverNow } from '../live/server-clock.ts'
import type { ChartRange, Span } from '../ranges/ranges.ts'
import type { ChartMoves } from '../ranges/use-chart-range.ts'
import type { Query } from '../rest/use-query.ts'
import { Icon } from '../shell/icons.tsx'
import { ChartSkeleton, OldFigures, PanelError, PlotMessage } from '../shell/panel-states.tsx'
import { AllTag } from './all-tag.tsx'
import { liveChannelPlot, recentCoverage, shownCoverage, storedChannelPlot } from './channel-plot.ts'
import { CoverageLine } from './coverage-line.tsx'
import { NotCounted } from './not-counted.tsx'

export type ShownChannel = Pick<ChannelRef, 'name' | 'displayName' | 'slot'>

interface ChannelChartProps {
  feed: LiveFeed
  channel: ShownChannel
  range: ChartRange
  moves: ChartMoves
  stored: Query<SeriesAnswer>
  /** The last minutes as stored, for what frames do not say of a live chart. */
  recent: SeriesAnswer | null
  /** What is left out of the figures. */
  without: readonly Without[]
  /** Messages per second now without what is left out; null while nobody has said. */
  rateNow: number | null
  /** The same with everything: what the usual is compared with. */
  rateOfAll: number | null
  /** As of when the live figures are, when they do not move any more. */
  asOf: number | null
  stale: boolean
  /** What happened in the range. */
  markers: readonly Marker[]
  /** What is usual here; null while not known. */
  usual: Usual | null
  /** Whether it is drawn. */
  showsUsual: boolean
  onUsual: (shown: boolean) => void
  /** Messages per second from which on a moment begins, now; null while not known. */
  momentFrom: number | null
  /** Messages per minute that are usual now. */
  usualNow: number | null
}

/** What the chart below the figure shows: `minute means below`. */
function meansOf({ ask, stepMs }: ChartRange): string {
  if (ask === 'second') return 'every second below'
  return stepMs === 5 * MINUTE_MS ? '5-minute means below' : `${ask} means below`
}

/** From so many times the usual on it is worth a colour. */
const LIVELY = 1.5

/** What is left out, at the end of a sentence: `, without bots, commands`. */
function leftOutWords(without: readonly Without[]): string {
  return without.length === 0 ? '' : `, without ${without.map((name) => SPOKEN_CLASSES[name]).join(', ')}`
}

const SPOKEN_CLASSES: Readonly<Record<Without, string>> = {
  bots: 'bots',
  commands: 'commands',
  shared: 'shared copies',
}

export function ChannelChart({
  feed,
  channel,
  range,
  moves,
  stored,
  recent,
  without,
  rateNow,
  rateOfAll,
  asOf,
  stale,
  markers,
  usual,
  showsUsual,
  onUsual,
  usualNow,
  momentFrom,
}: ChannelChartProps) {
  const [asTable, setAsTable] = useState(false)
  const usualLines = useMemo(
    () => (usual === null || !showsUsual ? NO_USUAL : [usualLine(usual, null)]),
    [usual, showsUsual],
  )
  const live = range.id === 'live'
  const source = useChannelSource(feed, channel, range, stored.data, recent, without)
  const plot = source.read()
  const outdated = !live && plot !== null && stored.error !== null
  const { spoken, stepName } = range
  const coverage = plot === null ? null : live ? shownCoverage(plot) : (stored.data?.coverage ?? null)
  return (
    <div>
      <div className={asOf === null ? 'channel-rate' : 'channel-rate old'}>
        <span className="channel-rate-value">{rate(rateNow)}</span>
        <span className="channel-rate-words">
          msg/s {asOf === null ? `now, ${meansOf(range)}` : asOfText(asOf, serverNow())}
        </span>
        {asOf === null && rateOfAll !== null && usualNow !== null && usualNow > 0 && (
          <>
            <span
              className={(rateOfAll * 60) / usualNow >= LIVELY ? 'tag tag-live' : 'tag'}
              title={`Usual at this hour: ${rate(usualNow / 60)} per second`}
            >
              {((rateOfAll * 60) / usualNow).toFixed(1)} times usual
            </span>
            <AllTag without={without} />
          </>
        )}
        <span className="channel-rate-end">
          <span className="key-line not-phone">
            {live && momentFrom !== null && (
              <span title={thresholdTitle(momentFrom)}>
                <span className="dash-line" />
                Moment threshold
              </span>
            )}
            <span>
              <span className="hatch-box" />
              No coverage
            </span>
          </span>
          {usual !== null && (
            <span className="usual-item">
              <UsualSwitch shown={showsUsual} onChange={onUsual} />
              <AllTag without={without} />
            </span>
          )}
          {outdated && stored.at !== null && <OldFigures at={stored.at} onRetry={stored.reload} />}
          <button
            type="button"
            className="button quiet small"
            aria-pressed={asTable}
            onClick={() => setAsTable(!asTable)}
          >
            <Icon name={asTable ? 'chart' : 'table'} />
            <span className="not-phone">Show as {asTable ? 'chart' : 'table'}</span>
            <span className="phone-only">{asTable ? 'Chart' : 'Table'}</span>
          </button>
        </span>
      </div>
      <div className="channel-plot">
        <div className="chart-space chart-space-channel">
          {plot !== null && (
            <TimeChart
              id="channel"
              title={`Messages per second in ${channelLabel(channel)}, ${spoken}, ${stepName}${leftOutWords(without)}`}
              source={source}
              form="area"
              live={live}
              stale={stale || outdated}
              asTable={asTable}
              moves={moves}
              markers={markers}
              usual={usualLines}
              threshold={live ? momentFrom : null}
            >
              <NothingToSee plot={plot} coverage={coverage} channel={channel} onShow={moves.zoom} />
            </TimeChart>
          )}
          {plot === null && (live || stored.error === null) && <ChartSkeleton />}
          {plot === null && !live && stored.error !== null && (
            <PanelError what={`the ${spoken}`} error={stored.error} onRetry={stored.reload} />
          )}
        </div>
        {plot === null ? <div className="coverage" /> : <CoverageLine plot={plot} coverage={coverage} />}
      </div>
    </div>
  )
}

/** Bots and shared copies make no moment (docs/moments.md): the line is that of the others. */
function thresholdTitle(momentFrom: number): string {
  const from = `A moment begins from ${rate(momentFrom)} messages per second on, as a mean over ten seconds`
  return `${from}, bots and shared copies left out`
}

interface NothingToSeeProps {
  plot: Plot
  coverage: number | null
  channel: ShownChannel
  onShow: (span: Span) => void
}

function NothingToSee({ plot, coverage, channel, onShow }: NothingToSeeProps) {
  const known = plot.series[0]?.messages ?? []
  if (known.every((value) => value === null)) {
    return (
      <NotCounted
        name={channel.name}
        label={channelLabel(channel)}
        endsAt={plot.times.at(-1) ?? 0}
        onShow={onShow}
      />
    )
  }
  if (known.some((value) => (value ?? 0) > 0)) return null
  const how =
    coverage !== null && coverage < 1
      ? `Counted ${percent(coverage, 2)} of the time`
      : 'Counted the whole time'
  return (
    <PlotMessage title="No messages" framed={false}>
      {how}, chat was quiet.
    </PlotMessage>
  )
}

function useChannelSource(
  feed: LiveFeed,
  channel: ShownChannel,
  range: ChartRange,
  answer: SeriesAnswer | null,
  recent: SeriesAnswer | null,
  without: readonly Without[],
): PlotSource {
  const { name, displayName, slot } = channel
  const known = useRef(recentCoverage(recent))
  known.current = recentCoverage(recent)
  return useMemo(
    () =>
      range.id === 'live'
        ? liveSource(feed, (view, endSecond) =>
            liveChannelPlot(view, { name, displayName, slot }, endSecond, known.current, without),
          )
        : fixedSource(answer === null ? null : storedChannelPlot(answer, range, serverNow())),
    [feed, name, displayName, slot, range, answer, without],
  )
}
