/** Distinct chatters over all channels for the running minute and day: views carry numbers, not who wrote. */
import {
  type ChatterCount,
  ChatterUnion,
  DAY_MS,
  MINUTE_MS,
  SPAN_TABLE_MS,
  spanStart,
} from '@smacktalk/contract'
import type { Clock } from '@smacktalk/ports'
import type { ChannelDirectory } from './channel-directory.ts'
import type { RowReader } from './row-reader.ts'

/** How old the union on the overview may be; reading 500 channels takes some 50 ms. */
export const CHATTERS_FRESH_MS = 5_000

const NOBODY: ChatterCount = { count: 0, approximate: false }

type RunningTable = 'minutes' | 'days'

export class LiveChatters {
  readonly #reader: RowReader
  readonly #directory: ChannelDirectory
  readonly #clock: Clock
  readonly #known: Record<RunningTable, { start: number; count: ChatterCount }> = {
    minutes: { start: 0, count: NOBODY },
    days: { start: 0, count: NOBODY },
  }
  #readAt = Number.NEGATIVE_INFINITY
  #reading: Promise<void> | null = null

  constructor(reader: RowReader, directory: ChannelDirectory, clock: Clock) {
    this.#reader = reader
    this.#directory = directory
    this.#clock = clock
  }

  /** As last read; nobody when that was for another span. */
  count(table: RunningTable, start: number): ChatterCount {
    const known = this.#known[table]
    return known.start === start ? known.count : NOBODY
  }

  /** Reads the running minute and day again when that is due; rejects when the store cannot be read. */
  async refresh(): Promise<void> {
    const fresh = this.#clock.now() - this.#readAt < CHATTERS_FRESH_MS
    if (this.#reading === null && fresh) return
    this.#reading ??= this.#read().finally(() => {
      this.#reading = null
    })
    await this.#reading
  }

  async #read(): Promise<void> {
    const nowMs = this.#clock.now()
    const spans = { minutes: spanStart(nowMs, MINUTE_MS), days: spanStart(nowMs, DAY_MS) }
    for (const table of ['minutes', 'days'] as const) {
      const start = spans[table]
      const union = new ChatterUnion()
      for (const { id } of this.#directory.listed) {
        if (id === null) continue
        for await (const rows of this.#reader.spans(table, id, start, start + SPAN_TABLE_MS[table])) {
          for (const { row } of rows) union.add(row.chatters)
        }
      }
      this.#known[table] = { start, count: union.count() }
    }
    this.#readAt = nowMs
  }
}
