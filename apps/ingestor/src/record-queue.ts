/**
 * The way of live records into the log: in order, in batches, one append at a time, and bounded. While the log
 * takes nothing, records wait here; when there is no more room the oldest go, are counted by channel, and the
 * time they were from is marked as not heard (`spool full`).
 */
import { type AnyRecord, type Coverage, NO_CHANNEL } from '@smacktalk/contract'
import type { Clock, EventLog, OutgoingRecord } from '@smacktalk/ports'
import type { Logger } from '@smacktalk/runtime'
import { encodeRecord } from '@smacktalk/wire'
import { appendWithRetry } from './append-with-retry.ts'

/** Records gathered before an append, unless RECORDS_PER_APPEND are there sooner. */
export const LINGER_MS = 40
export const RECORDS_PER_APPEND = 500
/** Behind, larger appends catch up faster; beyond this one append would block its reader. */
const RECORDS_PER_APPEND_BEHIND = 1_000

/** About a minute of the busiest load, or an hour of a usual one. */
const RECORDS_MAX = 300_000
const BYTES_MAX = 128 * 1024 * 1024
/** What a record takes beside its bytes. */
const OVERHEAD_BYTES = 200
/** Making room in larger pieces costs less than one by one. */
const SHARE_DROPPED = 0.05
/** Channels with marked losses; as many as can be wanted. */
const LOSSES_MAX = 1_000

export const SPOOL_FULL = 'spool full'

export interface RecordQueueOptions {
  readonly log: EventLog
  readonly clock: Clock
  readonly logger: Logger
  readonly ingestor: string
  readonly recordsMax?: number
  readonly bytesMax?: number
}

export interface QueueFigures {
  readonly records: number
  readonly bytes: number
  readonly appended: number
  /** Records that went because there was no more room. */
  readonly dropped: number
  /** How long the last append took, ms. */
  readonly lastAppendMs: number
}

interface Waiting {
  readonly key: string
  readonly receivedAt: number
  readonly bytes: number
  /** Encoded, except coverage, which a loss may still shorten. */
  readonly value: Uint8Array | Coverage
  /** Chat record: counts as dropped when it goes. Settings never go: what follows depends on them. */
  readonly kind: 'chat' | 'coverage' | 'settings'
  readonly login: string
}

interface Loss {
  readonly login: string
  from: number
  until: number
  marked: boolean
}

export class RecordQueue {
  readonly #options: RecordQueueOptions
  readonly #recordsMax: number
  readonly #bytesMax: number
  #waiting: Waiting[] = []
  #head = 0
  #bytes = 0
  #appended = 0
  #dropped = 0
  #lastAppendMs = 0
  /** Records of the append that is going on. */
  #inFlight = 0
  readonly #losses = new Map<string, Loss>()
  #wake = Promise.withResolvers<void>()
  #stopping = false
  readonly #giveUp = new AbortController()
  /** Ends the gathering of a batch early. */
  #gathered = new AbortController()
  /** Resolves after `stop`; rejects when the log can no longer be written. */
  readonly finished: Promise<void>

  constructor(options: RecordQueueOptions) {
    this.#options = options
    this.#recordsMax = options.recordsMax ?? RECORDS_MAX
    this.#bytesMax = options.bytesMax ?? BYTES_MAX
    this.finished = this.#run()
  }

  /** @param receivedAt epoch ms by the ingestor's clock */
  push(record: AnyRecord, key: string, receivedAt: number): void {
    const login = 'channelLogin' in record.value ? record.value.channelLogin : ''
    if (record.kind === 'coverage') {
      this.#add({ key, receivedAt, bytes: OVERHEAD_BYTES, value: record.value, kind: 'coverage', login })
      return
    }
    const value = encodeRecord(record)
    const kind = record.kind === 'channelSettings' ? 'settings' : 'chat'
    this.#add({ key, receivedAt, bytes: value.byteLength + OVERHEAD_BYTES, value, kind, login })
  }

  figures(): QueueFigures {
    return {
      records: this.#waiting.length - this.#head,
      bytes: this.#bytes,
      appended: this.#appended,
      dropped: this.#dropped,
      lastAppendMs: this.#lastAppendMs,
    }
  }

  /** Writes what waits, for at most `deadlineMs`. Gives back how many records did not make it. */
  async stop(deadlineMs: number): Promise<number> {
    this.#stopping = true
    this.#wake.resolve()
    this.#gathered.abort()
    const done = new AbortController()
    const deadline = this.#options.clock.sleep(deadlineMs, done.signal).then(() => this.#giveUp.abort())
    try {
      await this.finished
    } finally {
      done.abort()
      await deadline
    }
    return this.#waiting.length - this.#head + this.#inFlight
  }

