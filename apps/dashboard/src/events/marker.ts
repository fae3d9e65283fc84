/** What the shape of a marker tells (design, Charts). */
export const MARKER_KINDS = ['raid', 'subs', 'ban', 'moment', 'mode', 'bits', 'notice'] as const
export type MarkerKind = (typeof MARKER_KINDS)[number]

/** Something that happened, to be drawn above a chart. */
export interface Marker {
  /** When, ms. */
  readonly at: number
  readonly kind: MarkerKind
  /** One of many, as a single sub or timeout: drawn small, without a stem. */
  readonly minor: boolean
  /** The whole of it, for the tooltip and the table. */
  readonly label: string
  /** The little that fits beside the glyph. */
  readonly short: string
}

/** Markers that lie closer than can be told apart, as one. */
export interface MarkerGroup {
  readonly x: number
  readonly markers: readonly Marker[]
}

/** Closer markers merge to a count, px (design, Charts). */
export const MERGE_PX = 16

/** Merges markers along the axis from the left; those outside `left`..`right` are left out. */
export function groupMarkers(
  markers: readonly Marker[],
  xAt: (atMs: number) => number,
  left: number,
  right: number,
): MarkerGroup[] {
  const groups: { x: number; markers: Marker[] }[] = []
  for (const marker of [...markers].sort((a, b) => a.at - b.at)) {
    const x = xAt(marker.at)
    if (!(x >= left && x <= right)) continue
    const last = groups.at(-1)
    if (last !== undefined && x - last.x < MERGE_PX) last.markers.push(marker)
    else groups.push({ x, markers: [marker] })
  }
  return groups
}

/** The kind a group is drawn as: its own when all are alike, else the one that matters most. */
export function kindOf(group: MarkerGroup): MarkerKind {
  const telling = isMinor(group) ? group.markers : group.markers.filter(({ minor }) => !minor)
  return IMPORTANCE.find((kind) => telling.some((marker) => marker.kind === kind)) ?? 'notice'
}

/** True when nothing in a group stands out. */
export function isMinor({ markers }: MarkerGroup): boolean {
  return markers.every(({ minor }) => minor)
}

const IMPORTANCE: readonly MarkerKind[] = ['moment', 'raid', 'subs', 'mode', 'ban', 'bits', 'notice']
