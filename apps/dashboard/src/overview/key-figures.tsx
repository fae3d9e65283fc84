import {
  type ChannelSummary,
  MINUTE_MS,
  MOMENT_CAUSES,
  type OverviewAnswer,
  SECOND_MS,
  type Usual,
  usualAt,
} from '@smacktalk/contract'
import type { ReactNode } from 'react'
import { channelLabel } from '../format/names.ts'
import { count, estimate, figure, MISSING, percent, plural, rate, ratio } from '../format/numbers.ts'
import { asOfText, clock, clockSeconds, dayName } from '../format/times.ts'
import type { LiveView } from '../live/live-view.ts'
import { CAUSE_WORDS } from '../moments/moment-words.ts'
import { sumKnown } from '../ranges/aggregate.ts'
import { utcDaySoFar } from '../ranges/ranges.ts'
import type { Query } from '../rest/use-query.ts'
import { FigureSkeleton } from '../shell/panel-states.tsx'

const MINUTE_SECONDS = MINUTE_MS / SECOND_MS

interface KeyFiguresProps {
  view: LiveView | null
  channels: readonly ChannelSummary[] | null
  /** The last 5 minutes, for their chatters. */
  recent: Query<OverviewAnswer>
  /** The UTC day so far, for its coverage. */
  today: Query<OverviewAnswer>
  nowMs: number
  /** As of when the live figures are, when they do not move any more. */
  asOf: number | null
}

export function KeyFigures({ view, channels, recent, today, nowMs, asOf }: KeyFiguresProps) {
  const dayStart = clock(utcDaySoFar(nowMs).from)
  return (
    <div className={asOf === null ? 'keys' : 'keys old'}>
      <dl className="figures">
        <Figure
          lead
          name="Messages per second, all channels"
          note={asOf === null ? rateNote(view, today.data?.usual ?? null, nowMs) : asOfText(asOf, nowMs)}
          hint="Mean of the last 5 s; the last minute is what is compared with the usual."
        >
          {view === null ? null : rate(view.rate)}
        </Figure>
      </dl>
      <dl className="figures figures-rest">
        <Figure name="Chatters, 5 min" note={view === null ? null : `${chattersOf(view.day)} today`}>
          {recent.data === null && recent.error === null ? null : recentChatters(recent.data)}
        </Figure>
        <Figure name="Messages today" note={`UTC day, since ${dayStart}`}>
          {view === null ? null : figure(view.day.messages)}
        </Figure>
        <Figure name="Moments today" note={momentsNote(today, view, channels)}>
          {today.data === null && today.error === null ? null : momentsOf(today.data)}
        </Figure>
        <Figure name="Coverage today" note={coverageNote(today, channels)}>
          {today.data === null && today.error === null ? null : percent(today.data?.coverage ?? null, 2)}
        </Figure>
      </dl>
    </div>
  )
}

/** Closer to the usual than this is as usual. */
const AS_USUAL = 0.05
/** From so many times the usual on, times are easier to read than percent. */
const TIMES_FROM = 2

/** How the last minute compares with the usual of this hour: `12% above usual for Thu 21:47`. */
export function rateNote(
  view: Pick<LiveView, 'total'> | null,
  usual: Usual | null,
  nowMs: number,
): string | null {
  if (view === null) return null
  const perMinute = usual === null ? null : usualAt(usual, nowMs)
  const last = sumKnown(view.total.values.slice(-1 - MINUTE_SECONDS, -1))
  if (perMinute === null || perMinute === 0 || last === null) return 'mean of the last 5 s'
  const times = last / perMinute
  const when = `usual for ${dayName(nowMs)} ${clock(nowMs)}`
  if (times >= TIMES_FROM) return `${ratio(times)} the ${when}`
  const share = Math.abs(times - 1)
  if (share < AS_USUAL) return `as ${when}`
  return `${percent(share, 0)} ${times > 1 ? 'above' : 'below'} ${when}`
}

function recentChatters(recent: OverviewAnswer | null): string {
  return estimate(recent?.totals['chatters'], recent?.totals['chattersError'])
}

function chattersOf({ chatters, chattersError }: LiveView['day']): string {
  return estimate(chatters, chattersError)
}

function momentsOf(today: OverviewAnswer | null): string {
  return today === null ? MISSING : count(Object.values(today.moments).reduce((sum, each) => sum + each, 0))
}

/** The newest of the last hour, else the most frequent cause of today. */
function momentsNote(
  { data }: Query<OverviewAnswer>,
  view: LiveView | null,
  channels: readonly ChannelSummary[] | null,
): string | null {
  const newest = view?.moments?.[0]
  const where = channels?.find(({ id }) => id === newest?.channelId)
  if (newest !== undefined && where !== undefined) {
    return `last: ${CAUSE_WORDS[newest.cause].toLowerCase()}, ${channelLabel(where)}`
  }
  if (data === null) return null
  const [first] = MOMENT_CAUSES.filter((cause) => (data.moments[cause] ?? 0) > 0).sort(
    (a, b) => (data.moments[b] ?? 0) - (data.moments[a] ?? 0),
  )
  return first === undefined
    ? 'chat kept its usual course'
    : `most often: ${CAUSE_WORDS[first].toLowerCase()}`
}

function coverageNote(
  { data, error, at }: Query<OverviewAnswer>,
  channels: readonly ChannelSummary[] | null,
): string | null {
  if (error !== null) return at === null ? 'not to be read now' : `as of ${clockSeconds(at)}`
  if (channels === null) return null
  const lost = channels.filter(({ state }) => state === 'lost').length
  const filled = sumKnown(data?.channels.map(({ backfilled }) => backfilled.length) ?? []) ?? 0
  const open = lost === 0 ? 'no gap open' : `${plural(lost, 'gap')} open`
  return filled === 0 ? open : `${open}, ${count(filled)} backfilled`
}

interface FigureProps {
  name: string
  note: string | null
  lead?: boolean
  /** What the figure is, on hover. */
  hint?: string
  /** Null while it is loading. */
  children: ReactNode
}

function Figure({ name, note, lead = false, hint, children }: FigureProps) {
  return (
    <div className={lead ? 'figure figure-lead' : 'figure'} title={hint}>
      <dt>{name}</dt>
      <dd className="figure-value">{children ?? <FigureSkeleton width={lead ? 96 : 72} />}</dd>
      <dd className="figure-note" title={hint ?? note ?? undefined}>
        {note ?? '\u00a0'}
      </dd>
    </div>
  )
}
