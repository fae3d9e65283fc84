import {
  kindOf,
  labelPlaces,
  type Marker,
  type MarkerGroup,
  type MarkerKind,
  markerRows,
} from '../events/marker.ts'
import type { Geometry } from './painting.ts'
import type { Palette } from './palette.ts'

/** Height of the lane above the plot, px (design, Charts). */
export const LANE_PX = 26
const GLYPH_PX = 14
/** Middle of the two rows, px above the plot: glyphs with their labels, and below them what is one of many. */
const MAJOR_PX = 19
const MINOR_PX = 5
/** Size of what is one of many, and how strong it is. */
const MINOR = 0.5
const MINOR_OPACITY = 0.75

/** Draws the markers in their lane, with a dotted stem into the plot and a label where there is room. */
export function paintMarkers(
  context: CanvasRenderingContext2D,
  geometry: Geometry,
  palette: Palette,
  markers: readonly Marker[],
): void {
  const { major, minor } = markerRows(markers, geometry.xAt, geometry.left, geometry.right)
  context.save()
  context.font = `11px ${palette.font}`
  context.textBaseline = 'middle'
  for (const group of minor) {
    context.globalAlpha = MINOR_OPACITY
    paintGlyph(context, palette, kindOf(group), group.x, geometry.top - MINOR_PX, MINOR)
  }
  context.globalAlpha = 1
  const widthOf = (group: MarkerGroup): number => context.measureText(textOf(group)).width
  const places = labelPlaces(major, widthOf, geometry.left, geometry.right)
  for (const [index, group] of major.entries()) {
    const middle = geometry.top - MAJOR_PX
    paintStem(context, geometry, palette, group.x)
    paintGlyph(context, palette, kindOf(group), group.x, middle, 1)
    const place = places[index] ?? null
    if (place === null) continue
    context.fillStyle = palette.text2
    context.fillText(textOf(group), place, middle + 0.5)
  }
  context.restore()
}

function textOf({ markers }: MarkerGroup): string {
  const [first] = markers
  return markers.length === 1 && first !== undefined ? first.short : String(markers.length)
}

function paintStem(
  context: CanvasRenderingContext2D,
  { top, bottom }: Geometry,
  palette: Palette,
  x: number,
): void {
  context.save()
  context.strokeStyle = palette.text3
  context.globalAlpha = 0.6
  context.lineWidth = 1
  context.setLineDash([1, 3])
  context.beginPath()
  context.moveTo(Math.round(x) + 0.5, top - MAJOR_PX + GLYPH_PX / 2)
  context.lineTo(Math.round(x) + 0.5, bottom)
  context.stroke()
  context.restore()
}

/** The shape tells the kind; colour only supports it. Drawn on a grid of 14 px around its middle. */
function paintGlyph(
  context: CanvasRenderingContext2D,
  palette: Palette,
  kind: MarkerKind,
  x: number,
  y: number,
  size: number,
): void {
  const color = palette.markers[kind]
  context.save()
  context.translate(x, y)
  context.scale(size, size)
  context.fillStyle = color
  context.strokeStyle = color
  context.lineWidth = 1.8
  context.lineJoin = 'round'
  const shape = new Path2D(GLYPHS[kind].path)
  if (GLYPHS[kind].filled) context.fill(shape)
  else context.stroke(shape)
  context.restore()
}

/** Shapes around the middle of a box of 14 px: ▲ raid, ◆ subs, ✕ bans, ★ moment, □ room mode, ⬡ bits, ● notice. */
export const GLYPHS: Readonly<Record<MarkerKind, { path: string; filled: boolean }>> = {
  raid: { path: 'M0-5 5.500 4.500h-11z', filled: true },
  subs: { path: 'M0-5.500 5 0 0 5.500-5 0z', filled: true },
  ban: { path: 'M-4-4 4 4M4-4-4 4', filled: false },
  moment: {
    path: 'M0-5.800 1.700-1.900 5.900-1.600 2.700 1.100 3.700 5.200 0 3-3.700 5.200-2.700 1.100-5.900-1.600-1.700-1.900z',
    filled: true,
  },
  mode: { path: 'M-4-4h8v8h-8z', filled: false },
  bits: { path: 'M0-5.200 4.500-2.600v5.200L0 5.200-4.500 2.600v-5.200z', filled: false },
  notice: { path: 'M3.500 0a3.500 3.500 0 1 1-7 0 3.500 3.500 0 1 1 7 0z', filled: true },
}
