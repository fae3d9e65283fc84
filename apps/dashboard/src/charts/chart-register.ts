import type { DrawOptions } from './chart-canvas.ts'
import type { Geometry } from './painting.ts'
import { lastTime, type Plot } from './plot.ts'

/** What a chart shows at this moment, for tests that compare the screen with the API. */
export interface ShownChart {
  /** Unit of `rates`. */
  readonly unit: 'messages per second'
  readonly stepMs: number
  /** True while the data come over the socket. */
  readonly live: boolean
  /** Starts of the steps, ISO 8601 UTC. */
  readonly times: readonly string[]
  /** Bottom of the stack first; `messages` are the counts that `rates` are drawn from. */
  readonly series: readonly {
    id: string
    label: string
    slot: number | null
    rates: readonly (number | null)[]
    messages: readonly (number | null)[]
  }[]
  readonly gaps: readonly { from: string; to: string; cause: string | null }[]
  /** Index of the first step that is still counting. */
  readonly running: number
  /** Levels drawn beside the series. */
  readonly levels: readonly ShownLevel[]
}

/** A dashed or dotted line of a chart. */
interface ShownLevel {
  readonly kind: 'threshold' | 'usual'
  /** Colour of the channel it belongs to; null: it belongs to all that is drawn. */
  readonly slot: number | null
  /** Messages per second at the last step; null when nothing is known there. */
  readonly rate: number | null
  /** Where that is, CSS px from the top of the canvas. */
  readonly y: number | null
}

declare global {
  interface Window {
    /** The page's only global: the test hook. `charts()` gives what every chart on the page shows, by its id. */
    smacktalk?: { charts(): Record<string, ShownChart> }
  }
}

/** What was drawn last, how, and where. */
interface Drawn {
  readonly plot: Plot
  readonly live: boolean
  readonly options: Pick<DrawOptions, 'usual' | 'threshold'>
  readonly geometry: Geometry | null
}

const shown = new Map<string, Drawn>()

/** Notes what a chart has just drawn. */
export function noteChart(id: string, drawn: Drawn): void {
  shown.set(id, drawn)
}

function levelsOf({ plot, options, geometry }: Drawn): ShownLevel[] {
  const place = (kind: ShownLevel['kind'], slot: number | null, rate: number | null): ShownLevel => ({
    kind,
    slot,
    rate,
    y: rate === null ? null : (geometry?.yAt(rate) ?? null),
  })
  const { usual, threshold } = options
  const last = lastTime(plot)
  return [
    ...(threshold === null ? [] : [place('threshold', null, threshold)]),
    ...usual.map(({ slot, rateAt }) => place('usual', slot, rateAt(last))),
  ]
}

/** Forgets a chart that has left the page. */
export function forgetChart(id: string): void {
  shown.delete(id)
}

export function installChartHook(): void {
  const iso = (ms: number): string => new Date(ms).toISOString()
  window.smacktalk = {
    charts: () =>
      Object.fromEntries(
        [...shown].map(([id, drawn]): [string, ShownChart] => {
          const { plot, live } = drawn
          const chart = {
            unit: 'messages per second' as const,
            stepMs: plot.stepMs,
            live,
            times: plot.times.map(iso),
            series: plot.series,
            gaps: plot.gaps.map(({ from, to, cause }) => ({ from: iso(from), to: iso(to), cause })),
            running: plot.running,
            levels: levelsOf(drawn),
          }
          return [id, chart]
        }),
      ),
  }
}
