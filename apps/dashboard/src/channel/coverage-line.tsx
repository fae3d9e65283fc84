import { HOUR_MS, MINUTE_MS } from '@smacktalk/contract'
import { CoverageStrip } from '../charts/coverage-strip.tsx'
import type { Plot } from '../charts/plot.ts'
import { count, percent } from '../format/numbers.ts'
import { clock, clockSeconds, dayAndClock, duration } from '../format/times.ts'
import type { Missing } from '../ranges/gaps.ts'

/** Gaps told in words; the others are a number. */
const TOLD_MAX = 2

interface CoverageLineProps {
  plot: Plot
  /** Covered share of the range, 0 to 1; null when it has no past. */
  coverage: number | null
}

/** The strip under a chart and, in words, how much was covered and what is missing. */
export function CoverageLine({ plot, coverage }: CoverageLineProps) {
  const span = { from: plot.times[0] ?? 0, to: plot.times.at(-1) ?? 0 }
  const longest = [...plot.gaps].sort((a, b) => b.to - b.from - (a.to - a.from)).slice(0, TOLD_MAX)
  const told = longest.sort((a, b) => a.from - b.from)
  const more = plot.gaps.length - told.length
  const filledMs = plot.filled.reduce((sum, { from, to }) => sum + to - from, 0)
  const covered = percent(coverage, 2)
  return (
    <div className="coverage">
      <CoverageStrip span={span} missing={plot.gaps} filled={plot.filled} label={`Coverage: ${covered}`} />
      <p className="key-line">
        <span>
          <b>{covered}</b> covered
        </span>
        {filledMs > 0 && (
          <span>
            <span className="filled-box" />
            {duration(filledMs)} filled from history
          </span>
        )}
        {told.map((gap) => (
          <span key={gap.from}>
            <span className="hatch-box" />
            {gapText(gap, plot)}
          </span>
        ))}
        {more > 0 && <span>and {count(more)} more</span>}
      </p>
    </div>
  )
}

/** Time that has no cause in a stored range was not asked for: the channel was not on the list then. */
function gapText({ from, to, cause }: Missing, { stepMs }: Plot): string {
  if (cause === null && stepMs >= MINUTE_MS) return `${duration(to - from)} not on the list`
  const when = stepMs < 5 * MINUTE_MS ? clockSeconds : stepMs < HOUR_MS ? clock : dayAndClock
  return `${duration(to - from)} missing, ${when(from)}${cause === null ? '' : `, ${cause}`}`
}
