import { type RefObject, useEffect, useLayoutEffect, useRef } from 'react'
import { ChartCanvas, type DrawOptions } from './chart-canvas.ts'
import { forgetChart, noteChart } from './chart-register.ts'
import { frameLoop } from './frame-loop.ts'
import type { Plot } from './plot.ts'
import type { PlotSource } from './plot-source.ts'

interface ChartUse extends DrawOptions {
  readonly id: string
  readonly source: PlotSource
  readonly live: boolean
  /** Another theme, another drawing. */
  readonly theme: string
  /** Called after every drawing. */
  readonly drawn: (plot: Plot, chart: ChartCanvas) => void
}

/**
 * Binds a canvas to a source: made in an effect, destroyed in its clean-up, drawn by the common loop. React renders
 * nothing per frame.
 */
export function useChartCanvas(canvas: RefObject<HTMLCanvasElement | null>, use: ChartUse): void {
  const { id, source, form, stale, live, theme, markers, usual, threshold } = use
  const latest = useRef(use)
  latest.current = use
  const chart = useRef<ChartCanvas | null>(null)

  useLayoutEffect(() => {
    if (canvas.current === null) return
    const made = new ChartCanvas(canvas.current)
    chart.current = made
    return () => {
      chart.current = null
      made.destroy()
      forgetChart(id)
    }
  }, [canvas, id])

  // biome-ignore lint/correctness/useExhaustiveDependencies: form, stale, live, theme, markers, usual and threshold are read when drawing
  useEffect(() => {
    // Far down a long page, or as a table, nobody sees it.
    let seen = true
    const draw = () => {
      const plot = source.read()
      const { current } = chart
      if (plot === null || current === null) return
      const { form, stale, markers, usual, threshold, live } = latest.current
      const options = { form, stale, markers, usual, threshold }
      if (seen) current.draw(plot, options)
      noteChart(id, { plot, live, options, geometry: current.geometry() })
      if (!seen) return
      latest.current.drawn(plot, current)
    }
    const ask = () => frameLoop.ask(draw)
    ask()
    // The first drawing may have come before the font.
    void document.fonts.ready.then(ask)
    const end = source.onChange(ask)
    const sight = new IntersectionObserver((changes) => {
      seen = changes.at(-1)?.isIntersecting ?? true
      if (seen) ask()
    })
    if (canvas.current !== null) sight.observe(canvas.current)
    return () => {
      end()
      sight.disconnect()
      frameLoop.forget(draw)
    }
  }, [canvas, source, id, form, stale, live, theme, markers, usual, threshold])

  // biome-ignore lint/correctness/useExhaustiveDependencies: the axis starts afresh with another kind of data
  useEffect(() => chart.current?.resetScale(), [form, live])
}
