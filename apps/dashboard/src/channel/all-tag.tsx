import type { Without } from '@smacktalk/contract'

/** Marks a figure that leaving out cannot change, while something is left out. */
export function AllTag({ without }: { without: readonly Without[] }) {
  if (without.length === 0) return null
  return (
    <span className="tag" title="Not changed by what is left out">
      all
    </span>
  )
}
