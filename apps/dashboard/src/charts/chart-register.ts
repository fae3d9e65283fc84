import type { Plot } from './plot.ts'

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
}

declare global {
  interface Window {
    /** The page's only global: the test hook. `charts()` gives what every chart on the page shows, by its id. */
    smacktalk?: { charts(): Record<string, ShownChart> }
  }
}

const shown = new Map<string, { plot: Plot; live: boolean }>()

/** Notes what a chart has just drawn. */
export function noteChart(id: string, plot: Plot, live: boolean): void {
  shown.set(id, { plot, live })
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
        [...shown].map(([id, { plot, live }]): [string, ShownChart] => [
          id,
          {
            unit: 'messages per second',
            stepMs: plot.stepMs,
            live,
            times: plot.times.map(iso),
            series: plot.series,
            gaps: plot.gaps.map(({ from, to, cause }) => ({ from: iso(from), to: iso(to), cause })),
            running: plot.running,
          },
        ]),
      ),
  }
}
