import type { ChannelEvent } from '@smacktalk/contract'
import { clockSeconds, dayAndClock } from '../format/times.ts'
import type { Query } from '../rest/use-query.ts'
import { PanelError } from '../shell/panel-states.tsx'
import { EventGlyph } from './event-glyph.tsx'
import { eventLines } from './event-lines.ts'
import { eventWords, giftsWords } from './event-words.ts'
import type { RangeEvents } from './use-events.ts'

/** Lines of the panel: as many as a top list beside it has. */
const LINES = 8
const DAY_MS = 86_400_000

/** What happened last in the range. */
export function EventsPanel({ events, spoken }: { events: Query<RangeEvents>; spoken: string }) {
  const { data, error, reload } = events
  return (
    <section className="panel" aria-label="Events">
      <header className="panel-head">
        <h2>Events</h2>
        <span className="panel-note panel-note-end">{data?.cut === true ? 'the newest' : spoken}</span>
      </header>
      {data === null && error !== null && <PanelError what="the events" error={error} onRetry={reload} />}
      {data !== null && data.events.length === 0 && (
        <p className="list-empty">Nothing happened in this time.</p>
      )}
      <ol className="event-list">
        {eventLines(data?.events ?? [])
          .slice(0, LINES)
          .map(({ event, times }) => (
            <EventLine key={event.id} event={event} times={times} />
          ))}
      </ol>
    </section>
  )
}

function EventLine({ event, times }: { event: ChannelEvent; times: number }) {
  const { kind, title, detail } = times === 1 ? eventWords(event) : giftsWords(event, times)
  const at = Date.parse(event.at)
  const old = Date.now() - at > DAY_MS
  return (
    <li>
      <EventGlyph kind={kind} />
      <span className="event-title">{title}</span>
      <bdi className="event-detail ellipsis">{detail}</bdi>
      <time dateTime={event.at}>{old ? dayAndClock(at) : clockSeconds(at)}</time>
    </li>
  )
}
