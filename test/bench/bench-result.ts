/** What a bench has found out, and how a list of that is printed. */

export interface BenchResult {
  readonly name: string
  /** One sentence: what was done, so that two figures can be compared. */
  readonly work: string
  /** Chat records that went through. */
  readonly records: number
  /** Time in which they went through, generation of the load left out. */
  readonly seconds: number
  /** CPU time of the process at work for it, all threads. */
  readonly cpuSeconds: number
  /** Largest memory of that process; null where the system does not tell. */
  readonly peakRssBytes: number | null
  /** What was timed, and the times in ms, in any order. */
  readonly times: { readonly what: string; readonly ms: readonly number[] }
  /** A sentence for each count that is not what was sent; empty when all is well. */
  readonly differences: readonly string[]
}

/** The smallest value that at least this share (0 to 1) of all values do not exceed; NaN without values. */
export function percentile(sorted: ArrayLike<number>, share: number): number {
  if (sorted.length === 0) return Number.NaN
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN
}

const COLUMNS = [
  'bench',
  'records',
  'records/s',
  'CPU s/million',
  'peak RSS',
  'p50',
  'p99',
  'of',
  'counts',
] as const

/** One table for all results, then what each did and what was wrong. */
export function resultTable(results: readonly BenchResult[]): string {
  const rows = [COLUMNS, ...results.map(cells)]
  const widths = COLUMNS.map((_, column) => Math.max(...rows.map((row) => (row[column] ?? '').length)))
  const lines = rows.map((row) =>
    row.map((cell, column) => align(cell, column, widths[column] ?? 0)).join('  '),
  )
  const notes = results.map(({ name, work, differences }) =>
    [`${name}: ${work}`, ...differences.map((difference) => `  COUNTS DIFFER: ${difference}`)].join('\n'),
  )
  return `${lines.join('\n')}\n\n${notes.join('\n')}\n`
}

function cells(result: BenchResult): string[] {
  const { name, records, seconds, cpuSeconds, peakRssBytes, times, differences } = result
  const sorted = Float64Array.from(times.ms).sort()
  return [
    name,
    whole(records),
    whole(records / seconds),
    ((cpuSeconds / records) * 1_000_000).toFixed(1),
    peakRssBytes === null ? 'unknown' : `${whole(peakRssBytes / 1_048_576)} MB`,
    `${percentile(sorted, 0.5).toFixed(1)} ms`,
    `${percentile(sorted, 0.99).toFixed(1)} ms`,
    times.what,
    differences.length === 0 ? 'equal' : 'DIFFER',
  ]
}

/** Words to the left, numbers to the right. */
function align(cell: string, column: number, width: number): string {
  return column === 0 || column >= COLUMNS.length - 2 ? cell.padEnd(width) : cell.padStart(width)
}

function whole(value: number): string {
  return Math.round(value).toLocaleString('en-US')
}
