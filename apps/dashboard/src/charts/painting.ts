import { roughDuration } from '../format/times.ts'
import { type Palette, seriesColor } from './palette.ts'
import { type Plot, PROOF_MS } from './plot.ts'
import type { UsualLine } from './usual-line.ts'

/** Where the plot lies on the canvas, CSS px, and how its axes map. */
export interface Geometry {
  readonly left: number
  readonly right: number
  readonly top: number
  readonly bottom: number
  xAt(atMs: number): number
  /** The time at a place, ms; beyond the plot it goes on evenly. */
  timeAt(x: number): number
  yAt(rate: number): number
}

const HATCH_DISTANCE = 6
const HATCH_WIDTH = 1.6
/** Narrowest gap that carries its label, px (design, Charts). */
const GAP_LABEL_FROM = 60
/** Narrowest gap whose label tells the cause too, px. */
const GAP_CAUSE_FROM = 110
/** Opacity of what is still counting. */
const RUNNING_OPACITY = 0.42

/** Fades the steps that are still counting by a veil in the colour of the panel. */
export function paintRunning(
  context: CanvasRenderingContext2D,
  geometry: Geometry,
  palette: Palette,
  plot: Plot,
): void {
  const from = plot.times[plot.running - 1]
  if (plot.running >= plot.times.length || from === undefined) return
  const x = geometry.xAt(from)
  context.save()
  context.globalAlpha = 1 - RUNNING_OPACITY
  context.fillStyle = palette.surface
  // One px more to the right for the line's own width; the base line below stays.
  context.fillRect(x, geometry.top - 4, geometry.right - x + 2, geometry.bottom - geometry.top + 3.5)
  context.restore()
}

/** Hatches the gaps, with dotted edges and, where there is room, what it means and how long it was. */
export function paintGaps(
  context: CanvasRenderingContext2D,
  geometry: Geometry,
  palette: Palette,
  plot: Plot,
): void {
  for (const gap of plot.gaps) {
    const x = Math.max(geometry.left, geometry.xAt(gap.from))
    const right = Math.min(geometry.right, geometry.xAt(gap.to))
    if (right <= geometry.left || x >= geometry.right) continue
    const width = Math.max(1.5, right - x)
    paintHatch(context, geometry, palette, x, width)
    if (width <= GAP_LABEL_FROM) continue
    const cause = width > GAP_CAUSE_FROM ? gap.cause : null
    paintGapLabel(context, geometry, palette, x + width / 2, gap.to - gap.from, cause)
  }
}

function paintHatch(
  context: CanvasRenderingContext2D,
  { top, bottom }: Geometry,
  palette: Palette,
  x: number,
  width: number,
): void {
  const height = bottom - top
  context.save()
  context.beginPath()
  context.rect(x, top, width, height)
  context.clip()
  context.strokeStyle = palette.hatch
  context.globalAlpha = 0.75
  context.lineWidth = HATCH_WIDTH
  context.beginPath()
  const advance = HATCH_DISTANCE * Math.SQRT2
  // Anchored to the canvas, not to the gap, so the hatch of a moving gap does not shimmer.
  const first = Math.floor((x - height) / advance) * advance
  for (let start = first; start < x + width; start += advance) {
    context.moveTo(start, bottom)
    context.lineTo(start + height, top)
  }
  context.stroke()
  context.restore()
  context.save()
  context.strokeStyle = palette.hatch
  context.lineWidth = 1
  context.setLineDash([2, 3])
  context.beginPath()
  for (const edge of [x, x + width]) {
    context.moveTo(edge, top)
    context.lineTo(edge, bottom)
  }
  context.stroke()
  context.restore()
}

