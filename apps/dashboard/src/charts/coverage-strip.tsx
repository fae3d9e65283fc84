import type { Missing } from '../ranges/gaps.ts'
import type { Span } from '../ranges/ranges.ts'

interface CoverageStripProps {
  span: Span
  /** When nobody was there, merged and ordered; parts outside the span are not drawn. */
  missing: readonly Missing[]
  /** When some of several channels were not covered: half the height. */
  partly?: readonly Missing[]
  /** When nobody wanted it counted, as before it was added: nothing is drawn. */
  off?: readonly Span[]
  /** What a history service told. */
  filled?: readonly Span[]
  /** What it says, for those who do not see it. */
  label: string
}

/** Six px that tell when we were there: muted green is counted, blue is filled from history, hatch is missing. */
export function CoverageStrip(props: CoverageStripProps) {
  const { span, missing, partly = [], off = [], filled = [], label } = props
  const length = span.to - span.from
  const part = (gap: Span, className: string) => {
    const from = Math.max(gap.from, span.from)
    const to = Math.min(gap.to, span.to)
    if (to <= from || length <= 0) return null
    const left = `${((from - span.from) / length) * 100}%`
    const width = `max(${((to - from) / length) * 100}%, 2px)`
    return <span key={`${className} ${gap.from}`} className={className} style={{ left, width }} />
  }
  return (
    <span className="strip" role="img" aria-label={label}>
      {off.map((time) => part(time, 'strip-off'))}
      {filled.map((span) => part(span, 'strip-filled'))}
      {partly.map((gap) => part(gap, 'strip-gap strip-part'))}
      {missing.map((gap) => part(gap, 'strip-gap'))}
    </span>
  )
}
