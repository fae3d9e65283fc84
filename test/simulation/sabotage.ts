/**
 * Wrong ways to build the product, put between the real worker and the hostile log and store. Each is right as
 * long as nothing goes wrong; the simulation must find out all of them.
 */
import {
  CHECKPOINTS_PARTITION,
  type ClockRow,
  checkpointRow,
  clocksPartition,
  type SpanRow,
} from '@smacktalk/contract'
import type { RowStore, StoredRow } from '@smacktalk/ports'
import { decodeRow, encodeRow } from '@smacktalk/wire'
import { Random } from '../support/random.ts'
import type { HostileLog } from './hostile-log.ts'
import { type ConflictRule, keyOf, lastWriteWins } from './hostile-store.ts'

/** What is exchanged; everything absent is as it should be. */
export interface Sabotage {
  /** The store of one process. */
  readonly store?: (store: RowStore) => RowStore
  /** Which row of two a reader finds. */
  readonly rule?: ConflictRule
  /** Where a restart begins to read back. */
  readonly offsetAt?: (log: HostileLog, appendMs: number) => number
  /** The log handed out records before this offset. */
  readonly polled?: (next: number, log: HostileLog) => void
}

/** Write times come from the writers' clocks, which differ, and a retry takes a fresh one. */
export function wallClockTimes(): Sabotage {
  const random = new Random(0)
  let nowUs = 0
  return {
    store: (store) => {
      const skewUs = random.between(0, 400)
      const stamped = (row: StoredRow): StoredRow => ({ ...row, writtenAt: ++nowUs + skewUs })
      return {
        ...passing(store),
        write: (rows) => store.write(rows.map(stamped)),
        commit: ({ rows, deletes, clocks, checkpoint }) =>
          store.commit({
            rows: rows.map(stamped),
            deletes,
            clocks: clocks.map(stamped),
            checkpoint: stamped(checkpoint),
          }),
      }
    },
  }
}

/** No write times at all: what arrives last stays. */
export function arrivalOrder(): Sabotage {
  return { rule: (_kept, arriving) => arriving }
}

/** Rows forget which record they hold last: what they hold already is added again. */
export function positionsIgnored(): Sabotage {
  return {
    store: (store) => ({
      ...passing(store),
      load: async (table, partition) => {
        const rows = await store.load(table, partition)
        return table === 'clocks' ? rows : rows.map((row) => ({ ...row, position: -1 }))
      },
    }),
  }
}

/** Messages of minutes, hours and days are counters: a writer sends what came since its last write. */
export function counters(): Sabotage {
  const isSpan = ({ table }: StoredRow): boolean =>
    table === 'minutes' || table === 'hours' || table === 'days'
  return {
    store: (store) => {
      const known = new Map<string, readonly number[]>()
      const increment = (row: StoredRow): StoredRow => {
        if (!isSpan(row)) return row
        const span = decodeRow('span', row.value)
        const before = known.get(keyOf(row))
        known.set(keyOf(row), span.messages)
        return withMessages(row, span, (count, index) => count - (before?.[index] ?? 0))
      }
      return {
        ...passing(store),
        load: async (table, partition) => {
          const rows = await store.load(table, partition)
          for (const row of rows)
            if (isSpan(row)) known.set(keyOf(row), decodeRow('span', row.value).messages)
          return rows
        },
        write: (rows) => store.write(rows.map(increment)),
        commit: (commit) => store.commit({ ...commit, rows: commit.rows.map(increment) }),
      }
    },
    rule: (kept, arriving) => {
      const newest = lastWriteWins(kept, arriving)
      if (kept === undefined || !isSpan(arriving)) return newest
      const sum = decodeRow('span', kept.value).messages
      const more = decodeRow('span', arriving.value).messages
      return withMessages(newest, decodeRow('span', newest.value), (_, index) => sum[index]! + more[index]!)
    },
  }
}

