/** What kind of value each result table holds, and how a stored value becomes one that grows. */
import type {
  ChannelNameRow,
  ChannelRow,
  CoverageRow,
  RecentsRow,
  SpanRow,
  TableName,
  TopRow,
  UserDayRow,
} from '@smacktalk/contract'
import { ChannelNames, ChannelNameUse } from './channel-names.ts'
import { CoverageDay } from './coverage.ts'
import { GrowingTop } from './growing-top.ts'
import { Recents } from './recents.ts'
import type { RowState } from './row-cache.ts'
import { Span } from './span.ts'
import { UserDay } from './user-day.ts'
import { Written } from './written.ts'

type ResultSchema =
  | 'span'
  | 'recents'
  | 'userDay'
  | 'channel'
  | 'channelName'
  | 'coverage'
  | 'top'
  | 'event'
  | 'moment'
  | 'fact'

interface ResultTable {
  /** Name of the value's schema in contract's `rowSchemas`. */
  readonly schema: ResultSchema
  readonly restore: (row: string, value: unknown) => RowState
}

const span: ResultTable = {
  schema: 'span',
  restore: (row, value) => new Span(Number(row), value as SpanRow),
}

const tables: Partial<Record<TableName, ResultTable>> = {
  minutes: span,
  hours: span,
  days: span,
  recents: { schema: 'recents', restore: (_, value) => new Recents(value as RecentsRow) },
  user_days: { schema: 'userDay', restore: (_, value) => new UserDay(value as UserDayRow) },
  tops: { schema: 'top', restore: (_, value) => new GrowingTop(value as TopRow) },
  events: { schema: 'event', restore: (_, value) => new Written(value) },
  moments: { schema: 'moment', restore: (_, value) => new Written(value) },
  user_channels: { schema: 'fact', restore: (_, value) => new Written(value) },
  user_names: { schema: 'fact', restore: (_, value) => new Written(value) },
  channels: { schema: 'channel', restore: (_, value) => new ChannelNames(value as ChannelRow) },
  channel_names: {
    schema: 'channelName',
    restore: (_, value) => new ChannelNameUse(value as ChannelNameRow),
  },
  coverage: {
    schema: 'coverage',
    restore: (row, value) => new CoverageDay(Number(row), value as CoverageRow),
  },
}

/** Throws for a table that holds no results of the fold. */
export function resultTable(table: TableName): ResultTable {
  const found = tables[table]
  if (found === undefined) throw new Error(`${table} holds no results of the fold.`)
  return found
}