  #add(entry: Waiting): void {
    this.#waiting.push(entry)
    this.#bytes += entry.bytes
    if (this.#waiting.length - this.#head > this.#recordsMax || this.#bytes > this.#bytesMax) this.#makeRoom()
    this.#wake.resolve()
    if (this.#waiting.length - this.#head >= RECORDS_PER_APPEND) this.#gathered.abort()
  }

  #makeRoom(): void {
    const targetRecords = Math.floor(this.#recordsMax * (1 - SHARE_DROPPED))
    const targetBytes = Math.floor(this.#bytesMax * (1 - SHARE_DROPPED))
    const kept: Waiting[] = []
    let at = this.#head
    while (at < this.#waiting.length) {
      const records = this.#waiting.length - at + kept.length
      if (records <= targetRecords && this.#bytes <= targetBytes) break
      const entry = this.#waiting[at]!
      at++
      if (entry.kind === 'settings') {
        kept.push(entry)
        continue
      }
      this.#bytes -= entry.bytes
      if (entry.kind === 'coverage') continue
      this.#dropped++
      this.#lose(entry)
    }
    this.#waiting = [...kept, ...this.#waiting.slice(at)]
    this.#head = 0
  }

  #lose({ key, login, receivedAt }: Waiting): void {
    // Lines that name no room are nobody's time.
    if (key === NO_CHANNEL) return
    const loss = this.#losses.get(key)
    if (loss !== undefined) {
      loss.until = Math.max(loss.until, receivedAt)
    } else if (this.#losses.size < LOSSES_MAX) {
      this.#losses.set(key, { login, from: receivedAt, until: receivedAt, marked: false })
    }
  }

  async #run(): Promise<void> {
    while (true) {
      await this.#wake.promise
      this.#wake = Promise.withResolvers<void>()
      await this.#gather()
      while (this.#waiting.length > this.#head) {
        const batch = this.#take()
        if (batch.length > 0 && !(await this.#append(batch))) return
        // A full batch is followed at once by the next; a small rest gathers first.
        if (this.#waiting.length - this.#head < RECORDS_PER_APPEND) await this.#gather()
      }
      if (this.#stopping) return
    }
  }

  async #gather(): Promise<void> {
    if (this.#stopping || this.#waiting.length - this.#head >= RECORDS_PER_APPEND) return
    this.#gathered = new AbortController()
    await this.#options.clock.sleep(LINGER_MS, this.#gathered.signal)
  }

  async #append(batch: readonly OutgoingRecord[]): Promise<boolean> {
    const { log, clock, logger } = this.#options
    const startedAt = clock.now()
    this.#inFlight = batch.length
    const done = await appendWithRetry({ log, clock, logger, signal: this.#giveUp.signal }, 'chat', batch)
    if (!done) return false
    this.#inFlight = 0
    this.#lastAppendMs = clock.now() - startedAt
    this.#appended += batch.length
    return true
  }

  #take(): OutgoingRecord[] {
    const batch: OutgoingRecord[] = this.#markLosses()
    const waiting = this.#waiting.length - this.#head
    const count = waiting > RECORDS_PER_APPEND ? RECORDS_PER_APPEND_BEHIND : RECORDS_PER_APPEND
    const end = Math.min(this.#waiting.length, this.#head + count)
    for (; this.#head < end; this.#head++) {
      const entry = this.#waiting[this.#head]!
      this.#bytes -= entry.bytes
      if (entry.value instanceof Uint8Array) {
        batch.push({ key: entry.key, value: entry.value })
        continue
      }
      const coverage = this.#withoutLoss(entry.key, entry.value)
      if (coverage !== null) {
        batch.push({ key: entry.key, value: encodeRecord({ kind: 'coverage', value: coverage }) })
      }
    }
    // Moving the rest now and then keeps taking from the front cheap.
    if (this.#head > 1_024 && this.#head * 2 > this.#waiting.length) {
      this.#waiting = this.#waiting.slice(this.#head)
      this.#head = 0
    }
    return batch
  }

  #markLosses(): OutgoingRecord[] {
    const marks: OutgoingRecord[] = []
    for (const [key, loss] of this.#losses) {
      if (loss.marked) continue
      loss.marked = true
      const value: Coverage = {
        channelId: key,
        channelLogin: loss.login,
        ingestor: this.#options.ingestor,
        imported: false,
        from: loss.from,
        to: loss.from,
        ended: SPOOL_FULL,
      }
      marks.push({ key, value: encodeRecord({ kind: 'coverage', value }) })
    }
    return marks
  }

  /** A tick must not claim the time whose records are gone; null when nothing is left of it. */
  #withoutLoss(key: string, coverage: Coverage): Coverage | null {
    const loss = this.#losses.get(key)
    if (loss === undefined) return coverage
    if (coverage.to > loss.until) this.#losses.delete(key)
    const from = Math.min(Math.max(coverage.from, loss.until), coverage.to)
    return from === coverage.to && coverage.ended === null ? null : { ...coverage, from }
  }
}
