import { CoverageStrip } from '../charts/coverage-strip.tsx'
import type { Plot } from '../charts/plot.ts'
import { count, percent } from '../format/numbers.ts'
import { clock, clockSeconds, dayAndClock, duration } from '../format/times.ts'

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
  const when = plot.stepMs < 300_000 ? clockSeconds : plot.stepMs < 3_600_000 ? clock : dayAndClock
  const covered = percent(coverage, 2)
  return (
    <div className="coverage">
      <CoverageStrip span={span} missing={plot.gaps} label={`Coverage: ${covered}`} />
      <p className="key-line">
        <span>
          <b>{covered}</b> covered
        </span>
        {told.map(({ from, to, cause }) => (
          <span key={from}>
            <span className="hatch-box" />
            {duration(to - from)} missing, {when(from)}
            {cause === null ? '' : `, ${cause}`}
          </span>
        ))}
        {more > 0 && <span>and {count(more)} more</span>}
      </p>
    </div>
  )
}
