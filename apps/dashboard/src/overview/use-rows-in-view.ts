import { useWindowVirtualizer } from '@tanstack/react-virtual'
import { type RefObject, useLayoutEffect, useRef, useState } from 'react'

/** Rows drawn beyond the edges of the window, so that none is missing while it scrolls. */
const ROWS_BEYOND = 12

export interface RowsInView {
  /** The list, whose distance from the top of the page is measured. */
  readonly list: RefObject<HTMLDivElement | null>
  /** Indexes to draw, ascending. */
  readonly indexes: readonly number[]
  /** Room of the rows before and after those, px. */
  readonly before: number
  readonly after: number
}

/** Which of many equally high rows the window shows: the others take room, but are not drawn. */
export function useRowsInView(count: number, rowHeight: number): RowsInView {
  const list = useRef<HTMLDivElement>(null)
  const [margin, setMargin] = useState(0)
  const virtualizer = useWindowVirtualizer({
    count,
    estimateSize: () => rowHeight,
    overscan: ROWS_BEYOND,
    scrollMargin: margin,
  })
  useLayoutEffect(() => {
    const top = list.current?.getBoundingClientRect().top ?? 0
    setMargin(Math.round(top + window.scrollY))
  })
  const rows = virtualizer.getVirtualItems()
  const first = rows[0]
  const last = rows.at(-1)
  return {
    list,
    indexes: rows.map(({ index }) => index),
    before: first === undefined ? 0 : first.start - margin,
    after: last === undefined ? 0 : virtualizer.getTotalSize() - (last.end - margin),
  }
}
