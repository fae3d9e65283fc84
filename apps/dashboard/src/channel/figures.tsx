import type { Point, SeriesAnswer, Without } from '@smacktalk/contract'
import { Sparkline } from '../charts/sparkline.tsx'
import { sumIntoSteps } from '../ranges/aggregate.ts'
import type { ChartRange } from '../ranges/ranges.ts'
import { FigureSkeleton } from '../shell/panel-states.tsx'
import { figureValues, type Totals } from './figure-values.ts'

interface FiguresProps {
  /** Null while they are not known. */
  totals: Totals | null
  /** True while they are on their way; unknown ones that are not coming are dashes. */
  loading: boolean
  emoteShare: number | null
  /** The span in words: `1 h`, `today`. */
  span: string
  /** Beside the heading: from when to when. */
  note: string
  without: readonly Without[]
  unaffected: readonly string[]
  /** The stored range, for the small lines; null while live. */
  answer: SeriesAnswer | null
  range: ChartRange
  /** They do not move any more. */
  old: boolean
}

export function Figures({
  totals,
  loading,
  emoteShare,
  span,
  note,
  without,
  unaffected,
  answer,
  range,
  old,
}: FiguresProps) {
  const unchanged = new Set(without.length > 0 ? unaffected : [])
  return (
    <div className={old ? 'key-figures old' : 'key-figures'}>
      <header className="key-figures-head">
        <h2>Key figures</h2>
        <span className="panel-note">{note}</span>
      </header>
      <dl className="tiles">
        {figureValues(totals ?? {}, emoteShare).map(({ title, value, note: remark, names, line, wide }) => (
          <div key={title} className={wide ? 'tile tile-wide' : 'tile'}>
            <dt>
              {title}, {span}
              {names.every((name) => unchanged.has(name)) && (
                <span className="tag" title="Not changed by what is left out">
                  all
                </span>
              )}
            </dt>
            <dd className="tile-value">{loading ? <FigureSkeleton width={72} /> : value}</dd>
            <dd className="tile-note">{loading ? '\u00a0' : remark}</dd>
            {answer !== null && <TileLine values={lineOf(answer, range, line)} />}
          </div>
        ))}
      </dl>
    </div>
  )
}

function TileLine({ values }: { values: readonly (number | null)[] }) {
  if (values.every((value) => value === null)) return null
  return (
    <dd className="tile-line">
      <Sparkline values={values} width={72} height={26} color="var(--text-3)" />
    </dd>
  )
}

function isPoint(point: SeriesAnswer['points'][number]): point is Point {
  return 'coveredMs' in point
}

/** The sum of some names in the drawn steps, without the one that is still counting. */
function lineOf(answer: SeriesAnswer, range: ChartRange, names: readonly string[]): (number | null)[] {
  const { stepMs } = range
  const span = { from: Date.parse(answer.from), to: Date.parse(answer.to) }
  const samples = answer.points.filter(isPoint).map((point) => {
    const numbers: Totals = point
    const known = names.map((name) => numbers[name]).filter((value) => typeof value === 'number')
    return { at: Date.parse(point.t), value: known.length === 0 ? null : known.reduce((a, b) => a + b, 0) }
  })
  return sumIntoSteps(samples, span, stepMs).slice(0, -1)
}
