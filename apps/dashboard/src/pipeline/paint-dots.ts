import { type Palette, seriesColor } from '../charts/palette.ts'
import { dotCounts, dotPlaces } from './dot-counts.ts'
import { type Curve, type Edge, evenPoints, isLit, placeAlong, WIDTH } from './flow-layout.ts'
import type { Lane } from './lanes.ts'

/** The dots of one edge. */
export interface DotRun {
  /** Of `evenPoints`. */
  readonly points: readonly number[]
  /** Where dots stand at rest, 0 to 1. */
  readonly places: readonly number[]
  /** From end to end, s. */
  readonly seconds: number
  /** Slots of their colours, in turn; null is the grey of the rest. Of chat that is in no lane yet, or rows: a word. */
  readonly colors: readonly (number | null)[] | 'chat' | 'rows'
}

/** What runs along the edges that are lit. */
export function dotRuns(edges: readonly Edge[], lit: ReadonlySet<string> | null): DotRun[] {
  const counts = dotCounts(edges.map(({ perSecond, curve }) => ({ perSecond, room: roomOn(curve) })))
  return edges.flatMap((edge, index) => {
    const dots = counts[index] ?? 0
    if (dots === 0 || !isLit(edge, lit)) return []
    const { curve, carries, lane, seconds } = edge
    const colors = carries === 'rows' ? 'rows' : colorsOf(lane)
    return [{ points: evenPoints(curve), places: dotPlaces(dots, index), seconds, colors }]
  })
}

/** Dots closer than this would be a line, in units of the drawing. */
const DOT_APART = 16

function roomOn([x1, y1, , , , , x2, y2]: Curve): number {
  return Math.max(1, Math.floor(Math.hypot(x2 - x1, y2 - y1) / DOT_APART))
}

/** Colours kept of a lane: more could not be told apart anyway. */
const COLORS_MAX = 6

function colorsOf(lane: Lane | null): DotRun['colors'] {
  if (lane === null) return 'chat'
  const slots = lane.channels.slice(0, COLORS_MAX).map(({ slot }) => slot)
  return slots.length === 0 ? [null] : slots
}

/** Half the width of a dot, in units of the drawing. */
const RADIUS = 3
const CORNER = 1.5

/** Draws dots where they are at `seconds`: circles in the colour of their channel, squares for rows. */
export function paintDots(
  context: CanvasRenderingContext2D,
  runs: readonly DotRun[],
  palette: Palette,
  seconds: number,
): void {
  const { width, height } = context.canvas
  context.setTransform(1, 0, 0, 1, 0, 0)
  context.clearRect(0, 0, width, height)
  const scale = width / WIDTH
  context.setTransform(scale, 0, 0, scale, 0, 0)
  context.save()
  // Dots go into boxes and come out of them: nothing is drawn over a box.
  context.beginPath()
  for (const { left, right } of gapsOf(runs)) context.rect(left, 0, right - left, height / scale)
  context.clip()
  for (const { points, places, seconds: whole, colors } of runs) {
    for (const [index, place] of places.entries()) {
      const { x, y } = placeAlong(points, (place + seconds / whole) % 1)
      context.beginPath()
      if (colors === 'rows') context.roundRect(x - RADIUS, y - RADIUS, RADIUS * 2, RADIUS * 2, CORNER)
      else context.arc(x, y, RADIUS, 0, Math.PI * 2)
      context.fillStyle = colorOf(colors, index, palette)
      context.fill()
    }
  }
  context.restore()
}

function colorOf(colors: DotRun['colors'], index: number, palette: Palette): string {
  if (colors === 'rows') return palette.rows
  if (colors === 'chat') return palette.text3
  return seriesColor(palette, colors[index % colors.length] ?? null)
}

/** Columns between boxes, each once: edges go from one side of them to the other. */
function gapsOf(runs: readonly DotRun[]): Iterable<{ left: number; right: number }> {
  const gaps = new Map<string, { left: number; right: number }>()
  for (const { points } of runs) {
    const [left, right] = [points[0] ?? 0, points.at(-2) ?? 0]
    gaps.set(`${left} ${right}`, { left, right })
  }
  return gaps.values()
}
