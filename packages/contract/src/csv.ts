/** CSV by RFC 4180, for exports of the command line and of the page alike. */

/** Null is an empty cell. */
export type CsvCell = string | number | boolean | null

/**
 * Texts come from strangers, and a spreadsheet runs one that begins like this as a formula: it gets an apostrophe in
 * front, as a person would type it. Numbers are ours and stay numbers.
 */
const FORMULA = /^[=+\-@\t\r\n\uFF1D\uFF0B\uFF0D\uFF20]/

const QUOTED = /["\r\n,]/

/** A line with its end. */
export function csvLine(cells: readonly CsvCell[]): string {
  return `${cells.map(csvCell).join(',')}\r\n`
}

function csvCell(cell: CsvCell): string {
  if (cell === null) return ''
  if (typeof cell !== 'string') return String(cell)
  const text = FORMULA.test(cell) ? `'${cell}` : cell
  return QUOTED.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}
