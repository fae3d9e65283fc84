import { useEffect, useState } from 'react'
import type { LiveFeed } from '../live/live-feed.ts'
import { serverTime } from '../live/server-clock.ts'
import { LatencyBook } from './latency-book.ts'

/** Measures every frame of a feed from the moment the page is open, so that the pipeline page has figures at once. */
export function useLatencies(feed: LiveFeed): LatencyBook {
  const [book] = useState(() => new LatencyBook())
  useEffect(
    () =>
      feed.onFrame(() => {
        const { view, asOf } = feed
        // Figures that stand still are old on purpose, and say so elsewhere.
        if (view === null || view.asOf === null || asOf !== null) return
        book.see(serverTime(Date.now()), view.asOf)
      }),
    [feed, book],
  )
  return book
}
