/** One reading of a log partition up to what the job has made durable. */
import {
  CHECKPOINTS_PARTITION,
  type CheckpointRow,
  type ClockRow,
  checkpointRow,
  clocksPartition,
} from '@smacktalk/contract'
import type { EventLog, LogRecord, RowStore } from '@smacktalk/ports'
import { BrokenBytesError, decodeRecord, decodeRow } from '@smacktalk/wire'
import { AHEAD_MS, ChannelRecount, type RecountOptions } from './channel-recount.ts'
import { MinuteBook } from './minute-book.ts'

export interface PartitionRows {
  readonly partition: number
  readonly checkpoint: CheckpointRow
  /** Clock rows by channel id. */
  readonly clocks: ReadonlyMap<string, ClockRow>
  /** Channels whose clock row is of a later commit than the checkpoint: a job works on while they are read. */
  readonly ahead: ReadonlySet<string>
}

export interface PartitionRecount {
  readonly channels: ReadonlyMap<string, ChannelRecount>
  readonly book: MinuteBook
  /** The log holds the partition from its first record on. */
  readonly complete: boolean
  /** Spans that start before it are not compared, ms. */
  readonly from: number
  readonly records: number
  readonly unreadable: number
}

/** Null when nothing of the partition is durable yet. */
export async function readPartitionRows(store: RowStore, partition: number): Promise<PartitionRows | null> {
  const row = checkpointRow(partition)
  const [stored] = await store.loadRange('checkpoints', CHECKPOINTS_PARTITION, row, `${row}\u0001`)
  if (stored === undefined) return null
  const checkpoint = decodeRow('checkpoint', stored.value)
  const clocks = new Map<string, ClockRow>()
  const ahead = new Set<string>()
  for (const { value, position } of await store.load('clocks', clocksPartition(partition))) {
    const clock = decodeRow('clock', value)
    clocks.set(clock.channelId, clock)
    if (position > checkpoint.position) ahead.add(clock.channelId)
  }
  return { partition, checkpoint, clocks, ahead }
}

export interface ReadingOptions extends RecountOptions {
  /** Days below it were counted in an earlier reading. */
  readonly fromDay: number
  readonly minutesMax: number
  /** Only this channel; null for all. */
  readonly channelId: string | null
  /** Told how many records have been read. */
  readonly onRecords: (records: number) => void
  readonly signal: AbortSignal
}

/**
 * Counts the retained records at or before the checkpoint. Retention may delete the oldest while they are read;
 * then it is begun again behind them.
 */
export async function recountPartition(
  log: EventLog,
  rows: PartitionRows,
  options: ReadingOptions,
): Promise<PartitionRecount> {
  const { low } = await log.extent('chat', rows.partition)
  const end = rows.checkpoint.position + 1
  for (let from = low; ; ) {
    const reading = new Reading(rows, options)
    let next = from
    let gap = false
    for await (const batch of log.read('chat', rows.partition, from, end)) {
      options.signal.throwIfAborted()
      const first = batch[0]!.offset
      if (first !== next && next !== from) {
        gap = true
        from = first
        break
      }
      for (const record of batch) reading.take(record)
      next = batch.at(-1)!.offset + 1
      options.onRecords(batch.length)
    }
    if (!gap) return reading.result()
  }
}

/** A log that holds everything from the first record on. */
const WHOLE = { complete: true, from: Number.NEGATIVE_INFINITY } as const

class Reading {
  readonly #rows: PartitionRows
  readonly #options: ReadingOptions
  readonly #channels = new Map<string, ChannelRecount>()
  readonly #book: MinuteBook
  #appendMs = 0
  #records = 0
  #unreadable = 0
  #first: { readonly complete: boolean; readonly from: number } | null = null

  constructor(rows: PartitionRows, options: ReadingOptions) {
    this.#rows = rows
    this.#options = options
    this.#book = new MinuteBook(options.fromDay, options.minutesMax)
  }

  take({ offset, appendMs, key, value }: LogRecord): void {
    this.#appendMs = Math.max(this.#appendMs, appendMs)
    const { horizonMs, channelId } = this.#options
    // What was appended before may have been sent up to AHEAD_MS later; all that was sent later still is here.
    this.#first ??=
      offset === 0 ? WHOLE : { complete: false, from: appendMs + Math.max(horizonMs, AHEAD_MS) + 1 }
    if (channelId !== null && key !== channelId) return
    try {
      const record = decodeRecord(value)
      if (this.#channel(record.value.channelId).take(record, this.#appendMs)) this.#records++
    } catch (error) {
      if (!(error instanceof BrokenBytesError)) throw error
      this.#unreadable++
    }
  }

  result(): PartitionRecount {
    const { complete, from } = this.#first ?? WHOLE
    return {
      channels: this.#channels,
      book: this.#book,
      complete,
      from,
      records: this.#records,
      unreadable: this.#unreadable,
    }
  }

  #channel(channelId: string): ChannelRecount {
    let channel = this.#channels.get(channelId)
    if (channel === undefined) {
      const { complete, from } = this.#first ?? WHOLE
      const stored = complete ? null : (this.#rows.clocks.get(channelId)?.settings ?? null)
      const settings =
        stored === null
          ? null
          : {
              bots: new Set(stored.bots),
              commandPrefix: stored.commandPrefix,
              optOut: new Set(stored.optOut),
            }
      const shelf = {
        minute: (id: string, start: number) => (start < from ? null : this.#book.minute(id, start)),
      }
      channel = new ChannelRecount(channelId, this.#options, shelf, from, settings)
      this.#channels.set(channelId, channel)
    }
    return channel
  }
}
