import type { ChannelSummary, OverviewAnswer, Usual } from '@smacktalk/contract'
import { type ReactNode, useMemo, useRef, useState } from 'react'
import type { ChartForm } from '../address/view-state.ts'
import { CoverageStrip } from '../charts/coverage-strip.tsx'
import { fixedSource, type PlotSource } from '../charts/plot-source.ts'
import { stackChooser } from '../charts/stack-order.ts'
import { TimeChart } from '../charts/time-chart.tsx'
import { NO_USUAL, usualLine } from '../charts/usual-line.ts'
import { UsualSwitch } from '../charts/usual-switch.tsx'
import { roughDuration } from '../format/times.ts'
import type { LiveFeed } from '../live/live-feed.ts'
import { liveSource } from '../live/live-source.ts'
import { serverNow } from '../live/server-clock.ts'
import type { Missing } from '../ranges/gaps.ts'
import type { ChartRange } from '../ranges/ranges.ts'
import type { ChartMoves } from '../ranges/use-chart-range.ts'
import type { Query } from '../rest/use-query.ts'
import { Icon } from '../shell/icons.tsx'
import { ChartSkeleton, OldFigures, PanelError } from '../shell/panel-states.tsx'
import { Legend } from './legend.tsx'
import { liveOverviewPlot, type OverviewPlot, storedOverviewPlot } from './overview-plot.ts'
import { useChannelUsuals } from './use-channel-usuals.ts'

interface RatePanelProps {
  feed: LiveFeed
  range: ChartRange
  moves: ChartMoves
  form: ChartForm
  onForm: (form: ChartForm) => void
  /** The stored range; asks nothing while the range is live. */
  stored: Query<OverviewAnswer>
  /** Gaps of the last minutes by channel id, for the live strip. */
  liveGaps: ReadonlyMap<string, readonly Missing[]>
  channels: readonly ChannelSummary[]
  stale: boolean
  /** What is usual in all channels together; null while not known. */
  usual: Usual | null
  /** Whether it is drawn. */
  showsUsual: boolean
  onUsual: (shown: boolean) => void
  /** Key figures; they share the panel with the chart. */
  figures: ReactNode
}

/** Steps of the mean in the legend while live: one minute. */
const LIVE_MEAN_STEPS = 60

export function RatePanel({
  feed,
  range,
  moves,
  form,
  onForm,
  stored,
  liveGaps,
  channels,
  stale,
  usual,
  showsUsual,
  onUsual,
  figures,
}: RatePanelProps) {
  const [asTable, setAsTable] = useState(false)
  const source = useOverviewSource(feed, range, stored.data, liveGaps)
  const plot = source.read()
  const { label, spoken, stepName } = range
  const live = range.id === 'live'
  const outdated = !live && plot !== null && stored.error !== null
  const nameOf = (id: string) => channels.find((channel) => channel.id === id)?.name
  const usualOfAll = useMemo(() => (usual === null ? NO_USUAL : [usualLine(usual, null)]), [usual])
  // A line of its own is compared with the usual of its own channel: that of all would lie far above.
  const usualOfEach = useChannelUsuals(plot, nameOf, showsUsual && form === 'lines')
  return (
    <section className="panel rate-panel" aria-label="Messages per second">
      {figures}
      <div className="rate-chart">
        <div className="rate-plot">
          <div className="plot-head">
            <h2>
              <span className="not-phone">Messages per second by channel</span>
              <span className="phone-only">By channel</span>
            </h2>
            {outdated && stored.at !== null && <OldFigures at={stored.at} onRetry={stored.reload} />}
            {usual !== null && <UsualSwitch shown={showsUsual} onChange={onUsual} />}
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
            <fieldset className="switch small">
              <legend className="spoken">Chart form</legend>
              <button type="button" aria-pressed={form === 'stacked'} onClick={() => onForm('stacked')}>
                Stacked
              </button>
              <button type="button" aria-pressed={form === 'lines'} onClick={() => onForm('lines')}>
                Lines
              </button>
            </fieldset>
          </div>
          <div className="chart-space chart-space-overview">
            {plot !== null && (
              <TimeChart
                id="overview"
                title={`Messages per second by channel, ${spoken}, ${stepName}`}
                source={source}
                form={form}
                live={live}
                stale={stale || outdated}
                asTable={asTable}
                moves={moves}
                usual={!showsUsual ? NO_USUAL : form === 'lines' ? usualOfEach : usualOfAll}
              />
            )}
            {plot === null && (live || stored.error === null) && <ChartSkeleton />}
            {plot === null && !live && stored.error !== null && (
              <PanelError what={`the ${spoken}`} error={stored.error} onRetry={stored.reload} />
            )}
          </div>
          <div className="strip-row">{plot !== null && <StripOf plot={plot} />}</div>
        </div>
        {plot === null ? (
          <div className="legend" />
        ) : (
          <Legend
            plot={plot}
            heading={live ? '1 min mean' : `Mean, ${label}`}
            steps={live ? LIVE_MEAN_STEPS : plot.times.length}
            nameOf={nameOf}
          />
        )}
      </div>
    </section>
  )
}

function StripOf({ plot }: { plot: OverviewPlot }) {
  const span = { from: plot.times[0] ?? 0, to: plot.times.at(-1) ?? 0 }
  const missing = plot.partGaps.reduce((sum, { from, to }) => sum + to - from, 0)
  const label =
    missing === 0
      ? 'Coverage: every channel was counted the whole time'
      : `Coverage: at least one channel was not counted for ${roughDuration(missing)}`
  return (
    <CoverageStrip
      span={span}
      missing={plot.gaps}
      partly={plot.partGaps}
      filled={plot.filled}
      label={label}
    />
  )
}

function useOverviewSource(
  feed: LiveFeed,
  range: ChartRange,
  answer: OverviewAnswer | null,
  liveGaps: ReadonlyMap<string, readonly Missing[]>,
): PlotSource<OverviewPlot> {
  // biome-ignore lint/correctness/useExhaustiveDependencies: another range chooses its bands anew
  const choose = useMemo(() => stackChooser(() => Date.now()), [range])
  const gaps = useRef(liveGaps)
  gaps.current = liveGaps
  return useMemo(
    () =>
      range.id === 'live'
        ? liveSource(feed, (view, endSecond) => liveOverviewPlot(view, endSecond, gaps.current, choose))
        : fixedSource(answer === null ? null : storedOverviewPlot(answer, range, serverNow(), choose)),
    [feed, range, answer, choose],
  )
}
