import { DAY_MS, HOUR_MS, type SeriesAnswer } from '@smacktalk/contract'
import { dayAndClock } from '../format/times.ts'
import { serverNow } from '../live/server-clock.ts'
import { CUSTOM_MAX_MS, type Span } from '../ranges/ranges.ts'
import { api } from '../rest/client.ts'
import { useQuery } from '../rest/use-query.ts'
import { PlotMessage } from '../shell/panel-states.tsx'

/** The first counted hour never changes, but for what is imported, ms. */
const FIRST_EVERY_MS = 300_000

interface NotCountedProps {
  name: string
  label: string
  /** Where the shown range ends. */
  endsAt: number
  onShow: (span: Span) => void
}

/** Nobody was there in all of the time shown; where counting began only later, the way to its first hour. */
export function NotCounted({ name, label, endsAt, onShow }: NotCountedProps) {
  const first = useQuery(`first hour ${name}`, (signal) => firstCountedHour(name, signal), {
    refreshMs: FIRST_EVERY_MS,
  }).data
  const later = first !== null && first.at !== null && first.at >= endsAt ? first.at : null
  return (
    <PlotMessage
      title="Not counted in this time"
      framed
      action={
        later !== null && (
          <button
            type="button"
            className="button small"
            onClick={() => onShow({ from: later, to: later + HOUR_MS })}
          >
            Show first counted hour
          </button>
        )
      }
    >
      {later === null ? (
        <>
          Nobody was in <bdi>{label}</bdi> then.
        </>
      ) : (
        <>
          <bdi>{label}</bdi> is counted since {dayAndClock(later)}.
        </>
      )}{' '}
      Earlier messages cannot be fetched.
    </PlotMessage>
  )
}

/** Start of the first hour of a channel that has figures; null when none of the kept days has. */
async function firstCountedHour(name: string, signal: AbortSignal): Promise<{ at: number | null }> {
  const to = serverNow()
  const day = firstKnown(
    await api.series(name, { from: to - CUSTOM_MAX_MS + DAY_MS, to, step: 'day' }, signal),
  )
  if (day === null) return { at: null }
  return { at: firstKnown(await api.series(name, { from: day, to: day + DAY_MS, step: 'hour' }, signal)) }
}

function firstKnown({ points }: SeriesAnswer): number | null {
  const point = points.find(({ messages }) => messages !== null)
  return point === undefined ? null : Date.parse(point.t)
}
