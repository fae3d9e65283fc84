import { DAY_MS } from '@smacktalk/contract'
import { useId, useState } from 'react'
import { serverNow } from '../live/server-clock.ts'
import type { Span } from '../ranges/ranges.ts'
import { Dialog } from '../shell/dialog.tsx'
import { dayOf, USER_DAYS_MAX, writeDay } from './user-range.ts'

interface DayRangeDialogProps {
  /** The days the form begins with. */
  span: Span
  onTake: (span: Span) => void
  onClose: () => void
}

/** Asks for a first and a last UTC day. */
export function DayRangeDialog({ span, onTake, onClose }: DayRangeDialogProps) {
  const [first, setFirst] = useState(() => writeDay(span.from))
  const [last, setLast] = useState(() => writeDay(span.to - DAY_MS))
  const fault = useId()
  const from = dayOf(first)
  const end = dayOf(last)
  const wrong = faultOf(from, end)
  return (
    <Dialog title="Custom days" onClose={onClose} narrow>
      <form
        onSubmit={(event) => {
          event.preventDefault()
          if (wrong !== null || from === null || end === null) return
          onTake({ from, to: end + DAY_MS })
          onClose()
        }}
      >
        <div className="dialog-body custom-range">
          <label className="field">
            <span className="field-label">First day</span>
            <input
              type="date"
              value={first}
              aria-describedby={fault}
              onChange={(event) => setFirst(event.currentTarget.value)}
            />
          </label>
          <label className="field">
            <span className="field-label">Last day</span>
            <input
              type="date"
              value={last}
              aria-describedby={fault}
              onChange={(event) => setLast(event.currentTarget.value)}
            />
          </label>
          <p id={fault} role="status" className="dialog-failure">
            {wrong}
          </p>
        </div>
        <footer>
          <span className="dialog-note">Days are counted from midnight UTC.</span>
          <button type="submit" className="button primary" disabled={wrong !== null}>
            Show
          </button>
        </footer>
      </form>
    </Dialog>
  )
}

function faultOf(first: number | null, last: number | null): string | null {
  if (first === null || last === null) return 'Give a first and a last day.'
  if (first > last) return 'The last day must not come before the first.'
  if (first > serverNow()) return 'The first day is in the future.'
  if ((last - first) / DAY_MS + 1 > USER_DAYS_MAX)
    return `At most ${USER_DAYS_MAX} days can be shown at once.`
  return null
}