function paintGapLabel(
  context: CanvasRenderingContext2D,
  { top, bottom }: Geometry,
  palette: Palette,
  middle: number,
  lengthMs: number,
  cause: string | null,
): void {
  const y = (top + bottom) / 2
  context.save()
  context.textAlign = 'center'
  context.lineJoin = 'round'
  context.strokeStyle = palette.surface
  context.lineWidth = 5
  context.fillStyle = palette.text2
  const lines = [
    { text: 'No coverage', weight: 600, y: y - 4 },
    { text: roughDuration(lengthMs), weight: 400, y: y + 12 },
    ...(cause === null ? [] : [{ text: cause, weight: 400, y: y + 28 }]),
  ]
  for (const { text, weight, y: line } of lines) {
    context.font = `${weight} 11px ${palette.font}`
    context.strokeText(text, middle, line)
    context.fillText(text, middle, line)
  }
  context.restore()
}

/** From where on a moment begins. */
export function paintThreshold(
  context: CanvasRenderingContext2D,
  { left, right, yAt }: Geometry,
  palette: Palette,
  rate: number,
): void {
  context.save()
  context.strokeStyle = palette.text3
  context.lineWidth = 1
  context.setLineDash([4, 4])
  const y = sharp(yAt(rate))
  context.beginPath()
  context.moveTo(left, y)
  context.lineTo(right, y)
  context.stroke()
  context.restore()
}

/** What is usual as a dotted line, in steps where the hour changes; it stops where nothing is known. */
export function paintUsual(
  context: CanvasRenderingContext2D,
  { xAt, yAt }: Geometry,
  palette: Palette,
  times: readonly number[],
  { slot, rateAt }: UsualLine,
): void {
  context.save()
  context.strokeStyle = slot === null ? palette.text3 : seriesColor(palette, slot)
  context.lineWidth = 1
  context.setLineDash([1, 3])
  context.beginPath()
  let drawing = false
  for (const at of times) {
    const value = rateAt(at)
    if (value === null) {
      drawing = false
      continue
    }
    const [x, y] = [xAt(at), sharp(yAt(value))]
    if (drawing) context.lineTo(x, y)
    else context.moveTo(x, y)
    drawing = true
  }
  context.stroke()
  context.restore()
}

/** Where a level line of one px fills one row of the screen; elsewhere it would be two faint ones. */
function sharp(y: number): number {
  return Math.floor(y) + 0.5
}

/** Points with unknown neighbours would draw no line at all: they become dots. */
export function paintLonePoints(
  context: CanvasRenderingContext2D,
  geometry: Geometry,
  plot: Plot,
  values: readonly (readonly number[])[],
  colors: readonly string[],
): void {
  for (const [index, row] of values.entries()) {
    context.fillStyle = colors[index] ?? ''
    for (let at = 0; at < row.length; at++) {
      const value = row[at] ?? Number.NaN
      if (Number.isNaN(value)) continue
      const lonely = Number.isNaN(row[at - 1] ?? Number.NaN) && Number.isNaN(row[at + 1] ?? Number.NaN)
      if (lonely) dot(context, geometry.xAt(plot.times[at] ?? 0), geometry.yAt(value), 1.6)
    }
  }
}

/** Marks the newest value that is complete: a live line ends in a dot, unless it ended long ago. */
export function paintEnd(
  context: CanvasRenderingContext2D,
  geometry: Geometry,
  palette: Palette,
  plot: Plot,
  color: string,
): void {
  const series = plot.series[0]
  if (series === undefined) return
  const lastComplete = plot.stepMs <= PROOF_MS ? plot.running - 1 : plot.times.length - 1
  for (let index = lastComplete; index >= Math.max(0, lastComplete - 2); index--) {
    const value = series.rates[index] ?? null
    const at = plot.times[index]
    if (value === null || at === undefined) continue
    context.fillStyle = palette.surface
    dot(context, geometry.xAt(at), geometry.yAt(value), 5.5)
    context.fillStyle = color
    dot(context, geometry.xAt(at), geometry.yAt(value), 3.5)
    return
  }
}

function dot(context: CanvasRenderingContext2D, x: number, y: number, radius: number): void {
  context.beginPath()
  context.arc(x, y, radius, 0, 2 * Math.PI)
  context.fill()
}
