import type { ReactNode } from 'react'
import { clockSeconds } from '../format/times.ts'
import type { ApiError } from '../rest/api-error.ts'
import { Icon } from './icons.tsx'
import { useLate } from './late.ts'

/** Bars in the final shape of a chart; nothing at all for the first moment. */
export function ChartSkeleton() {
  const late = useLate(true)
  return (
    <div className="chart-skeleton" aria-busy="true" role="status" aria-label="Loading the chart">
      {late &&
        BAR_HEIGHTS.map((height, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: bars never move
          <span key={index} className="skeleton" style={{ height: `${height}%` }} />
        ))}
    </div>
  )
}

const BAR_HEIGHTS = [
  52, 51, 49, 48, 53, 45, 45, 48, 49, 46, 42, 50, 52, 48, 56, 49, 47, 52, 57, 59, 53, 56, 48, 51,
]

/** A figure that is on its way, in its final size. */
export function FigureSkeleton({ width }: { width: number }) {
  const late = useLate(true)
  return <span className={late ? 'skeleton figure-skeleton' : 'figure-skeleton'} style={{ width }} />
}

const SKELETON_ROWS = ['a', 'b', 'c', 'd', 'e', 'f']

/** Rows of a table that are on their way; `label` says of what. */
export function RowsSkeleton({ label }: { label: string }) {
  const late = useLate(true)
  return (
    <div className="rows-skeleton" aria-busy="true" role="status" aria-label={label}>
      {SKELETON_ROWS.map((row) => (
        <span key={row}>{late && <span className="skeleton" />}</span>
      ))}
    </div>
  )
}

interface PanelErrorProps {
  /** What could not be loaded, as in “Could not load …”. */
  what: string
  error: ApiError
  onRetry: () => void
}

/** One panel failed; the page stays. */
export function PanelError({ what, error, onRetry }: PanelErrorProps) {
  // What does not exist is told by the page, once, and not by each of its panels before that.
  if (error.status === 404) return null
  return (
    <div className="notice" role="alert">
      <h3>Could not load {what}</h3>
      <p>
        {error.detail}
        {error.status > 0 && ' The rest of the page goes on.'}
      </p>
      <p className="notice-actions">
        <button type="button" className="button" onClick={onRetry}>
          <Icon name="refresh" />
          Try again
        </button>
      </p>
      {error.request !== null && <p className="notice-request">request {error.request}</p>}
    </div>
  )
}

/** Asking again failed while older figures are shown: says how old they are. */
export function OldFigures({ at, onRetry }: { at: number; onRetry: () => void }) {
  return (
    <button type="button" className="button quiet small old-figures" onClick={onRetry}>
      <Icon name="refresh" />
      From {clockSeconds(at)}
      <span className="not-phone"> · Try again</span>
    </button>
  )
}

/** Words over a plot that has nothing to show. */
export function PlotMessage({
  title,
  framed,
  action = null,
  children,
}: {
  title: string
  framed: boolean
  /** What can be done about it. */
  action?: ReactNode
  children: ReactNode
}) {
  return (
    <div className="plot-message">
      <div className={framed ? 'plot-message-box framed' : 'plot-message-box'}>
        <b>{title}</b>
        <p>{children}</p>
        {action}
      </div>
    </div>
  )
}
