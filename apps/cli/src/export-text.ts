/** Rows as text: CSV by RFC 4180, or a JSON object a line. */
import { csvLine } from '@smacktalk/contract'
import type { ExportName, ExportRow } from '@smacktalk/gateway'
import { columnsOf } from './export-columns.ts'

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
