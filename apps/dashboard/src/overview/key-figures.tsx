import { type ChannelSummary, MOMENT_CAUSES, type OverviewAnswer } from '@smacktalk/contract'
import type { ReactNode } from 'react'
import { count, estimate, figure, MISSING, percent, plural, rate } from '../format/numbers.ts'
import { asOfText, clock, clockSeconds } from '../format/times.ts'
import type { LiveView } from '../live/live-view.ts'
import { CAUSE_WORDS } from '../moments/moment-words.ts'
import { utcDaySoFar } from '../ranges/ranges.ts'
import type { Query } from '../rest/use-query.ts'
import { FigureSkeleton } from '../shell/panel-states.tsx'

interface KeyFiguresProps {
  view: LiveView | null
  channels: readonly ChannelSummary[] | null
  /** The UTC day so far, for its coverage. */
  today: Query<OverviewAnswer>
  nowMs: number
  /** As of when the live figures are, when they do not move any more. */
  asOf: number | null
}

export function KeyFigures({ view, channels, today, nowMs, asOf }: KeyFiguresProps) {
  const dayStart = clock(utcDaySoFar(nowMs).from)
  return (
    <div className={asOf === null ? 'keys' : 'keys old'}>
      <dl className="figures">
        <Figure
          lead
          name="Messages per second, all channels"
          note={asOf === null ? 'mean of the last 5 s' : asOfText(asOf, nowMs)}
        >
          {view === null ? null : rate(view.rate)}
        </Figure>
      </dl>
      <dl className="figures figures-rest">
        <Figure name="Chatters today" note={view === null ? null : `${chattersOf(view.minute)} this minute`}>
          {view === null ? null : chattersOf(view.day)}
        </Figure>
        <Figure name="Messages today" note={`UTC day, since ${dayStart}`}>
          {view === null ? null : figure(view.day.messages)}
        </Figure>
        <Figure name="Moments today" note={momentsNote(today)}>
          {today.data === null && today.error === null ? null : momentsOf(today.data)}
        </Figure>
        <Figure name="Coverage today" note={coverageNote(today, channels)}>
          {today.data === null && today.error === null ? null : percent(today.data?.coverage ?? null, 2)}
        </Figure>
      </dl>
    </div>
  )
}

function chattersOf({ chatters, chattersError }: LiveView['day']): string {
  return estimate(chatters, chattersError)
}

function momentsOf(today: OverviewAnswer | null): string {
  return today === null ? MISSING : count(Object.values(today.moments).reduce((sum, each) => sum + each, 0))
}

/** The most frequent cause of today. */
function momentsNote({ data }: Query<OverviewAnswer>): string | null {
  if (data === null) return null
  const [first] = MOMENT_CAUSES.filter((cause) => (data.moments[cause] ?? 0) > 0).sort(
    (a, b) => (data.moments[b] ?? 0) - (data.moments[a] ?? 0),
  )
  return first === undefined
    ? 'chat kept its usual course'
    : `most often: ${CAUSE_WORDS[first].toLowerCase()}`
}

function coverageNote({ error, at }: Query<OverviewAnswer>, channels: readonly ChannelSummary[] | null) {
  if (error !== null) return at === null ? 'not to be read now' : `as of ${clockSeconds(at)}`
  return channels === null ? null : openGaps(channels)
}

function openGaps(channels: readonly ChannelSummary[]): string {
  const lost = channels.filter(({ state }) => state === 'lost').length
  return lost === 0 ? 'no gap open' : `${plural(lost, 'gap')} open`
}

interface FigureProps {
  name: string
  note: string | null
  lead?: boolean
  /** Null while it is loading. */
  children: ReactNode
}

function Figure({ name, note, lead = false, children }: FigureProps) {
  return (
    <div className={lead ? 'figure figure-lead' : 'figure'}>
      <dt>{name}</dt>
      <dd className="figure-value">{children ?? <FigureSkeleton width={lead ? 96 : 72} />}</dd>
      <dd className="figure-note">{note ?? '\u00a0'}</dd>
    </div>
  )
}
