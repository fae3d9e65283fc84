import type { Plot } from '../charts/plot.ts'
import type { PlotSource } from '../charts/plot-source.ts'
import type { LiveFeed } from './live-feed.ts'
import type { LiveView } from './live-view.ts'
import { newestSecond } from './second-line.ts'
import { serverNow } from './server-clock.ts'

/** Chat's clock may be this much ahead of the server's, s; a second beyond it does not move the chart. */
const AHEAD_SECONDS_MAX = 9

/** A live window moves on without messages too, ms. */
const STEP_MS = 1_000

/**
 * The last second of a live chart: the newest known one, or the last full second of the server when chat is quiet.
 * Figures that do not move any more end with the last full second before the moment they are of: what follows is not
 * known to be nothing.
 */
export function endSecondOf(view: LiveView, asOf: number | null, nowMs: number): number {
  const passed = Math.floor(nowMs / 1000)
  const newest = Math.min(newestSecond(view.total) ?? 0, passed + AHEAD_SECONDS_MAX)
  return asOf === null
    ? Math.max(newest, passed - 1)
    : Math.min(newest || passed, Math.floor(asOf / 1000) - 1)
}

/** A source over a feed; `build` is called once per view and second. */
export function liveSource<P extends Plot>(
  feed: LiveFeed,
  build: (view: LiveView, endSecond: number) => P,
): PlotSource<P> {
  let builtFrom: LiveView | null = null
  let builtUntil = 0
  let built: P | null = null
  return {
    read() {
      const { view } = feed
      if (view === null) return null
      const endSecond = endSecondOf(view, feed.asOf, serverNow())
      if (built === null || view !== builtFrom || endSecond !== builtUntil) {
        built = build(view, endSecond)
        builtFrom = view
        builtUntil = endSecond
      }
      return built
    },
    onChange(listener) {
      const endFrames = feed.onFrame(listener)
      const beat = setInterval(listener, STEP_MS)
      return () => {
        endFrames()
        clearInterval(beat)
      }
    },
  }
}
