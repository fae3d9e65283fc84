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

/** What happened to the room or to many at once, and the single subs and timeouts of a lively chat. */
export interface MarkerRows {
  readonly major: readonly MarkerGroup[]
  readonly minor: readonly MarkerGroup[]
}

/**
 * Two rows of groups along the axis, so that the small ones never take the place of a label; markers outside
 * `left`..`right` are left out.
 */
export function markerRows(
  markers: readonly Marker[],
  xAt: (atMs: number) => number,
  left: number,
  right: number,
): MarkerRows {
  const inside = [...markers]
    .map((marker) => ({ marker, x: xAt(marker.at) }))
    .filter(({ x }) => x >= left && x <= right)
    .sort((a, b) => a.x - b.x)
  return {
    major: merged(inside.filter(({ marker }) => !marker.minor)),
    minor: merged(inside.filter(({ marker }) => marker.minor)),
  }
}

function merged(placed: readonly { marker: Marker; x: number }[]): MarkerGroup[] {
  const groups: { x: number; markers: Marker[] }[] = []
  for (const { marker, x } of placed) {
    const last = groups.at(-1)
    if (last !== undefined && x - last.x < MERGE_PX) last.markers.push(marker)
    else groups.push({ x, markers: [marker] })
  }
  return groups
}

/** Half of a glyph, and the air between it and its label, px. */
const GLYPH_HALF_PX = 7
const AIR_PX = 4
/** A label is drawn when so much stays free between its beginning's glyph and the next, beside its own width, px (design, Charts). */
const FREE_PX = 26

/**
 * Where the label of each group begins, px; null where there is no room. It stands right of its glyph, or left of it
 * where the plot ends; it touches no glyph and no other label and stays between `left` and `right`.
 */
export function labelPlaces(
  groups: readonly MarkerGroup[],
  widthOf: (group: MarkerGroup) => number,
  left: number,
  right: number,
): (number | null)[] {
  const beside = GLYPH_HALF_PX + AIR_PX
  let taken = left
  return groups.map((group, index) => {
    const width = widthOf(group)
    const next = groups[index + 1]
    const fitsRight =
      next === undefined ? group.x + beside + width <= right : width + FREE_PX <= next.x - group.x
    const fitsLeft = next === undefined && group.x - beside - width >= taken
    const place = fitsRight ? group.x + beside : fitsLeft ? group.x - beside - width : null
    taken = fitsRight ? group.x + beside + width + AIR_PX : group.x + beside
    return place
  })
}

/** The kind a group is drawn as: its own when all are alike, else the one that matters most. */
export function kindOf({ markers }: MarkerGroup): MarkerKind {
  return IMPORTANCE.find((kind) => markers.some((marker) => marker.kind === kind)) ?? 'notice'
}

const IMPORTANCE: readonly MarkerKind[] = ['moment', 'raid', 'subs', 'mode', 'ban', 'bits', 'notice']
