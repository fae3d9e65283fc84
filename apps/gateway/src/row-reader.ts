/** Stored rows as values. A row of ours that cannot be read is an error, never skipped. */
import { setImmediate as nextTurn } from 'node:timers/promises'
import {
  AUDITS_PARTITION,
  type Audit,
  CHANNEL_STATES_PARTITION,
  CHECKPOINTS_PARTITION,
  type ChannelRow,
  type ChannelStateRow,
  type CheckpointRow,
  type ClockRow,
  channelNamesPartition,
  channelPartition,
  clocksPartition,
  coveragePartition,
  DAY_MS,
  type EventRow,
  eventsPartition,
  HOUR_MS,
  type MomentRow,
  momentsPartition,
  ONLY_ROW,
  type RecentsRow,
  recentsPartition,
  type SpanRow,
  type SpanTable,
  spanPartition,
  spanStart,
  type TableName,
  type TopEntries,
  type TopKind,
  timeKey,
  topRow,
  topsPartition,
  type UserDayRow,
  userChannelsPartition,
  userDaysPartition,
  userNamesPartition,
} from '@smacktalk/contract'
import { BrokenRowError, type StoredRow } from '@smacktalk/ports'
import { BrokenBytesError, decodeFeed, decodeRow, type RowName, type RowValue } from '@smacktalk/wire'
import type { DayCoverage } from './coverage.ts'
import type { ReadableStore } from './time-limit.ts'
import { partitionTimes, type TopTile } from './time-range.ts'

/**
 * Rows decoded before other work gets its turn: a few milliseconds. Counted over all reads, because a store in the
 * same process answers without ever letting go. A read itself counts as some rows.
 */
const ROWS_PER_TURN = 200
const ROWS_PER_READ = 10

/** Partitions asked for at once: enough to hide a cluster's latency, too few to flood it. */
const READS_AT_ONCE = 16

export interface Positioned<T> {
  readonly position: number
  readonly value: T
}

export interface StoredSpan {
  /** Start of the span, ms. */
  readonly start: number
  readonly position: number
  readonly row: SpanRow
}

export interface StoredMoment {
  /** Row key. */
  readonly id: string
  readonly position: number
  readonly row: MomentRow
}

/** No moment lasts longer (packages/stream): those that began so long before a range may touch it. */
const MOMENT_MS_MAX = HOUR_MS

export interface StoredCoverage extends DayCoverage {
  readonly position: number
}

/** A UTC day of a person in a channel. */
export interface PersonDay {
  readonly channelId: string
  /** Start of the day, ms. */
  readonly day: number
}

/** Entries of a top list decoded in the time of one row. */
const ENTRIES_PER_ROW = 5

export class RowReader {
  readonly #store: ReadableStore
  #worked = 0

  constructor(store: ReadableStore) {
    this.#store = store
  }

  /** Rows of [from, to), ascending, a few hundred at a time, so that a long range never holds the process. */
  async *spans(table: SpanTable, channelId: string, from: number, to: number): AsyncGenerator<StoredSpan[]> {
    for (const at of partitionTimes(table, from, to)) {
      const partition = spanPartition(table, channelId, at)
      const rows = await this.#store.loadRange(table, partition, timeKey(from), timeKey(to))
      for (let index = 0; index < rows.length || index === 0; index += ROWS_PER_TURN) {
        const some = rows.slice(index, index + ROWS_PER_TURN)
        await this.#takeTurn(some.length)
        yield some.map((row) => ({
          start: Number(row.row),
          position: row.position,
          row: read('span', row),
        }))
      }
    }
  }

