/** Beyond this many edits two names have nothing to do with each other. */
const EDITS_MAX = 3

/** The known name nearest to a mistyped one, or null when none is near. */
export function nearestName(typed: string, known: Iterable<string>): string | null {
  const wanted = typed.toLowerCase()
  let nearest: string | null = null
  let fewest = Math.min(EDITS_MAX, Math.ceil(wanted.length / 2)) + 1
  for (const name of known) {
    const edits = editDistance(wanted, name.toLowerCase())
    if (edits < fewest) {
      fewest = edits
      nearest = name
    }
  }
  return nearest
}

/** ` Did you mean "x"?`, or nothing; to be put behind a sentence. */
export function didYouMean(typed: string, known: Iterable<string>): string {
  const nearest = nearestName(typed, known)
  return nearest === null ? '' : ` Did you mean "${nearest}"?`
}

/** Levenshtein distance; both are names of a few dozen characters. */
function editDistance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, index) => index)
  for (let row = 1; row <= a.length; row++) {
    const current = [row]
    for (let column = 1; column <= b.length; column++) {
      const replaced = (previous[column - 1] ?? 0) + (a[row - 1] === b[column - 1] ? 0 : 1)
      current.push(Math.min(replaced, (previous[column] ?? 0) + 1, (current[column - 1] ?? 0) + 1))
    }
    previous = current
  }
  return previous[b.length] ?? 0
}
