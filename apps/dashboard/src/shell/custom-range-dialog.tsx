import { useState } from 'react'
import { serverNow } from '../live/server-clock.ts'
import { type ChartRange, CUSTOM_MAX_MS, type Span } from '../ranges/ranges.ts'
import { SpanDialog } from './span-dialog.tsx'

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
  return (
    <SpanDialog
      title="Custom time"
      labels={['From', 'To']}
      type="datetime-local"
      begin={[localTime(span.from), localTime(span.to)]}
      note="You can also drag over a chart."
      fault={(from, to) => faultOf(Date.parse(from), Date.parse(to))}
      onTake={(from, to) => onTake({ from: Date.parse(from), to: Date.parse(to) })}
      onClose={onClose}
    />
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
