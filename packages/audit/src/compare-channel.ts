/** The minutes of one channel's day beside the rows of that day and of its hours. */
import {
  DAY_MS,
  HOUR_MS,
  MINUTE_MS,
  SPAN_TABLE_MS,
  type SpanRow,
  type SpanTable,
  spanPartition,
  spanStart,
  timeKey,
} from '@smacktalk/contract'
import type { RowStore, StoredRow } from '@smacktalk/ports'
import { decodeRow } from '@smacktalk/wire'
import type { AuditOutcome, Difference } from './audit-outcome.ts'
import type { ChannelRecount } from './channel-recount.ts'
import { compareSpan } from './compare-span.ts'
import type { Minutes } from './minute-book.ts'
import { SpanCount } from './span-count.ts'

export interface DayToCompare {
  readonly channel: ChannelRecount
  readonly dayStart: number
  /** Counted minutes of the day. */
  readonly minutes: Minutes
  /** Spans that start before it are not certain. */
  readonly from: number
  /** Rows beyond it are ahead of what was recounted. */
  readonly position: number
}

const WORDS: Readonly<Record<SpanTable, string>> = { minutes: 'minute', hours: 'hour', days: 'day' }

export async function compareDay(store: RowStore, day: DayToCompare, outcome: AuditOutcome): Promise<void> {
  const { channel, dayStart, minutes } = day
  const { channelId } = channel
  const dayKey = timeKey(dayStart)
  const stored: Readonly<Record<SpanTable, readonly StoredRow[]>> = {
    minutes: await store.load('minutes', spanPartition('minutes', channelId, dayStart)),
    hours: await store.load('hours', spanPartition('hours', channelId, dayStart)),
    days: await store.loadRange(
      'days',
      spanPartition('days', channelId, dayStart),
      dayKey,
      `${dayKey}\u0001`,
    ),
  }
  compareTable('minutes', minutes, stored.minutes, day, outcome)
  const hours = summed(minutes, HOUR_MS)
  compareTable('hours', hours, stored.hours, day, outcome)
  compareTable('days', summed(hours, DAY_MS), stored.days, day, outcome)
}

function compareTable(
  table: SpanTable,
  counted: ReadonlyMap<number, SpanCount>,
  stored: readonly StoredRow[],
  day: DayToCompare,
  outcome: AuditOutcome,
): void {
  const rows = new Map(stored.map((row) => [Number(row.row), row]))
  const starts = [...new Set([...counted.keys(), ...rows.keys()])].sort((a, b) => a - b)
  const { channelId, channelLogin } = day.channel
  const sizeMs = SPAN_TABLE_MS[table]
  for (const start of starts) {
    const row = rows.get(start)
    if (!isCertain(day, start, sizeMs) || (row !== undefined && row.position > day.position)) {
      outcome.spans[table].leftOut++
      continue
    }
    const value: SpanRow | null = row === undefined ? null : decodeRow('span', row.value)
    const span = `${WORDS[table]} ${new Date(start).toISOString().slice(0, 16)}Z`
    const differences = compareSpan(counted.get(start) ?? new SpanCount(), value).map(
      ([name, log, said]): Difference => ({ channelId, channelLogin, span, name, log, rows: said }),
    )
    outcome.add(table, differences)
    outcome.reach(start, start + sizeMs)
  }
}

function isCertain({ channel, from }: DayToCompare, start: number, sizeMs: number): boolean {
  if (channel.overflowed || start < from || start < channel.certainFrom) return false
  if (channel.unsure.size === 0) return true
  for (let minute = start; minute < start + sizeMs; minute += MINUTE_MS) {
    if (channel.unsure.has(minute)) return false
  }
  return true
}

/** An hour is the sum of its minutes, a day of its hours. */
function summed(parts: ReadonlyMap<number, SpanCount>, sizeMs: number): Map<number, SpanCount> {
  const sums = new Map<number, SpanCount>()
  for (const [start, part] of parts) {
    const whole = spanStart(start, sizeMs)
    const sum = sums.get(whole) ?? new SpanCount()
    sum.addPart(part)
    sums.set(whole, sum)
  }
  return sums
}
