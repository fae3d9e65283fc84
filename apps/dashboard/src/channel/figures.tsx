import type { SeriesAnswer, Without } from '@smacktalk/contract'
import { Sparkline } from '../charts/sparkline.tsx'
import { serverNow } from '../live/server-clock.ts'
import type { ChartRange } from '../ranges/ranges.ts'
import { FigureSkeleton } from '../shell/panel-states.tsx'
import { AllTag } from './all-tag.tsx'
import { figureLine } from './figure-line.ts'
import { type Before, figureValues, type Totals } from './figure-values.ts'

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
  /** The same figures in the time before; null while there is nothing to compare with. */
  before: Before | null
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
  before,
  without,
  unaffected,
  answer,
  range,
  old,
}: FiguresProps) {
  const nowMs = serverNow()
  const unchanged = new Set(without.length > 0 ? unaffected : [])
  return (
    <div className={old ? 'key-figures old' : 'key-figures'}>
      <header className="key-figures-head">
        <h2>Key figures, {span}</h2>
        <span className="panel-note">{note}</span>
      </header>
      <dl className="tiles">
        {figureValues(totals ?? {}, emoteShare, before).map(
          ({ title, value, note: remark, names, line, wide }) => (
            <div key={title} className={wide ? 'tile tile-wide' : 'tile'}>
              <dt>
                {title}
                {names.every((name) => unchanged.has(name)) && <AllTag without={without} />}
              </dt>
              <dd className="tile-value">{loading ? <FigureSkeleton width={72} /> : value}</dd>
              <dd className="tile-note">{loading ? '\u00a0' : remark}</dd>
              {answer !== null && <TileLine values={figureLine(answer, range.stepMs, line, nowMs)} />}
            </div>
          ),
        )}
      </dl>
    </div>
  )
}

function TileLine({ values }: { values: readonly (number | null)[] }) {
  // What nobody counted before the first known step is hatched in the chart; here it would leave no room for the line.
  const first = values.findIndex((value) => value !== null)
  if (first === -1) return null
  return (
    <dd className="tile-line">
      <Sparkline values={values.slice(first)} width={72} height={26} color="var(--text-3)" />
    </dd>
  )
}