/** A restart reads the position the broker was told of: that of the records handed out, stored or not. */
export function groupOffset(): Sabotage {
  let acknowledged: StoredRow | null = null
  return {
    polled: (next, log) => {
      acknowledged = checkpointAt(next - 1, log)
    },
    store: (store) => ({
      ...passing(store),
      loadRange: async () => (acknowledged === null ? [] : [acknowledged]),
    }),
  }
}

/** The position is sent together with the data it stands for. */
export function positionWithData(): Sabotage {
  return {
    store: (store) => ({
      ...passing(store),
      commit: ({ rows, clocks, checkpoint }) => store.write([...rows, ...clocks, checkpoint]),
    }),
  }
}

/** Flushed rows count as written as soon as they are sent: nobody waits for them, and they may leave memory. */
export function acknowledgedEarly(): Sabotage {
  return {
    store: (store) => ({
      ...passing(store),
      write: async (rows) => {
        // That nobody hears of an error is what is wrong with it.
        store.write(rows).catch(() => undefined)
      },
    }),
  }
}

/** A restart begins right after its checkpoint: what was seen shortly before is not remembered. */
export function noReadBack(): Sabotage {
  // Asked for time 0, nothing is committed yet: then there is nothing to read back, and all is new.
  return { offsetAt: ({ records }, appendMs) => (appendMs === 0 ? 0 : records.length) }
}

/** Clock rows are written for channels with new records only: what a quiet one remembers gets lost. */
export function quietClocksLeftOut(): Sabotage {
  return {
    store: (store) => {
      const written = new Map<string, string>()
      const isNews = (clock: StoredRow): boolean => {
        const said = withoutSightings(decodeRow('clock', clock.value))
        const before = written.get(clock.row)
        written.set(clock.row, said)
        return said !== before
      }
      return {
        ...passing(store),
        load: async (table, partition) => {
          const rows = await store.load(table, partition)
          if (table === 'clocks') rows.forEach(isNews)
          return rows
        },
        commit: (commit) => store.commit({ ...commit, clocks: commit.clocks.filter(isNews) }),
      }
    },
  }
}

/** A worker that opens reads the clock rows before the checkpoint: in between a commit may have landed. */
export function clocksReadFirst(): Sabotage {
  return {
    store: (store) => {
      let early: readonly StoredRow[] = []
      return {
        ...passing(store),
        loadRange: async (table, partition, from, to) => {
          early = await store.load('clocks', clocksPartition(0))
          return store.loadRange(table, partition, from, to)
        },
        load: async (table, partition) => (table === 'clocks' ? early : store.load(table, partition)),
      }
    },
  }
}

function passing(store: RowStore): RowStore {
  return {
    load: (table, partition) => store.load(table, partition),
    loadRange: (table, partition, from, to) => store.loadRange(table, partition, from, to),
    write: (rows) => store.write(rows),
    commit: (commit) => store.commit(commit),
    [Symbol.asyncDispose]: () => store[Symbol.asyncDispose](),
  }
}

function withMessages(
  row: StoredRow,
  span: SpanRow,
  change: (count: number, index: number) => number,
): StoredRow {
  return { ...row, value: encodeRow('span', { ...span, messages: span.messages.map(change) }) }
}

function withoutSightings(clock: ClockRow): string {
  return JSON.stringify({ ...clock, runs: clock.runs.map((run) => ({ ...run, sightings: [] })) })
}

/** The checkpoint row a commit at this position would have written. */
function checkpointAt(position: number, { records }: HostileLog): StoredRow {
  let writtenAt = 0
  let appendMs = 0
  for (const record of records.slice(0, position + 1)) {
    appendMs = Math.max(appendMs, record.appendMs)
    writtenAt = Math.max(writtenAt + 1, 1_000 * appendMs)
  }
  const value = encodeRow('checkpoint', { position, writtenAt, appendMs })
  return {
    table: 'checkpoints',
    partition: CHECKPOINTS_PARTITION,
    row: checkpointRow(0),
    position,
    writtenAt,
    value,
  }
}
