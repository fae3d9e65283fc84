import type { UserAnswer, UserPoint, UserSeriesAnswer } from '@smacktalk/contract'
import { useLayoutEffect, useRef, useState } from 'react'
import { count, plural } from '../format/numbers.ts'
import { serverNow } from '../live/server-clock.ts'
import type { Query } from '../rest/use-query.ts'
import { Icon } from '../shell/icons.tsx'
import { ChartSkeleton, PanelError } from '../shell/panel-states.tsx'
import { HeatScale } from './heat-scale.tsx'
import { type Calendar, calendarOf, dayText, shortDay, streakEnd } from './user-view.ts'

/** So many that a phone scrolls to the older ones. */
const WEEKS = 36
const CELL = { width: 20, height: 16, column: 24, row: 20 } as const
const LEFT = 34
const TOP = 20

interface DaysPanelProps {
  user: UserAnswer
  days: Query<UserSeriesAnswer>
}

/** The last weeks, a square a day, and how many days in a row. */
export function DaysPanel({ user, days }: DaysPanelProps) {
  const [asTable, setAsTable] = useState(false)
  const { data, error, reload } = days
  const calendar = data === null ? null : calendarOf(data.points, WEEKS, serverNow())
  return (
    <section className="panel user-wide" aria-labelledby="days-head">
      <header className="panel-head">
        <h2 id="days-head">Days active</h2>
        <span className="panel-note not-phone">
          last {WEEKS} weeks
          {calendar !== null &&
            `, active on ${count(calendar.activeDays)} of ${count(calendar.days)} UTC days`}
        </span>
        <span className="panel-end user-days-end">
          <span className="not-phone">
            <HeatScale />
          </span>
          <button
            type="button"
            className="icon-button"
            aria-pressed={asTable}
            aria-label="Show as table"
            title="Show as table"
            onClick={() => setAsTable(!asTable)}
          >
            <Icon name={asTable ? 'chart' : 'table'} />
          </button>
        </span>
      </header>
      <div className="user-days">
        <div className="user-calendar">
          {calendar === null && error === null && <ChartSkeleton />}
          {calendar === null && error !== null && (
            <PanelError what="the days" error={error} onRetry={reload} />
          )}
          {calendar !== null && (asTable ? <DayTable calendar={calendar} /> : <Drawn calendar={calendar} />)}
        </div>
        <div className="user-streak">
          <span className="user-label">Current streak</span>
          <b>{plural(user.currentStreak, 'day')}</b>
          <span className="faint">{longestText(user, data?.points ?? [])}</span>
        </div>
      </div>
    </section>
  )
}

/** `longest 41, ended 3 Feb`. */
function longestText({ longestStreak, currentStreak }: UserAnswer, points: readonly UserPoint[]): string {
  if (longestStreak > 0 && longestStreak === currentStreak) return 'the longest yet'
  const end = streakEnd(points, longestStreak)
  return `longest ${count(longestStreak)}${end === null ? '' : `, ended ${shortDay(end, serverNow())}`}`
}

const WEEKDAYS = ['Mon', '', 'Wed', '', 'Fri', '', 'Sun']

function Drawn({ calendar: { weeks, months, activeDays, days } }: { calendar: Calendar }) {
  const strip = useRef<HTMLDivElement>(null)
  // Where it does not fit it is scrolled in its strip, and begins with today.
  useLayoutEffect(() => {
    // Nothing is given back: newer browsers answer with a promise, which would be taken for a clean-up.
    strip.current?.scrollTo({ left: strip.current.scrollWidth })
  }, [])
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keys
    <section className="user-calendar-strip" ref={strip} tabIndex={0} aria-label="Days active, scrolls">
      <svg
        viewBox={`0 0 ${LEFT + weeks.length * CELL.column} ${TOP + 7 * CELL.row}`}
        role="img"
        aria-label={`Active on ${activeDays} of ${plural(days, 'day')}`}
      >
        {months.map(({ week, label }) => (
          <text key={`${week} ${label}`} x={LEFT + week * CELL.column} y="12">
            {label}
          </text>
        ))}
        {WEEKDAYS.map((label, row) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a weekday is its row
          <text key={row} x="0" y={TOP + 13 + row * CELL.row}>
            {label}
          </text>
        ))}
        {weeks.map((week, column) =>
          week.map(({ day, messages, step }, row) => (
            <rect
              key={day}
              className={`heat-${step}`}
              x={LEFT + column * CELL.column}
              y={TOP + row * CELL.row}
              width={CELL.width}
              height={CELL.height}
              rx="3"
            >
              <title>{`${dayText(day)}: ${plural(messages, 'message')}`}</title>
            </rect>
          )),
        )}
      </svg>
    </section>
  )
}

function DayTable({ calendar }: { calendar: Calendar }) {
  const days = calendar.weeks.flat().filter(({ messages }) => messages > 0)
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keys
    <section className="plot-table user-day-table" tabIndex={0} aria-label="Messages by day">
      <table>
        <thead>
          <tr>
            <th scope="col">UTC day</th>
            <th scope="col" className="right">
              Messages
            </th>
          </tr>
        </thead>
        <tbody>
          {days.reverse().map(({ day, messages }) => (
            <tr key={day}>
              <th scope="row">{dayText(day)}</th>
              <td className="right">{count(messages)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}
