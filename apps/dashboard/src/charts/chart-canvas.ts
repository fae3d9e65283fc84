import { SECOND_MS } from '@smacktalk/contract'
import {
  Chart,
  type ChartDataset,
  Filler,
  LinearScale,
  LineController,
  LineElement,
  PointElement,
} from 'chart.js'
import type { Marker } from '../events/marker.ts'
import { LANE_PX, paintMarkers } from './paint-markers.ts'
import {
  type Geometry,
  paintEnd,
  paintGaps,
  paintLonePoints,
  paintRunning,
  paintThreshold,
  paintUsual,
} from './painting.ts'
import { currentPalette, greyOf, HUES, type Palette, seriesColor, withAlpha } from './palette.ts'
import { lastTime, type Plot } from './plot.ts'
import { timeTicks, type ValueScale, valueLabel, valueScale, valueTicks } from './ticks.ts'
import { NO_USUAL, type UsualLine } from './usual-line.ts'

Chart.register(LineController, LineElement, PointElement, LinearScale, Filler)

/** `area`: one series with a fade; `stacked`: bands on each other; `lines`: every series from zero. */
export type DrawForm = 'area' | 'stacked' | 'lines'

export interface DrawOptions {
  readonly form: DrawForm
  /** Old figures: grey lines, text as ever. */
  readonly stale: boolean
  /** What is usual, drawn as dotted lines. */
  readonly usual: readonly UsualLine[]
  /** Messages per second from which on a moment begins, drawn as a dashed line; null: no line. */
  readonly threshold: number | null
  /** Drawn in a lane above the plot; null: there is no lane. */
  readonly markers: readonly Marker[] | null
}

/** Below this width the chart is a phone's, px: a narrower gutter. */
const NARROW = 500
const GUTTER = 44
const GUTTER_NARROW = 38
const AXIS_HEIGHT = 24
const LINE_WIDTH: Record<DrawForm, number> = { area: 1.6, lines: 1.6, stacked: 1.2 }
const FADE_FROM = 0.34
const FADE_TO = 0.03
const STALE_OPACITY = 0.55

type Dot = { x: number; y: number }
type Dataset = ChartDataset<'line', Dot[]>

/**
 * A time chart on a canvas: the one place that knows Chart.js. It is drawn when told to and never animates; the
 * arrays of its points are kept and overwritten, so that a live chart makes no garbage.
 */
export class ChartCanvas {
  readonly #chart: Chart<'line', Dot[]>
  #plot: Plot | null = null
  #options: DrawOptions = { form: 'area', stale: false, markers: null, usual: NO_USUAL, threshold: null }
  #scale: ValueScale = valueScale(0)
  #values: number[][] = []
  #colors: string[] = []
  #palette: Palette = currentPalette()