  /** Coverage of the UTC days that touch [from, to). */
  async coverage(channelId: string, from: number, to: number): Promise<StoredCoverage[]> {
    const days: number[] = []
    for (let day = spanStart(from, DAY_MS); day < to; day += DAY_MS) days.push(day)
    const found: StoredCoverage[] = []
    for (let index = 0; index < days.length; index += READS_AT_ONCE) {
      const loaded = await Promise.all(
        days
          .slice(index, index + READS_AT_ONCE)
          .map((day) => this.#store.load('coverage', coveragePartition(channelId, day))),
      )
      for (const row of loaded.flat()) {
        found.push({ day: Number(row.row), position: row.position, row: read('coverage', row) })
      }
      await this.#takeTurn(loaded.length)
    }
    return found
  }

  async recents(channelId: string): Promise<Positioned<RecentsRow> | null> {
    return this.#only('recents', await this.#store.load('recents', recentsPartition(channelId)))
  }

  async channel(channelId: string): Promise<ChannelRow | null> {
    const row = this.#only('channel', await this.#store.load('channels', channelPartition(channelId)))
    return row === null ? null : row.value
  }

  /** The channel that carried a login last; null when none ever did. */
  async idOfLogin(login: string): Promise<string | null> {
    let newest: { id: string; lastAt: number } | null = null
    for (const row of await this.#store.load('channel_names', channelNamesPartition(login))) {
      const { lastAt } = read('channelName', row)
      if (newest === null || lastAt > newest.lastAt) newest = { id: row.row, lastAt }
    }
    return newest?.id ?? null
  }

  /** Every channel's account, log partition by log partition. */
  async *clocks(logPartitions: number): AsyncGenerator<ClockRow> {
    for (let partition = 0; partition < logPartitions; partition++) {
      for (const row of await this.#store.load('clocks', clocksPartition(partition))) yield read('clock', row)
    }
  }

  /** How far each log partition is folded. */
  async checkpoints(): Promise<Map<number, CheckpointRow>> {
    const rows = await this.#store.load('checkpoints', CHECKPOINTS_PARTITION)
    return new Map(rows.map((row) => [Number(row.row), read('checkpoint', row)]))
  }

  /** The newest audit that has been stored; null before the first. */
  async newestAudit(): Promise<Audit | null> {
    const newest = (await this.#store.load('audits', AUDITS_PARTITION)).at(-1)
    return newest === undefined ? null : orBroken(newest, () => decodeFeed('audit', newest.value))
  }

  /**
   * How ingestors stand with channels; the same login may come from several. A row of another build that says it
   * differently is left out: no number depends on it.
   */
  async states(): Promise<ChannelStateRow[]> {
    const rows = await this.#store.load('channel_states', CHANNEL_STATES_PARTITION)
    return rows.flatMap((row) => {
      try {
        return [decodeFeed('channelState', row.value)]
      } catch (error) {
        if (error instanceof BrokenBytesError) return []
        throw error
      }
    })
  }

  /** A channel's clock row as of the last commit. */
  async clock(logPartition: number, channelId: string): Promise<ClockRow | null> {
    const rows = await this.#one('clocks', clocksPartition(logPartition), channelId)
    return rows[0] === undefined ? null : read('clock', rows[0])
  }

  /** Top lists in the order of the tiles; a tile without rows gives none. */
  async *tops(channelId: string, kind: TopKind, tiles: readonly TopTile[]): AsyncGenerator<TopEntries> {
    for (let index = 0; index < tiles.length; index += READS_AT_ONCE) {
      const loaded = await Promise.all(
        tiles.slice(index, index + READS_AT_ONCE).map(({ size, from, last }) => {
          const partition = topsPartition(channelId, from, kind)
          return this.#store.loadRange('tops', partition, topRow(size, from), after(topRow(size, last)))
        }),
      )
      await this.#takeTurn(loaded.length)
      for (const row of loaded.flat()) {
        const { list } = read('top', row)
        await this.#takeTurn(list.entries.length / ENTRIES_PER_ROW)
        yield list
      }
    }
  }

  /** A day's top list, decoded when it is asked for. */
  async topOfDay(
    channelId: string,
    kind: TopKind,
    day: number,
  ): Promise<{ position: number; list: () => TopEntries } | null> {
    const [row] = await this.#one('tops', topsPartition(channelId, day, kind), topRow('day', day))
    await this.#takeTurn(1)
    return row === undefined ? null : { position: row.position, list: () => read('top', row).list }
  }

  /** Events of one UTC day with fromRow <= row key < toRow, ascending. */
  async events(
    channelId: string,
    day: number,
    fromRow: string,
    toRow: string,
  ): Promise<{ row: string; event: EventRow }[]> {
    const rows = await this.#store.loadRange('events', eventsPartition(channelId, day), fromRow, toRow)
    const events: { row: string; event: EventRow }[] = []
    for (let index = 0; index < rows.length || index === 0; index += ROWS_PER_TURN) {
      const some = rows.slice(index, index + ROWS_PER_TURN)
      await this.#takeTurn(some.length)
      for (const row of some) events.push({ row: row.row, event: read('event', row) })
    }
    return events
  }

  /** Moments that touch [from, to), ascending by their beginning. */
  async moments(channelId: string, from: number, to: number): Promise<StoredMoment[]> {
    const first = from - MOMENT_MS_MAX
    const days: number[] = []
    for (let day = spanStart(first, DAY_MS); day < to; day += DAY_MS) days.push(day)
    const found: StoredMoment[] = []
    for (let index = 0; index < days.length; index += READS_AT_ONCE) {
      const loaded = await Promise.all(
        days.slice(index, index + READS_AT_ONCE).map((day) => {
          return this.#store.loadRange(
            'moments',
            momentsPartition(channelId, day),
            timeKey(first),
            timeKey(to),
          )
        }),
      )
      await this.#takeTurn(loaded.flat().length)
      for (const stored of loaded.flat()) {
        const row = read('moment', stored)
        if ((row.to ?? to) > from) found.push({ id: stored.row, position: stored.position, row })
      }
    }
    return found
  }

  /** Days of a person, in no order; some may have a time-out only. */
  async daysOfUser(userId: string): Promise<PersonDay[]> {
    const rows = await this.#store.load('user_channels', userChannelsPartition(userId))
    await this.#takeTurn(0)
    return rows.map(({ row }) => {
      const [channelId = '', day = ''] = row.split('/')
      return { channelId, day: Date.parse(day) }
    })
  }

  /** Everybody of a channel's UTC day, by user id as text. */
  async *usersOfDay(
    channelId: string,
    day: number,
  ): AsyncGenerator<{ readonly userId: string; readonly row: UserDayRow }> {
    const rows = await this.#store.load('user_days', userDaysPartition(channelId, day))
    for (let index = 0; index < rows.length || index === 0; index += ROWS_PER_TURN) {
      const some = rows.slice(index, index + ROWS_PER_TURN)
      await this.#takeTurn(some.length)
      for (const row of some) yield { userId: row.row, row: read('userDay', row) }
    }
  }

  /** Everybody who is known to have carried a login, the newest bearer first. */
  async usersOfLogin(login: string): Promise<string[]> {
    const newest = new Map<string, string>()
    for (const { row } of await this.#store.load('user_names', userNamesPartition(login))) {
      const [userId = '', , day = ''] = row.split('/')
      if (day > (newest.get(userId) ?? '')) newest.set(userId, day)
    }
    await this.#takeTurn(0)
    return [...newest].sort(([, a], [, b]) => (a < b ? 1 : -1)).map(([userId]) => userId)
  }

  /** The person who carried a login last; null when nobody is known to have. */
  async userOfLogin(login: string): Promise<string | null> {
    let newest: { userId: string; day: string } | null = null
    for (const { row } of await this.#store.load('user_names', userNamesPartition(login))) {
      const [userId = '', , day = ''] = row.split('/')
      if (newest === null || day > newest.day) newest = { userId, day }
      // Twitch gives a name away again after months; should a day have two, the younger account has it now.
      else if (day === newest.day && Number(userId) > Number(newest.userId)) newest = { userId, day }
    }
    await this.#takeTurn(0)
    return newest?.userId ?? null
  }

  /** A person's rows in the order of the days; a day without a row is left out. */
  async *userDays(
    userId: string,
    days: readonly PersonDay[],
  ): AsyncGenerator<PersonDay & { readonly row: UserDayRow }> {
    for (let index = 0; index < days.length; index += READS_AT_ONCE) {
      const some = days.slice(index, index + READS_AT_ONCE)
      const loaded = await Promise.all(
        some.map(({ channelId, day }) => this.#one('user_days', userDaysPartition(channelId, day), userId)),
      )
      await this.#takeTurn(loaded.length)
      for (const [at, [row]] of loaded.entries()) {
        if (row !== undefined) yield { ...some[at]!, row: read('userDay', row) }
      }
    }
  }

  #one(table: TableName, partition: string, row: string): Promise<readonly StoredRow[]> {
    return this.#store.loadRange(table, partition, row, after(row))
  }

  async #takeTurn(rows: number): Promise<void> {
    this.#worked += rows + ROWS_PER_READ
    if (this.#worked < ROWS_PER_TURN) return
    this.#worked = 0
    await nextTurn()
  }

  #only<N extends RowName>(name: N, rows: readonly StoredRow[]): Positioned<RowValue<N>> | null {
    const row = rows.find((stored) => stored.row === ONLY_ROW)
    return row === undefined ? null : { position: row.position, value: read(name, row) }
  }
}

/** The smallest row key beyond this one. */
function after(row: string): string {
  return `${row}\u0000`
}

function read<N extends RowName>(name: N, row: StoredRow): RowValue<N> {
  return orBroken(row, () => decodeRow(name, row.value))
}

function orBroken<T>(row: StoredRow, decode: () => T): T {
  try {
    return decode()
  } catch (error) {
    if (!(error instanceof BrokenBytesError)) throw error
    throw new BrokenRowError(
      `The row ${row.table} ${row.partition} ${row.row} cannot be read: ${error.message}`,
      'Was the data written by a newer version? Start that version, or replay the log.',
      error,
    )
  }
}
