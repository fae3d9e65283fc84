/** Recounts the log on its own and compares with the rows, partition after partition. */
import { DAY_MS, NO_CHANNEL, spanPartition, spanStart } from '@smacktalk/contract'
import type { EventLog, RowStore } from '@smacktalk/ports'
import { AuditOutcome } from './audit-outcome.ts'
import type { RecountOptions } from './channel-recount.ts'
import { compareDay } from './compare-channel.ts'
import { compareTotals } from './compare-totals.ts'
import { MINUTES_HELD_MAX } from './minute-book.ts'
import {
  type PartitionRecount,
  type PartitionRows,
  readPartitionRows,
  recountPartition,
} from './recount-partition.ts'

export interface AuditOptions extends RecountOptions {
  readonly log: EventLog
  readonly store: RowStore
  readonly signal: AbortSignal
  /** Only this channel; all by default. */
  readonly channelId?: string
  /** Told how much has been read, of how much there was at the start; a log read several times counts each time. */
  readonly onRecords?: (done: number, total: number) => void
  /** For tests; MINUTES_HELD_MAX by default. */
  readonly minutesMax?: number
}

/**
 * Compares everything that is certain from the retained log: minutes, hours and days from one horizon after its
 * start on, and the totals where nothing of the log is gone. Changes nothing. Throws BrokenBytesError for a row that
 * cannot be read, and the signal's reason.
 */
export async function runAudit(options: AuditOptions): Promise<AuditOutcome> {
  const { log, store, channelId = null } = options
  const outcome = new AuditOutcome()
  const partitions: PartitionRows[] = []
  let total = 0
  for (let partition = 0; partition < log.partitions; partition++) {
    if (channelId !== null && log.partitionOf(channelId) !== partition) continue
    const rows = await readPartitionRows(store, partition)
    if (rows === null) continue
    partitions.push(rows)
    total += rows.checkpoint.position + 1 - (await log.extent('chat', partition)).low
  }
  let done = 0
  const onRecords = (records: number): void => {
    done += records
    options.onRecords?.(done, Math.max(total, done))
  }
  for (const rows of partitions) {
    let fromDay = Number.NEGATIVE_INFINITY
    for (let reading = 0; ; reading++) {
      const minutesMax = options.minutesMax ?? MINUTES_HELD_MAX
      const recount = await recountPartition(log, rows, {
        ...options,
        channelId,
        fromDay,
        minutesMax,
        onRecords,
      })
      const cutDay = recount.book.cutDay
      if (reading === 0) compareOnce(rows, recount, channelId, outcome)
      await compareDays(store, rows, recount, { from: fromDay, to: cutDay }, outcome)
      if (cutDay === null) break
      fromDay = cutDay
    }
  }
  return outcome
}

/** What does not depend on the days of a reading. */
function compareOnce(
  { clocks, ahead }: PartitionRows,
  { channels, complete, records, unreadable }: PartitionRecount,
  only: string | null,
  outcome: AuditOutcome,
): void {
  outcome.records += records
  outcome.unreadable += unreadable
  for (const channel of channels.values()) {
    if (channel.channelId !== NO_CHANNEL) outcome.channels++
    const isComparable = complete && !channel.overflowed && !ahead.has(channel.channelId)
    if (isComparable) compareTotals(channel, clocks.get(channel.channelId), outcome)
    else outcome.spans.totals.leftOut++
  }
  for (const channelId of clocks.keys()) {
    if (!channels.has(channelId) && (only === null || only === channelId)) outcome.spans.totals.leftOut++
  }
}

interface Days {
  readonly from: number
  /** Null for all that follow. */
  readonly to: number | null
}

async function compareDays(
  store: RowStore,
  { checkpoint }: PartitionRows,
  { channels, book, from }: PartitionRecount,
  days: Days,
  outcome: AuditOutcome,
): Promise<void> {
  const counted = book.days()
  for (const channel of channels.values()) {
    if (channel.channelId === NO_CHANNEL) continue
    const own = [...counted].flatMap(([day, minutes]) => (minutes.has(channel.channelId) ? [day] : []))
    const stored = await storedDays(store, channel.channelId, own, from)
    const all = [...new Set([...own, ...stored])]
      .filter((day) => day >= days.from && (days.to === null || day < days.to) && day + DAY_MS > from)
      .sort((a, b) => a - b)
    for (const dayStart of all) {
      const minutes = counted.get(dayStart)?.get(channel.channelId) ?? new Map()
      await compareDay(store, { channel, dayStart, minutes, from, position: checkpoint.position }, outcome)
    }
  }
}

/** Days of the same years that have a row: one that the log knows nothing of is a difference too. */
async function storedDays(
  store: RowStore,
  channelId: string,
  counted: readonly number[],
  from: number,
): Promise<number[]> {
  const reached = Number.isFinite(from) ? [...counted, spanStart(from, DAY_MS)] : counted
  const years = new Set(reached.map((day) => spanPartition('days', channelId, day)))
  const found: number[] = []
  for (const year of years) for (const { row } of await store.load('days', year)) found.push(Number(row))
  return found
}
