import { memo } from 'react'
import { slotColor } from '../channels/swatch.tsx'
import { dotCounts, dotPlaces } from './dot-counts.ts'
import { type Curve, type Edge, pointOn } from './flow-layout.ts'
import type { Lane } from './lanes.ts'

interface FlowDotsProps {
  edges: readonly Edge[]
  lit: ReadonlySet<string> | null
  /** Nothing moves: dots stand where they would be. */
  calm: boolean
}

/** What flows, as dots: circles in the colour of their channel, squares for rows. */
export function FlowDots({ edges, lit, calm }: FlowDotsProps) {
  const counts = dotCounts(edges.map(({ perSecond, curve }) => ({ perSecond, room: roomOn(curve) })))
  return edges.map((edge, index) => {
    const dots = counts[index] ?? 0
    if (dots === 0 || !isLit(edge, lit)) return null
    return (
      <EdgeDots
        key={edge.id}
        path={pathOf(edge.curve)}
        colors={colorsOf(edge.lane).join(' ')}
        isRow={edge.carries === 'rows'}
        seconds={edge.seconds}
        dots={dots}
        edge={index}
        curve={calm ? edge.curve : null}
      />
    )
  })
}

interface EdgeDotsProps {
  path: string
  colors: string
  isRow: boolean
  seconds: number
  dots: number
  edge: number
  /** Given when they stand still. */
  curve: Curve | null
}

/** Drawn anew only when something about the edge changes, so that its dots run on. */
const EdgeDots = memo(
  function EdgeDots({ path, colors, isRow, seconds, dots, edge, curve }: EdgeDotsProps) {
    const palette = colors.split(' ')
    return dotPlaces(dots, edge).map((place, index) => {
      const fill = isRow ? 'var(--signal-text)' : palette[index % palette.length]
      const still = curve === null ? null : pointOn(curve, place)
      const at = still === null ? undefined : `translate(${still.x.toFixed(1)} ${still.y.toFixed(1)})`
      const motion = still === null && (
        <animateMotion
          dur={`${seconds}s`}
          begin={`${(-place * seconds).toFixed(2)}s`}
          repeatCount="indefinite"
          path={path}
        />
      )
      return isRow ? (
        // biome-ignore lint/suspicious/noArrayIndexKey: a dot is its place in the row
        <rect key={index} x="-3" y="-3" width="6" height="6" rx="1.5" fill={fill} transform={at}>
          {motion}
        </rect>
      ) : (
        // biome-ignore lint/suspicious/noArrayIndexKey: a dot is its place in the row
        <circle key={index} r="3" fill={fill} transform={at}>
          {motion}
        </circle>
      )
    })
  },
  (before, after) => JSON.stringify(before) === JSON.stringify(after),
)

export function pathOf([x1, y1, x2, y2, x3, y3, x4, y4]: Curve): string {
  return `M${x1} ${y1}C${x2} ${y2} ${x3} ${y3} ${x4} ${y4}`
}

/** Dots closer than this would be a line, in units of the drawing. */
const DOT_APART = 16

function roomOn([x1, y1, , , , , x2, y2]: Curve): number {
  return Math.max(1, Math.floor(Math.hypot(x2 - x1, y2 - y1) / DOT_APART))
}

/** An edge is lit when both of its ends are. */
export function isLit({ from, to }: Edge, lit: ReadonlySet<string> | null): boolean {
  return lit === null || (lit.has(from) && lit.has(to))
}

/** Colours kept of a lane: more could not be told apart anyway. */
const COLORS_MAX = 6

function colorsOf(lane: Lane | null): string[] {
  if (lane === null) return ['var(--text-3)']
  const colors = lane.channels.slice(0, COLORS_MAX).map(({ slot }) => slotColor(slot))
  return colors.length === 0 ? ['var(--other)'] : colors
}
