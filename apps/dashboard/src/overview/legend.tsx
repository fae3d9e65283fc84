import { channelAddress } from '../address/history.ts'
import { Link } from '../address/link.tsx'
import { Swatch } from '../channels/swatch.tsx'
import type { Plot } from '../charts/plot.ts'
import { percent, rate } from '../format/numbers.ts'
import { meanKnown, sumKnown } from '../ranges/aggregate.ts'

interface LegendProps {
  plot: Plot
  /** Heading of the means: `1 min mean` or `Mean, 1 h`. */
  heading: string
  /** Complete steps at the end that the mean covers. */
  steps: number
  nameOf: (id: string) => string | undefined
}

/** Names, means and shares of the bands, the largest first as in the stack. */
export function Legend({ plot, heading, steps, nameOf }: LegendProps) {
  const means = plot.series.map(({ rates }) =>
    meanKnown(rates.slice(Math.max(0, plot.running - steps), plot.running)),
  )
  const sum = sumKnown(means) ?? 0
  return (
    <ol className="legend" aria-label="Channels in the chart">
      <li className="legend-head" aria-hidden="true">
        <span />
        <span>Channel</span>
        <span>{heading}</span>
        <span className="legend-share">Share</span>
      </li>
      {plot.series.map(({ id, label, slot }, index) => {
        const name = nameOf(id)
        return (
          <li key={id}>
            <Swatch slot={slot} />
            {name === undefined ? (
              <span className="ellipsis soft">{label}</span>
            ) : (
              <Link to={channelAddress(name)} className="ellipsis">
                <bdi>{label}</bdi>
              </Link>
            )}
            <b>{rate(means[index])}</b>
            <span className="legend-share">{shareText(means[index] ?? null, sum)}</span>
          </li>
        )
      })}
    </ol>
  )
}

function shareText(mean: number | null, sum: number): string {
  return percent(mean === null || sum === 0 ? null : mean / sum, 0)
}
