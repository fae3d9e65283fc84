import { useMemo, useRef } from 'react'
import { customView, rangeOf, rangeView, type ViewState } from '../address/view-state.ts'
import { serverNow } from '../live/server-clock.ts'
import { usePageKeys } from '../shell/keys.ts'
import { type ChartRange, panned, type RangeId, type Span } from './ranges.ts'

/** What a chart can do with the time that the view shows; every step of it is an entry of the history. */
export interface ChartMoves {
  /** Shows a span of its own. */
  zoom(span: Span): void
}

/** Shift with an arrow moves the time by this part of what is shown. */
const PAN_PART = 0.25

/**
 * The range of a view, the same object for as long as it shows the same, and the ways to change it. Shift with arrows
 * moves the time; Escape goes back to the range up to now that was shown before.
 */
export function useChartRange(
  { range, custom }: ViewState,
  change: (part: Partial<ViewState>) => void,
): [ChartRange, ChartMoves] {
  const shown = useMemo(() => rangeOf({ range, custom }), [range, custom])
  const upToNow = useRef<RangeId>('live')
  if (range !== 'custom') upToNow.current = range
  const moves = useMemo(
    (): ChartMoves => ({
      zoom: (span) => change(customView(span)),
    }),
    [change],
  )
  const pan = (by: number) => change(customView(panned(shown.span(serverNow()), by, serverNow())))
  usePageKeys({
    'Shift+ArrowLeft': () => pan(-PAN_PART),
    'Shift+ArrowRight': () => pan(PAN_PART),
    Escape: () => {
      if (shown.id === 'custom') change(rangeView(upToNow.current))
    },
  })
  return [shown, moves]
}
