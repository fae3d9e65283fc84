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

const EVIDENCE = [
  ...['questionShare', 'emote.key', 'emote.label', 'emote.share', 'command.key', 'command.share'],
  ...['sameTextShare', 'raid.login', 'raid.viewers', 'gifts.bombs', 'gifts.gifts'],
  ...['bans', 'timeouts', 'chatClears', 'mode.mode', 'mode.value'],
]

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
  moments: [
    ...['id', 'from', 'peakAt', 'to', 'cause', 'size', 'baseline', 'peakPerSecond', 'messages', 'imported'],
    ...EVIDENCE.map((name) => `evidence.${name}`),
  ],
}

export function columnsOf(name: ExportName): Column[] {
  return [...HEAD, ...NAMES[name]].flatMap((title) => {
    const keys = TALLIES[title]
    return keys === undefined ? [plain(title)] : keys.map((key) => tallied(title, key, keys))
  })
}

/** The title is the way to the value: `evidence.raid.login`. */
function plain(title: string): Column {
  const names = title.split('.')
  return {
    title,
    cell(row) {
      let value: ExportValue = row
      for (const name of names) value = isObject(value) ? (value[name] ?? null) : null
      if (!isObject(value)) return value
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
      if (!isObject(tally) || row['messages'] === null) return null
      if (key !== OTHER_NOTICE) return Number(tally[key] ?? 0)
      return Object.entries(tally).reduce(
        (sum, [kind, count]) => (kind === key || !keys.includes(kind) ? sum + Number(count) : sum),
        0,
      )
    },
  }
}

function isObject(value: ExportValue): value is ExportRow {
  return typeof value === 'object' && value !== null
}
