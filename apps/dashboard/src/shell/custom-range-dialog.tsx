import { useId, useState } from 'react'
import { serverNow } from '../live/server-clock.ts'
import { type ChartRange, CUSTOM_MAX_MS, type Span } from '../ranges/ranges.ts'
import { Dialog } from './dialog.tsx'

interface CustomRangeDialogProps {
  /** What is shown now: the form begins with it. */
  range: ChartRange
  onTake: (span: Span) => void
  onClose: () => void
}

const DAYS_MAX = CUSTOM_MAX_MS / 86_400_000

/** Asks for a beginning and an end in the reader's own time. */
export function CustomRangeDialog({ range, onTake, onClose }: CustomRangeDialogProps) {
  const [span] = useState(() => range.span(serverNow()))
  const [from, setFrom] = useState(() => localTime(span.from))
  const [to, setTo] = useState(() => localTime(span.to))
  const fault = useId()
  const wrong = faultOf(Date.parse(from), Date.parse(to))
  return (
    <Dialog title="Custom time" onClose={onClose} narrow>
      <form
        onSubmit={(event) => {
          event.preventDefault()
          if (wrong !== null) return
          onTake({ from: Date.parse(from), to: Date.parse(to) })
          onClose()
        }}
      >
        <div className="dialog-body custom-range">
          <label className="field">
            <span className="field-label">From</span>
            <input
              type="datetime-local"
              value={from}
              aria-describedby={fault}
              onChange={(event) => setFrom(event.currentTarget.value)}
            />
          </label>
          <label className="field">
            <span className="field-label">To</span>
            <input
              type="datetime-local"
              value={to}
              aria-describedby={fault}
              onChange={(event) => setTo(event.currentTarget.value)}
            />
          </label>
          <p id={fault} role="status" className="dialog-failure">
            {wrong}
          </p>
        </div>
        <footer>
          <span className="dialog-note">You can also drag over a chart.</span>
          <button type="submit" className="button primary" disabled={wrong !== null}>
            Show
          </button>
        </footer>
      </form>
    </Dialog>
  )
}

function faultOf(from: number, to: number): string | null {
  if (Number.isNaN(from) || Number.isNaN(to)) return 'Give a day and a time for both ends.'
  if (from >= to) return 'The end must come after the beginning.'
  if (from > serverNow()) return 'The beginning is in the future.'
  if (to - from > CUSTOM_MAX_MS) return `At most ${DAYS_MAX} days can be shown at once.`
  return null
}

/** As the browser's field wants it: `2026-03-01T18:05`, in the reader's zone. */
function localTime(atMs: number): string {
  const offsetMs = new Date(atMs).getTimezoneOffset() * 60_000
  return new Date(atMs - offsetMs).toISOString().slice(0, 16)
}
