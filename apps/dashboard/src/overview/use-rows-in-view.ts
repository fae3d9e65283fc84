import { type RefObject, useLayoutEffect, useRef, useState } from 'react'

/** Rows drawn beyond the edges of the window, so that none is missing while it scrolls. */
const ROWS_BEYOND = 12
/** The drawn rows change by so many at once: not with every px of scrolling, and few enough for one frame. */
const ROWS_STEP = 2

export interface RowsInView {
  /** The list, whose place in the window is looked at. */
  readonly list: RefObject<HTMLDivElement | null>
  /** Indexes to draw: from..to - 1. */
  readonly from: number
  readonly to: number
  /** Room of the rows before and after those, px. */
  readonly before: number
  readonly after: number
}

/** Which of many equally high rows the window shows: the others take room, but are not drawn. */
export function useRowsInView(count: number, rowHeight: number): RowsInView {
  const list = useRef<HTMLDivElement>(null)
  const [first, setFirst] = useState(0)
  const [shown, setShown] = useState(0)
  useLayoutEffect(() => {
    const look = () => {
      const top = list.current?.getBoundingClientRect().top ?? 0
      setFirst(Math.max(0, Math.floor(-top / rowHeight / ROWS_STEP) * ROWS_STEP))
      setShown(Math.ceil(window.innerHeight / rowHeight) + ROWS_STEP)
    }
    look()
    window.addEventListener('scroll', look, { passive: true })
    window.addEventListener('resize', look)
    // What stands above the list may grow too.
    const heights = new ResizeObserver(look)
    heights.observe(document.body)
    return () => {
      heights.disconnect()
      window.removeEventListener('scroll', look)
      window.removeEventListener('resize', look)
    }
  }, [rowHeight])
  const last = Math.min(count, first + shown + ROWS_BEYOND)
  const from = Math.max(0, Math.min(first, last - shown) - ROWS_BEYOND)
  return { list, from, to: last, before: from * rowHeight, after: (count - last) * rowHeight }
}
