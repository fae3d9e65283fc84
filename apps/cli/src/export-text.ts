/** Rows as text: CSV by RFC 4180, or a JSON object a line. */
import type { ExportName, ExportRow } from '@smacktalk/gateway'
import { type Cell, columnsOf } from './export-columns.ts'

export const FORMATS = ['csv', 'ndjson'] as const
export type Format = (typeof FORMATS)[number]

export interface RowText {
  /** Before the first row. */
  readonly head: string
  row(row: ExportRow): string
}

export function rowText(format: Format, name: ExportName): RowText {
  if (format === 'ndjson') return { head: '', row: (row) => `${JSON.stringify(row)}\n` }
  const columns = columnsOf(name)
  return {
    head: csvLine(columns.map(({ title }) => title)),
    row: (row) => csvLine(columns.map((column) => column.cell(row))),
  }
}

function csvLine(cells: readonly Cell[]): string {
  return `${cells.map(csvCell).join(',')}\r\n`
}

/**
 * Texts come from strangers, and a spreadsheet runs one that begins like this as a formula: it gets an apostrophe in
 * front, as a person would type it. Numbers are ours and stay numbers.
 */
const FORMULA = /^[=+\-@\t\r\n\uFF1D\uFF0B\uFF0D\uFF20]/

const QUOTED = /["\r\n,]/

function csvCell(cell: Cell): string {
  if (cell === null) return ''
  if (typeof cell !== 'string') return String(cell)
  const text = FORMULA.test(cell) ? `'${cell}` : cell
  return QUOTED.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}