  constructor(canvas: HTMLCanvasElement) {
    this.#chart = new Chart<'line', Dot[]>(canvas, {
      type: 'line',
      data: { datasets: [] },
      options: {
        animation: false,
        parsing: false,
        normalized: true,
        responsive: true,
        maintainAspectRatio: false,
        events: [],
        spanGaps: false,
        layout: { padding: { top: 10, right: 8 } },
        elements: {
          point: { radius: 0, hitRadius: 0, hoverRadius: 0 },
          line: { tension: 0, borderJoinStyle: 'round' },
        },
        scales: {
          x: {
            type: 'linear',
            grid: { display: false },
            border: { display: false },
            ticks: {
              autoSkip: false,
              minRotation: 0,
              maxRotation: 0,
              padding: 1,
              callback: (_, index) => this.#timeLabels[index] ?? '',
            },
            afterBuildTicks: (axis) => {
              const ticks = this.#timeTicks(axis.chart.width)
              this.#timeLabels = ticks.map(({ label }) => label)
              axis.ticks = ticks.map(({ at }) => ({ value: at }))
            },
            afterFit: (axis) => {
              axis.height = AXIS_HEIGHT
            },
          },
          y: {
            type: 'linear',
            min: 0,
            grid: {
              drawTicks: false,
              color: ({ tick }) => (tick.value === 0 ? this.#palette.baseLine : this.#palette.grid),
            },
            border: { display: false },
            ticks: {
              padding: 8,
              autoSkip: false,
              callback: (value) => valueLabel(Number(value), this.#scale.step),
            },
            afterBuildTicks: (axis) => {
              axis.ticks = valueTicks(this.#scale).map((value) => ({ value }))
            },
            afterFit: (axis) => {
              axis.width = axis.chart.width < NARROW ? GUTTER_NARROW : GUTTER
              // Half of the top label fits into the layout's own padding.
              axis.paddingTop = 0
            },
          },
        },
      },
      plugins: [{ id: 'smacktalk', afterDatasetsDraw: () => this.#paint() }],
    })
  }

  #timeLabels: string[] = []

  /** Draws a plot, or the last one again after a change of theme or size. */
  draw(plot: Plot, options: DrawOptions): void {
    this.#plot = plot
    this.#options = options
    this.#palette = currentPalette()
    this.#fillDatasets(plot)
    const { layout } = this.#chart.options
    if (layout !== undefined) layout.padding = { top: options.markers === null ? 10 : LANE_PX + 8, right: 8 }
    const { x, y } = this.#chart.options.scales ?? {}
    if (x !== undefined && y !== undefined) {
      x.min = plot.times[0] ?? 0
      x.max = Math.max(lastTime(plot), (plot.times[0] ?? 0) + plot.stepMs)
      this.#scale = valueScale(this.#highest(), this.#scale, plot.stepMs === SECOND_MS ? 1 : 0)
      y.max = this.#scale.top
      const font = { family: this.#palette.font, size: 11, lineHeight: 14 / 11 }
      for (const axis of [x, y]) {
        if (axis.ticks === undefined) continue
        axis.ticks.color = this.#palette.text3
        axis.ticks.font = font
      }
    }
    this.#chart.update('none')
  }

  /** Forgets the value axis in use: another range may start with its own. */
  resetScale(): void {
    this.#scale = valueScale(0)
  }

  /** Where the plot lies now; null before the first drawing. */
  geometry(): Geometry | null {
    // The library draws once while it is being made, before there is anything to place.
    if (this.#plot === null) return null
    const { chartArea, scales } = this.#chart
    const { x, y } = scales
    if (chartArea === undefined || x === undefined || y === undefined) return null
    return {
      left: chartArea.left,
      right: chartArea.right,
      top: chartArea.top,
      bottom: chartArea.bottom,
      xAt: (atMs) => x.getPixelForValue(atMs),
      timeAt: (pixel) => x.getValueForPixel(pixel) ?? x.min,
      yAt: (value) => y.getPixelForValue(value),
    }
  }

  /** The value the line or the edge of the band is drawn at; null where there is none. */
  drawnAt(seriesIndex: number, step: number): number | null {
    const value = this.#values[seriesIndex]?.[step] ?? Number.NaN
    return Number.isNaN(value) ? null : value
  }

  destroy(): void {
    this.#chart.destroy()
  }

  #timeTicks(width: number) {
    const plot = this.#plot
    if (plot === null || plot.times.length === 0) return []
    return timeTicks(plot.times[0] ?? 0, lastTime(plot), width - GUTTER)
  }

  #highest(): number {
    let highest = 0
    for (const row of this.#values) for (const value of row) if (value > highest) highest = value
    const { usual, threshold } = this.#options
    highest = Math.max(highest, threshold ?? 0)
    for (const { rateAt } of usual) {
      for (const at of this.#plot?.times ?? []) highest = Math.max(highest, rateAt(at) ?? 0)
    }
    return highest
  }

  #fillDatasets(plot: Plot): void {
    const { form, stale } = this.#options
    const { datasets } = this.#chart.data
    const palette = this.#palette
    datasets.length = Math.min(datasets.length, plot.series.length)
    this.#values.length = plot.series.length
    this.#colors = plot.series.map(({ slot }) => {
      const color = seriesColor(palette, slot)
      return stale ? withAlpha(greyOf(color), STALE_OPACITY) : color
    })
    for (const [index, series] of plot.series.entries()) {
      const row = this.#values[index] ?? []
      this.#values[index] = row
      row.length = plot.times.length
      const below = form === 'stacked' ? this.#values[index - 1] : undefined
      for (let step = 0; step < row.length; step++) row[step] = this.#height(plot, series.rates, below, step)
      const dataset: Dataset = datasets[index] ?? { data: [] }
      datasets[index] = dataset
      this.#fillPoints(dataset.data, plot.times, row)
      const color = seriesColor(palette, series.slot)
      const tone = stale ? greyOf(color) : color
      dataset.borderColor = this.#colors[index] ?? color
      dataset.borderWidth = LINE_WIDTH[form]
      dataset.borderDash = series.slot !== null && series.slot >= HUES ? [6, 3] : []
      dataset.fill = form === 'lines' ? false : form === 'area' || index === 0 ? 'origin' : '-1'
      dataset.backgroundColor =
        form === 'area'
          ? ({ chart }) => this.#fade(chart.ctx, chart.chartArea, tone)
          : withAlpha(tone, palette.band * (stale ? STALE_OPACITY : 1))
    }
  }

  /** In a stack an unknown series adds nothing as long as another one is known; alone it leaves a hole. */
  #height(
    plot: Plot,
    rates: readonly (number | null)[],
    below: readonly number[] | undefined,
    step: number,
  ): number {
    const rate = rates[step] ?? null
    if (this.#options.form !== 'stacked') return rate ?? Number.NaN
    if ((plot.total[step] ?? null) === null) return Number.NaN
    return (below?.[step] ?? 0) + (rate ?? 0)
  }

  #fillPoints(points: Dot[], times: readonly number[], values: readonly number[]): void {
    // Told how many: the library takes a splice without a number for an insertion, and breaks.
    if (points.length > times.length) points.splice(times.length, points.length - times.length)
    for (let step = 0; step < times.length; step++) {
      const x = times[step] ?? 0
      const y = values[step] ?? Number.NaN
      const point = points[step]
      if (point === undefined) points.push({ x, y })
      else {
        point.x = x
        point.y = y
      }
    }
  }

  #fade(
    context: CanvasRenderingContext2D,
    area: { top: number; bottom: number } | undefined,
    color: string,
  ): CanvasGradient | string {
    if (area === undefined) return 'transparent'
    const gradient = context.createLinearGradient(0, area.top, 0, area.bottom)
    gradient.addColorStop(0, withAlpha(color, FADE_FROM))
    gradient.addColorStop(1, withAlpha(color, FADE_TO))
    return gradient
  }

  #paint(): void {
    const geometry = this.geometry()
    if (geometry === null || this.#plot === null) return
    const context = this.#chart.ctx
    paintLonePoints(context, geometry, this.#plot, this.#values, this.#colors)
    paintRunning(context, geometry, this.#palette, this.#plot)
    paintGaps(context, geometry, this.#palette, this.#plot)
    const { threshold } = this.#options
    if (threshold !== null) paintThreshold(context, geometry, this.#palette, threshold)
    for (const line of this.#options.usual) {
      paintUsual(context, geometry, this.#palette, this.#plot.times, line)
    }
    if (this.#options.markers !== null) {
      paintMarkers(context, geometry, this.#palette, this.#options.markers)
    }
    if (this.#options.form === 'area') {
      paintEnd(context, geometry, this.#palette, this.#plot, this.#colors[0] ?? this.#palette.other)
    }
  }
}
