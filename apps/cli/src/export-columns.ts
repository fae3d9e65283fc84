/** The columns of exported rows, the same in every file of a kind, whatever is in it. */
import {
  type CsvCell,
  DROP_REASONS,
  emptyPoint,
  NOTICE_WITHOUT_KIND,
  OTHER_NOTICE,
  OTHER_NOTICES,
} from '@smacktalk/contract'
import type { ExportName, ExportRow, ExportValue } from '@smacktalk/gateway'

/** A column takes its cell out of a row. */
export interface Column {
  readonly title: string
  cell(row: ExportRow): CsvCell
}

/** A number for each of these names, titled as in JSON; what this build does not know by name counts as `other`. */
const TALLIES: Readonly<Record<string, readonly string[]>> = {
  otherNoticesByKind: [...[...OTHER_NOTICES].sort(), NOTICE_WITHOUT_KIND, OTHER_NOTICE],
  droppedByReason: [...DROP_REASONS, OTHER_NOTICE],
}

const HEAD = ['source', 'channelId', 'channel'] as const
const POINT = Object.keys(emptyPoint(0, 0))
const COUNTS_OF_USER = ['messages', 'characters', 'emoteUses', 'commands', 'replies', 'bits'] as const
const DONE_TO_USER = ['timeouts', 'bans', 'deletions'] as const

const NAMES: Readonly<Record<ExportName, readonly string[]>> = {
  minutes: POINT,
  hours: POINT,
  days: POINT,
  users: ['t', 'userId', 'login', 'displayName', ...COUNTS_OF_USER, ...DONE_TO_USER, 'firstAt', 'lastAt'],
  top: ['from', 'to', 'kind', 'rank', 'key', 'label', 'count', 'messages', 'maxError', 'approximate'],
  events: [
    ...['id', 'at', 'kind', 'notice', 'userId', 'login', 'displayName', 'targetId', 'targetLogin'],
    ...['plan', 'months', 'amount', 'mode'],
  ],
}

export function columnsOf(name: ExportName): Column[] {
  return [...HEAD, ...NAMES[name]].flatMap((title) => {
    const keys = TALLIES[title]
    return keys === undefined ? [plain(title)] : keys.map((key) => tallied(title, key, keys))
  })
}

function plain(title: string): Column {
  return {
    title,
    cell(row) {
      const value = row[title] ?? null
      if (!isTally(value)) return value
      throw new TypeError(`“${title}” of a row is no single value`)
    },
  }
}

function tallied(name: string, key: string, keys: readonly string[]): Column {
  return {
    title: `${name}.${key}`,
    cell(row) {
      const tally = row[name] ?? null
      // Nobody was there: unknown, not none (metrics.md, Coverage).
      if (!isTally(tally) || row['messages'] === null) return null
      if (key !== OTHER_NOTICE) return tally[key] ?? 0
      return Object.entries(tally).reduce(
        (sum, [kind, count]) => (kind === key || !keys.includes(kind) ? sum + count : sum),
        0,
      )
    },
  }
}

function isTally(value: ExportValue): value is Readonly<Record<string, number>> {
  return typeof value === 'object' && value !== null
}
