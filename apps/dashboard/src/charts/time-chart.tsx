import {
  type KeyboardEvent,
  type PointerEvent,
  type ReactNode,
  useEffect,
  useMemo,
  useRef,
  useState,
} from 'react'
import type { Marker } from '../events/marker.ts'
import type { ChartMoves } from '../ranges/use-chart-range.ts'
import { isPageKey } from '../shell/keys.ts'
import { useTheme } from '../shell/theme.ts'
import type { ChartCanvas, DrawForm } from './chart-canvas.ts'
import { nearestStep, type Plot } from './plot.ts'
import type { PlotSource } from './plot-source.ts'
import { PlotTable } from './plot-table.tsx'
import { PlotTip, spokenStep } from './plot-tip.tsx'
import { spokenSummary } from './spoken.ts'
import { useChartCanvas } from './use-chart-canvas.ts'
import { NO_USUAL, type UsualLine } from './usual-line.ts'

interface TimeChartProps {
  /** Names it for the test hook. */
  id: string
  /** What it shows and for which time, spoken. */
  title: string
  source: PlotSource
  form: DrawForm
  live: boolean
  stale: boolean
  /** What happened meanwhile, drawn above the plot; null: the chart has no lane for it. */
  markers?: readonly Marker[] | null
  /** As `DrawOptions.usual`. */
  usual?: readonly UsualLine[]
  /** As `DrawOptions.threshold`. */
  threshold?: number | null
  /** What dragging over it does. */
  moves: Pick<ChartMoves, 'zoom'>
  /** Shows the figures as a table in its place. */
  asTable: boolean
  /** Lies over the plot: why there is nothing to see. */
  children?: ReactNode
}

interface Crosshair {
  plot: Plot
  index: number
  x: number
  top: number
  bottom: number
  /** Spoken only when it was moved by keys. */
  spoken: string
}

/** What holds the crosshair: a place on the screen for the pointer, a moment for the keys. */
type Held = { by: 'pointer'; x: number } | { by: 'keys'; at: number }

const STEPS_BY_KEY: Record<string, number> = { ArrowLeft: -1, ArrowRight: 1, PageUp: -10, PageDown: 10 }

/** Where a drag began and where it is, px from the left of the chart. */
interface Dragged {
  readonly from: number
  readonly to: number
}

/** A shorter drag is a click, px. */
const DRAG_MIN_PX = 8

/** The spoken summary is renewed at most this often, ms: a label that changes all the time cannot be heard. */
const SUMMARY_EVERY_MS = 10_000

