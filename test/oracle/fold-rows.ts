/** What the fold stored, brought into the oracle's shape. */
import {
  CLASS_COUNT,
  countChatters,
  DAY_MS,
  DEFAULT_STOP_WORDS,
  type EventRow,
  type SpanRow,
  spanStart,
  type TopEntries,
  type UserDayRow,
} from '@smacktalk/contract'
import type { StoredRow } from '@smacktalk/ports'
import { PartitionWorker } from '@smacktalk/stream-job'
import { decodeRow, encodeRecord } from '@smacktalk/wire'
import { MemoryStore } from '../support/memory-store.ts'
import type { LogEntry, OracleOptions } from './log-entry.ts'

/** Where a log is cut into batches, and where the worker is thrown away and a new one takes over. */
export interface Cuts {
  /** Batch sizes, used in turn. */
  readonly batches: readonly number[]
  /** After which batches the worker flushes, commits or dies. */
  readonly acts: readonly ('nothing' | 'flush' | 'commit' | 'restart')[]
}

export const ONE_BATCH: Cuts = { batches: [1_000_000], acts: ['nothing'] }

/** Folds a log in the given cuts and returns what the store holds at the end. */
export async function foldLog(
  entries: readonly LogEntry[],
  options: OracleOptions,
  cuts: Cuts,
): Promise<MemoryStore> {
  const store = new MemoryStore()
  let appendMs = 0
  const log = entries.map(({ offset, record, appendMs: told }) => {
    appendMs = Math.max(appendMs, told)
    return { partition: 0, offset, appendMs, key: record.value.channelId, value: encodeRecord(record) }
  })
  const { horizonMs, spoolMs } = options
  const fold = { horizonMs, spoolMs, sightingsMax: 100_000, stopWords: DEFAULT_STOP_WORDS }
  const open = () =>
    PartitionWorker.open(0, store, { fold, cacheWeightMax: 10 }, async (from) => {
      const found = log.findIndex((record) => record.appendMs >= from)
      return found < 0 ? log.length : found
    })
  let worker = await open()
  let next = worker.readFrom
  for (let step = 0; next < log.length; step++) {
    const size = cuts.batches[step % cuts.batches.length]!
    const batch = log.slice(next, next + size)
    await worker.batch(batch)
    next += batch.length
    const act = cuts.acts[step % cuts.acts.length]!
    if (act === 'flush') await worker.flush((table) => table !== 'user_days')
    if (act === 'commit') await worker.commit()
    // A restart forgets what was not committed; the worker reads it again. Without progress it would never end.
    if (act === 'restart' && step < 200) {
      worker = await open()
      next = worker.readFrom
    }
  }
  await worker.commit()
  return store
}

export function rowsOf(store: MemoryStore, table: string, channelId: string): StoredRow[] {
  return [...store.rows.values()]
    .filter((row) => row.table === table && row.partition.split('/')[1] === channelId)
    .sort((a, b) => (a.partition + a.row < b.partition + b.row ? -1 : 1))
}

export function spansOf(store: MemoryStore, table: 'minutes' | 'hours' | 'days', channelId: string) {
  return new Map(
    rowsOf(store, table, channelId).map((row) => [Number(row.row), decodeRow('span', row.value)]),
  )
}

/** A stored span in the words of the oracle; the chatters of a small log are exact. */
export function readable(span: SpanRow) {
  if (countChatters(span.chatters).approximate) throw new Error('The log is too large for exact chatters.')
  return {
    messages: span.messages,
    characters: span.characters,
    emoteUses: span.emoteUses,
    chatters: new Set(span.chatters.exact),
    counts: { ...span.counts },
    otherNoticesByKind: new Map(span.otherNoticesByKind.map(({ name, count }) => [name, count])),
    droppedByReason: new Map(span.droppedByReason.map(({ name, count }) => [name, count])),
    peakPerSecond: span.peakPerSecond,
  }
}

export function recentsOf(store: MemoryStore, channelId: string): Map<number, number[]> {
  const seconds = new Map<number, number[]>()
  for (const row of rowsOf(store, 'recents', channelId)) {
    const ring = decodeRow('recents', row.value)
    ring.seconds.forEach((second, index) => {
      seconds.set(second, ring.counts.slice(index * CLASS_COUNT, (index + 1) * CLASS_COUNT))
    })
  }
  return seconds
}

/** Rows of people by user, then by start of the day. */
export function userDaysOf(store: MemoryStore, channelId: string): Map<string, Map<number, UserDayRow>> {
  const users = new Map<string, Map<number, UserDayRow>>()
  for (const row of rowsOf(store, 'user_days', channelId)) {
    const day = spanStart(Date.parse(row.partition.split('/')[2]!), DAY_MS)
    const days = users.get(row.row) ?? new Map<number, UserDayRow>()
    users.set(row.row, days.set(day, decodeRow('userDay', row.value)))
  }
  return users
}

export function coveredOf(store: MemoryStore, channelId: string) {
  const pairs = (start: number, starts: readonly number[], ends: readonly number[]) =>
    starts.map((from, index) => [start + from, start + ends[index]!] as const)
  const days = rowsOf(store, 'coverage', channelId).map((row) => {
    const start = Number(row.row)
    const value = decodeRow('coverage', row.value)
    return [
      start,
      {
        heard: pairs(start, value.starts, value.ends),
        imported: pairs(start, value.importedStarts, value.importedEnds),
        backfilled: pairs(start, value.backfilledStarts, value.backfilledEnds),
      },
    ] as const
  })
  // A day may hold nothing but the moment something was lost.
  return new Map(days.filter(([, day]) => day.heard.length + day.imported.length + day.backfilled.length > 0))
}

/** What a top list says of each key: occurrences and messages. Small logs stay exact. */
export type StoredTops = Map<string, Map<string, { count: number; messages: number }>>

/** Top lists that name anything, by partition and row. */
export function topsOf(store: MemoryStore, channelId: string): StoredTops {
  const lists = rowsOf(store, 'tops', channelId).map(({ partition, row, value }) => {
    const { list } = decodeRow('top', value)
    return [`${partition} ${row}`, exactCounts(list)] as const
  })
  return new Map(lists.filter(([, list]) => list.size > 0))
}

/** The counts of a list that has never been full. */
export function exactCounts({ approximate, entries }: TopEntries) {
  if (approximate) throw new Error('The log is too large for exact top lists.')
  return new Map(
    entries.map(({ key, count, messages, error }) => {
      if (error !== 0) throw new Error(`An exact list over-counts ${key}.`)
      return [key, { count, messages }]
    }),
  )
}

/** Events by partition and row. */
export function eventsOf(store: MemoryStore, channelId: string): Map<string, EventRow> {
  return new Map(
    rowsOf(store, 'events', channelId).map(({ partition, row, value }) => [
      `${partition} ${row}`,
      decodeRow('event', value),
    ]),
  )
}

/** Rows that are there to be found, of all channels, as `partition row day`. */
export function factsOf(store: MemoryStore, table: 'user_channels' | 'user_names'): Set<string> {
  const rows = [...store.rows.values()].filter((row) => row.table === table)
  return new Set(
    rows.map(({ partition, row, value }) => `${partition} ${row} ${decodeRow('fact', value).day}`),
  )
}
