/** Names that are this many keystrokes off are still taken for a slip. */
const SLIPS_MAX = 3

/** The known name nearest to a mistyped one; null when none is near. */
export function nearestName(typed: string, known: Iterable<string>): string | null {
  const wanted = typed.toLowerCase().slice(0, 60)
  let best: string | null = null
  let least = Math.min(SLIPS_MAX, Math.floor(wanted.length / 3)) + 1
  for (const name of known) {
    const slips = distance(wanted, name, least)
    if (slips < least) {
      least = slips
      best = name
    }
  }
  return best
}

/** Edits from one word to another, swaps of neighbours included; `limit` when there are at least that many. */
function distance(a: string, b: string, limit: number): number {
  if (Math.abs(a.length - b.length) >= limit) return limit
  const width = b.length + 1
  const rows: number[][] = [Array.from({ length: width }, (_, column) => column)]
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    for (let j = 1; j < width; j++) {
      const above = rows[i - 1]?.[j] ?? 0
      const left = row[j - 1] ?? 0
      const corner = rows[i - 1]?.[j - 1] ?? 0
      let cost = Math.min(above + 1, left + 1, corner + (a[i - 1] === b[j - 1] ? 0 : 1))
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        cost = Math.min(cost, (rows[i - 2]?.[j - 2] ?? 0) + 1)
      }
      row.push(cost)
    }
    rows.push(row)
  }
  return Math.min(limit, rows[a.length]?.[b.length] ?? limit)
}
