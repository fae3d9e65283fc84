import { plural } from '../format/numbers.ts'
import { HeatScale } from './heat-scale.tsx'
import { heatStep, spokenHours } from './user-view.ts'

const DAYS = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun']
const COLUMN = 16.6
const LEFT = 32
const HOURS_SHOWN = [0, 6, 12, 18]

interface HoursPanelProps {
  hours: readonly number[]
  weekHours: readonly (readonly number[])[]
}

/** When somebody writes: all days together, and weekday by weekday. */
export function HoursPanel({ hours, weekHours }: HoursPanelProps) {
  const mostOfDay = Math.max(0, ...weekHours.flat())
  const most = Math.max(0, ...hours)
  return (
    <section className="panel" aria-labelledby="hours-head">
      <header className="panel-head">
        <h2 id="hours-head">Active hours</h2>
        <span className="panel-note">UTC</span>
        <span className="panel-end">
          <HeatScale />
        </span>
      </header>
      <div className="user-hours">
        <svg viewBox="0 0 431 200" role="img" aria-label={spokenHours(hours, weekHours)}>
          <text x="0" y="18">
            All
          </text>
          {hours.map((messages, hour) => (
            <Cell
              key={HOUR_NAMES[hour]}
              day="All days"
              hour={hour}
              y={0}
              height={28}
              messages={messages}
              most={most}
            />
          ))}
          {weekHours.map((ofDay, day) => (
            <g key={DAYS[day]}>
              <text x="0" y={53 + day * 20}>
                {DAYS[day]}
              </text>
              {ofDay.map((messages, hour) => (
                <Cell
                  key={HOUR_NAMES[hour]}
                  day={DAYS[day] ?? ''}
                  hour={hour}
                  y={40 + day * 20}
                  height={17}
                  messages={messages}
                  most={mostOfDay}
                />
              ))}
            </g>
          ))}
          {HOURS_SHOWN.map((hour) => (
            <text key={hour} x={LEFT + hour * COLUMN} y="196">
              {HOUR_NAMES[hour]}
            </text>
          ))}
        </svg>
      </div>
    </section>
  )
}

const HOUR_NAMES = Array.from({ length: 24 }, (_, hour) => `${String(hour).padStart(2, '0')}:00`)

interface CellProps {
  day: string
  hour: number
  y: number
  height: number
  messages: number
  most: number
}

function Cell({ day, hour, y, height, messages, most }: CellProps) {
  return (
    <rect
      className={`heat-${heatStep(messages, most)}`}
      x={LEFT + hour * COLUMN}
      y={y}
      width={COLUMN - 2.6}
      height={height}
      rx="3"
    >
      <title>{`${day}, ${HOUR_NAMES[hour]}: ${plural(messages, 'message')}`}</title>
    </rect>
  )
}
