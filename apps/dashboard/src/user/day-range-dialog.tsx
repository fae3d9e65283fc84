import { DAY_MS } from '@smacktalk/contract'
import { serverNow } from '../live/server-clock.ts'
import type { Span } from '../ranges/ranges.ts'
import { SpanDialog } from '../shell/span-dialog.tsx'
import { dayOf, USER_DAYS_MAX, writeDay } from './user-range.ts'

interface DayRangeDialogProps {
  /** The days the form begins with. */
  span: Span
  onTake: (span: Span) => void
  onClose: () => void
}

/** Asks for a first and a last UTC day. */
export function DayRangeDialog({ span, onTake, onClose }: DayRangeDialogProps) {
  return (
    <SpanDialog
      title="Custom days"
      labels={['First day', 'Last day']}
      type="date"
      begin={[writeDay(span.from), writeDay(span.to - DAY_MS)]}
      note="Days are counted from midnight UTC."
      fault={(first, last) => faultOf(dayOf(first), dayOf(last))}
      onTake={(first, last) => {
        const from = dayOf(first)
        const end = dayOf(last)
        if (from !== null && end !== null) onTake({ from, to: end + DAY_MS })
      }}
      onClose={onClose}
    />
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
