import { GLYPHS } from '../charts/paint-markers.ts'
import type { MarkerKind } from './marker.ts'

/** The glyph of a kind, as in the lane of a chart; words stand beside it. */
export function EventGlyph({ kind }: { kind: MarkerKind }) {
  const { path, filled } = GLYPHS[kind]
  return (
    <svg className={`glyph glyph-${kind}`} width="14" height="14" viewBox="-7 -7 14 14" aria-hidden="true">
      <path
        d={path}
        fill={filled ? 'currentColor' : 'none'}
        stroke={filled ? 'none' : 'currentColor'}
        strokeWidth="1.8"
        strokeLinejoin="round"
      />
    </svg>
  )
}
