/** What an audit has found, for a person. */
import { type AuditOutcome, type Difference, SPAN_KINDS, type SpanKind } from '@smacktalk/audit'
import { grouped } from './progress-display.ts'

const TITLES: Readonly<Record<SpanKind, string>> = {
  minutes: 'minutes',
  hours: 'hours',
  days: 'days',
  totals: 'totals of channels',
}
const COLUMNS = ['', 'compared', 'left out', 'different'] as const

/** A table of what was compared, each difference, and a last line that says it all. */
export function auditText(outcome: AuditOutcome): string {
  const { spans, shown, differences, records, channels, extent, unreadable } = outcome
  const rows = [
    COLUMNS,
    ...SPAN_KINDS.map((kind) => {
      const { compared, leftOut, different } = spans[kind]
      return [TITLES[kind], ...[compared, leftOut, different].map(grouped)]
    }),
  ]
  const widths = COLUMNS.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)))
  const table = rows.map((row) =>
    row
      .map((cell, column) => (column === 0 ? cell.padEnd(widths[0]!) : cell.padStart(widths[column]!)))
      .join('  '),
  )
  const reach = extent === null ? '' : `, from ${dayTime(extent.from)} to ${dayTime(extent.to)}`
  const lines = [
    ...table,
    '',
    `${grouped(records)} records of ${grouped(channels)} ${channels === 1 ? 'channel' : 'channels'} recounted${reach}.`,
  ]
  if (unreadable > 0) lines.push(`${grouped(unreadable)} records of the log cannot be read.`)
  if (shown.length > 0) lines.push('', ...shown.map(differenceText))
  if (differences > shown.length) lines.push(`... and ${grouped(differences - shown.length)} more.`)
  lines.push('', verdict(outcome))
  return `${lines.join('\n')}\n`
}

function verdict({ spans, differences }: AuditOutcome): string {
  if (differences > 0) return `differences ${differences}`
  const compared = SPAN_KINDS.reduce((sum, kind) => sum + spans[kind].compared, 0)
  return compared === 0 ? 'nothing to compare' : 'no differences'
}

function differenceText({ channelId, channelLogin, span, name, log, rows }: Difference): string {
  const channel = channelLogin === '' ? channelId : `${channelLogin} (${channelId})`
  return `${channel}, ${span}, ${name}: the log says ${log}, the rows say ${rows}`
}

function dayTime(atMs: number): string {
  return `${new Date(atMs).toISOString().slice(0, 16)}Z`
}
