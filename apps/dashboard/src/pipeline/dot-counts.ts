/** The dots that run along an edge. */

/** One dot stands for about so many a second (design.md). */
const PER_DOT = 50
export const DOTS_MAX = 80

interface Flow {
  readonly perSecond: number
  /** Most dots that fit on the edge. */
  readonly room: number
}

/** Dots of each edge by what flows along it: one at least where anything does, `max` in all. */
export function dotCounts(flows: readonly Flow[], max = DOTS_MAX): number[] {
  const wished = flows.map(({ perSecond, room }) =>
    perSecond > 0 ? Math.min(room, Math.max(1, Math.round(perSecond / PER_DOT))) : 0,
  )
  const flowing = wished.filter((dots) => dots > 0).length
  const sum = wished.reduce((total, dots) => total + dots, 0)
  if (sum <= max) return wished
  // One for each, so that no flow looks dead; what is left by size.
  const share = Math.max(0, max - flowing) / (sum - flowing || 1)
  let left = max
  return wished.map((dots) => {
    const given = Math.min(left, dots === 0 ? 0 : 1 + Math.floor((dots - 1) * share))
    left -= given
    return given
  })
}

/** Places of dots along an edge, 0 to 1: evenly, moved a little so that edges do not march in step. */
export function dotPlaces(dots: number, edge: number): number[] {
  const shift = (edge * 0.381_966) % 1
  return Array.from({ length: dots }, (_, index) => ((index + 0.5 + shift) / dots) % 1)
}