/** A time chart with crosshair, keys, spoken summary and table. */
export function TimeChart({
  id,
  title,
  source,
  form,
  live,
  stale,
  asTable,
  markers = null,
  usual = NO_USUAL,
  threshold = null,
  moves,
  children,
}: TimeChartProps) {
  const canvas = useRef<HTMLCanvasElement>(null)
  const held = useRef<Held | null>(null)
  const chart = useRef<ChartCanvas | null>(null)
  const [crosshair, setCrosshair] = useState<Crosshair | null>(null)
  const [dragged, setDragged] = useState<Dragged | null>(null)
  const summary = useSummary(title, source)

  const place = (plot: Plot, drawn: ChartCanvas) => {
    const geometry = drawn.geometry()
    if (held.current === null || geometry === null || plot.times.length === 0) return setCrosshair(null)
    const width = geometry.right - geometry.left
    const first = plot.times[0] ?? 0
    const length = (plot.times.at(-1) ?? first) - first
    const wanted =
      held.current.by === 'keys'
        ? held.current.at
        : first + ((held.current.x - geometry.left) / width) * length
    const index = nearestStep(plot, wanted)
    setCrosshair({
      plot,
      index,
      x: Math.round(geometry.xAt(plot.times[index] ?? 0)),
      top: geometry.top,
      bottom: geometry.bottom,
      spoken: held.current.by === 'keys' ? spokenStep(plot, index) : '',
    })
  }
  useChartCanvas(canvas, {
    id,
    source,
    form,
    live,
    stale,
    markers,
    usual,
    threshold,
    theme: useTheme(),
    drawn: (plot, drawn) => {
      chart.current = drawn
      if (held.current !== null) place(plot, drawn)
    },
  })

  const hold = (next: Held | null) => {
    held.current = next
    const plot = source.read()
    if (plot !== null && chart.current !== null) place(plot, chart.current)
    else setCrosshair(null)
  }
  const point = (event: PointerEvent<HTMLDivElement>) => {
    const x = event.clientX - event.currentTarget.getBoundingClientRect().left
    hold({ by: 'pointer', x })
    // A finger scrolls the page; dragging with it would take that away.
    if (event.type === 'pointerdown' && event.button === 0 && event.pointerType !== 'touch') {
      event.currentTarget.setPointerCapture(event.pointerId)
      setDragged({ from: x, to: x })
    } else if (dragged !== null) setDragged({ ...dragged, to: x })
  }
  const drop = () => {
    const geometry = chart.current?.geometry() ?? null
    if (dragged !== null && geometry !== null && Math.abs(dragged.to - dragged.from) >= DRAG_MIN_PX) {
      const [left, right] = [dragged.from, dragged.to].sort((a, b) => a - b)
      moves.zoom({ from: geometry.timeAt(left ?? 0), to: geometry.timeAt(right ?? 0) })
    }
    setDragged(null)
  }
  const step = (steps: number) => {
    const plot = source.read()
    if (plot === null || plot.times.length === 0) return
    const from =
      crosshair === null ? plot.running : nearestStep(plot, crosshair.plot.times[crosshair.index] ?? 0)
    const index = Math.min(plot.times.length - 1, Math.max(0, from + steps))
    hold({ by: 'keys', at: plot.times[index] ?? 0 })
  }
  const press = (event: KeyboardEvent | globalThis.KeyboardEvent): void => {
    const steps = STEPS_BY_KEY[event.key]
    if (event.key === 'Escape' && (dragged !== null || held.current?.by === 'keys')) {
      event.preventDefault()
      setDragged(null)
      hold(null)
    } else if (steps !== undefined && !event.shiftKey) {
      event.preventDefault()
      step(steps)
    }
  }
  const latestPress = useRef(press)
  latestPress.current = press
  useEffect(() => {
    // Arrows move the crosshair from anywhere on the page; page keys scroll unless the chart itself has the focus.
    const pressed = (event: globalThis.KeyboardEvent) => {
      if (isPageKey(event) && !event.key.startsWith('Page')) latestPress.current(event)
    }
    window.addEventListener('keydown', pressed)
    return () => window.removeEventListener('keydown', pressed)
  }, [])

  return (
    <div className="chart">
      <div
        className="chart-plot"
        role="img"
        aria-label={summary}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: its crosshair is moved by keys
        tabIndex={0}
        hidden={asTable}
        onPointerMove={point}
        onPointerDown={point}
        onPointerUp={drop}
        onPointerCancel={() => setDragged(null)}
        onPointerLeave={() => hold(null)}
        onBlur={() => hold(null)}
        onKeyDown={press}
      >
        <div className="chart-canvas">
          <canvas ref={canvas} />
        </div>
        {dragged !== null && <Selection dragged={dragged} chart={chart.current} />}
        {crosshair !== null && (
          <>
            <span
              className="crosshair"
              style={{ left: crosshair.x, top: crosshair.top, height: crosshair.bottom - crosshair.top }}
            />
            <PlotTip plot={crosshair.plot} index={crosshair.index} x={crosshair.x} markers={markers ?? []} />
          </>
        )}
      </div>
      <p className="spoken" role="status">
        {crosshair?.spoken ?? ''}
      </p>
      {asTable ? <TableOf id={id} source={source} title={title} live={live} /> : children}
    </div>
  )
}

/** The span that a drag would zoom to, within the plot. */
function Selection({ dragged, chart }: { dragged: Dragged; chart: ChartCanvas | null }) {
  const geometry = chart?.geometry() ?? null
  if (geometry === null) return null
  const inside = (x: number): number => Math.min(geometry.right, Math.max(geometry.left, x))
  const left = inside(Math.min(dragged.from, dragged.to))
  const right = inside(Math.max(dragged.from, dragged.to))
  return (
    <span
      className="chart-selection"
      style={{ left, width: right - left, top: geometry.top, height: geometry.bottom - geometry.top }}
    />
  )
}

interface TableOfProps {
  id: string
  source: PlotSource
  title: string
  live: boolean
}

/**
 * The table of a live chart stands still, because three hundred rows that move cannot be read; another range or
 * choice is another source and read anew.
 */
function TableOf({ id, source, title, live }: TableOfProps) {
  const opened = useMemo(() => source.read(), [source])
  const plot = live ? opened : source.read()
  return plot === null ? null : <PlotTable plot={plot} caption={title} id={id} />
}

function useSummary(title: string, source: PlotSource): string {
  const [summary, setSummary] = useState(title)
  useEffect(() => {
    const renew = () => {
      const plot = source.read()
      setSummary(plot === null ? title : spokenSummary(title, plot))
    }
    renew()
    const timer = setInterval(renew, SUMMARY_EVERY_MS)
    return () => clearInterval(timer)
  }, [title, source])
  return summary
}
