import { chapterList, type Moment, type MomentsAnswer } from '@smacktalk/contract'
import { Sparkline } from '../charts/sparkline.tsx'
import { EventGlyph } from '../events/event-glyph.tsx'
import { clockSeconds, dayAndClock } from '../format/times.ts'
import { serverNow } from '../live/server-clock.ts'
import type { Sample } from '../ranges/aggregate.ts'
import type { Span } from '../ranges/ranges.ts'
import type { Query } from '../rest/use-query.ts'
import { PanelError } from '../shell/panel-states.tsx'
import { saveFile } from '../shell/save-file.ts'
import { minutesAround } from './minutes-around.ts'
import { CAUSE_GLYPHS, CAUSE_WORDS, momentDetail } from './moment-words.ts'

interface MomentsPanelProps {
  name: string
  moments: Query<MomentsAnswer>
  /** The span they are of; chapters count from its beginning. */
  span: Span
  /** `last hour`, or `18 Nov, 10:00 to 19 Nov, 12:00`. */
  spoken: string
  /** Messages by the minute, oldest first, for a small line beside each; empty when they are not known. */
  minutes: readonly Sample[]
  /** Shows a moment in the chart. */
  onShow: (span: Span) => void
}

/** Most moments of the list; the markers above the chart show all. */
const LINES = 50
/** A moment is shown with so much before and after it, ms: enough to see what it left. */
const AROUND_MS = 5 * 60_000
const DAY_MS = 86_400_000

/** When chat left its usual course, newest first, each with its cause and the figures that show it. */
export function MomentsPanel({ name, moments, span, spoken, minutes, onShow }: MomentsPanelProps) {
  const { data, error, reload } = moments
  const list = data?.moments ?? []
  return (
    <aside className="moments" aria-label="Moments">
      <header className="panel-head">
        <h2>Moments</h2>
        {list.length > 0 && (
          <button
            type="button"
            className="button quiet small moments-export"
            title={`From the beginning of the range, ${dayAndClock(span.from)}`}
            onClick={() => saveFile(`${name}-chapters.txt`, 'text/plain', chapterList(list, span.from))}
          >
            Export chapters
          </button>
        )}
      </header>
      {data === null && error !== null && <PanelError what="the moments" error={error} onRetry={reload} />}
      {data !== null && list.length === 0 && (
        <p className="list-empty">
          None {spoken.startsWith('last ') ? `in the ${spoken}` : `from ${spoken}`}. Wherever it was counted,
          chat kept to its usual course.
        </p>
      )}
      <ol className="moment-list">
        {list.slice(0, LINES).map((moment) => (
          <MomentLine key={moment.id} moment={moment} minutes={minutes} onShow={onShow} />
        ))}
      </ol>
    </aside>
  )
}

interface MomentLineProps extends Pick<MomentsPanelProps, 'minutes' | 'onShow'> {
  moment: Moment
}

function MomentLine({ moment, minutes, onShow }: MomentLineProps) {
  const nowMs = serverNow()
  const from = Date.parse(moment.from)
  const to = moment.to === null ? nowMs : Date.parse(moment.to)
  const line = minutesAround(minutes, Date.parse(moment.peakAt))
  return (
    <li>
      <button
        type="button"
        onClick={() => onShow({ from: from - AROUND_MS, to: Math.min(nowMs, to + AROUND_MS) })}
      >
        <EventGlyph kind={CAUSE_GLYPHS[moment.cause]} />
        <span className="moment-title">
          {CAUSE_WORDS[moment.cause]}
          {moment.to === null && <span className="tag tag-live">now</span>}
        </span>
        <time dateTime={moment.from}>{nowMs - from > DAY_MS ? dayAndClock(from) : clockSeconds(from)}</time>
        <bdi className="moment-detail">{momentDetail(moment, nowMs)}</bdi>
        {line.some((value) => value !== null) && (
          <span className="moment-line">
            <Sparkline values={line} width={56} height={16} color="var(--text-2)" />
          </span>
        )}
      </button>
    </li>
  )
}
