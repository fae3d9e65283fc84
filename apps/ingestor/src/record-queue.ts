/**
 * The way of live records into the log: in order, in batches, one append at a time, and bounded. While the log
 * takes nothing, records wait: in memory, and after a moment in the spool, from where they also go on after a
 * restart (backlog.ts).
 */
import { setImmediate as nextTurn } from 'node:timers/promises'
import type { AnyRecord, Hop } from '@smacktalk/contract'
import type { Clock, EventLog } from '@smacktalk/ports'
import { HopMeter, type Logger } from '@smacktalk/runtime'
import { Spool } from '@smacktalk/spool'
import { encodeRecord } from '@smacktalk/wire'
import { appendWithRetry } from './append-with-retry.ts'
import { Backlog, type Batch, type SpoolFigures } from './backlog.ts'

/** Records gathered before an append, unless RECORDS_PER_APPEND are there sooner. */
export const LINGER_MS = 40
export const RECORDS_PER_APPEND = 500
/** Behind, larger appends catch up faster; beyond this one append would block its reader. */
const RECORDS_PER_APPEND_BEHIND = 1_000

/** An append that takes longer is said to be a trouble: a log that works answers within milliseconds. */
const SLOW_APPEND_MS = 3_000

/** An append that has not worked for so long makes what waits go to the spool: a kill loses no more than this. */
const SPILL_AFTER_MS = 2_000
/** Then all of it goes there this often, as long as the spool holds anything. */
const SPILL_EVERY_MS = 1_000
/** More than this does not wait in memory, however fast the log is. */
const SPILL_RECORDS = 10_000
const SPILL_BYTES = 8 * 1024 * 1024
/** How soon a spool that could not be read is read again. */
const READ_AGAIN_MS = 2_000

export interface QueueSpoolOptions {
  /** Folder of the spool files; one that other ingestors use too. */
  readonly directory: string
  /** How old a chat record may be when it reaches the log, ms; what is older goes. */
  readonly spoolMs: number
  /** How long the log keeps texts, and so the longest time for a spool file that cannot be read, ms. */
  readonly logRetentionMs: number
  readonly bytesMax?: number
}

export interface RecordQueueOptions {
  readonly log: EventLog
  readonly clock: Clock
  readonly logger: Logger
  readonly ingestor: string
  /** Null where the log is on the same disk: then memory is all there is. */
  readonly spool: QueueSpoolOptions | null
  readonly recordsMax?: number
  readonly bytesMax?: number
}

export interface QueueFigures {
  /** What waits in memory; the spool has figures of its own. */
  readonly records: number
  readonly bytes: number
  readonly appended: number
  /** Records that went because there was no more room, or because they had become too old. */
  readonly dropped: number
  /** The same by channel id; beyond a thousand channels together as `other`. */
  readonly droppedByChannel: Readonly<Record<string, number>>
  /** How long the last append took, ms. */
  readonly lastAppendMs: number
  readonly spool: SpoolFigures
}

export class RecordQueue {
  readonly #options: RecordQueueOptions
  readonly #spool: Spool | null
  readonly #backlog: Backlog
  #appended = 0
  #lastAppendMs = 0
  /** When the append that is going on began; null between two. */
  #appendingSince: number | null = null
  readonly #hop: HopMeter
  #wake = Promise.withResolvers<void>()
  #stopping = false
  readonly #giveUp = new AbortController()
  /** Ends the gathering of a batch early. */
  #gathered = new AbortController()
  /** Resolves after `stop`; rejects when the log can no longer be written. What waits is in the spool then. */
  readonly finished: Promise<void>

  constructor(options: RecordQueueOptions) {
    const { clock, logger, ingestor, spool } = options
    this.#options = options
    this.#spool =
      spool === null
        ? null
        : new Spool({ ...spool, name: ingestor, clock, logger, asideKeptMs: spool.logRetentionMs })
    this.#backlog = new Backlog({ ...options, spool: this.#spool, ageMaxMs: spool?.spoolMs ?? Infinity })
    this.#hop = new HopMeter('append', clock)
    if (this.#backlog.waiting > 0) this.#wake.resolve()
    this.finished = this.#run()
  }

  /**
   * @param heardAt epoch ms: by the ingestor's clock, or when the one that told it heard it
   * @param isTold it was not heard here, so that its age says nothing about the way to the log
   */
  push(record: AnyRecord, key: string, heardAt: number, isTold = false): void {
    const login = 'channelLogin' in record.value ? record.value.channelLogin : ''
    if (record.kind === 'coverage') {
      const { from, to } = record.value
      this.#backlog.push({ key, login, kind: 'coverage', from, to, value: record.value })
    } else {
      const kind = record.kind === 'channelSettings' ? 'settings' : 'chat'
      const from = Math.floor(heardAt)
      this.#backlog.push({ key, login, kind, from, to: from + 1, value: encodeRecord(record), isTold })
    }
    this.#wake.resolve()
    if (this.#backlog.inMemory >= RECORDS_PER_APPEND) this.#gathered.abort()
  }

  figures(): QueueFigures {
    const { inMemory, memoryBytes, dropped } = this.#backlog
    return {
      records: inMemory,
      bytes: memoryBytes,
      appended: this.#appended,
      dropped,
      droppedByChannel: this.#backlog.droppedByChannel(),
      lastAppendMs: this.#lastAppendMs,
      spool: this.#backlog.spoolFigures(),
    }
  }

  /** From hearing a record to its place in the log. */
  hop(): Hop {
    return this.#hop.figures()
  }

  /** One sentence for each thing that is wrong with the way into the log. */
  troubles(): string[] {
    const { reason } = this.#backlog.spoolFigures()
    const troubles = reason === null ? [] : [`Records wait in memory only: ${reason}.`]
    const sinceMs = this.#appendingSince === null ? 0 : this.#options.clock.now() - this.#appendingSince
    if (sinceMs < SLOW_APPEND_MS) return troubles
    const { waiting, inSpool, dropped } = this.#backlog
    const seconds = Math.round(sinceMs / 1_000)
    const spooled = inSpool === 0 ? '' : `, ${inSpool} of them in the spool`
    const gone = dropped === 0 ? 'none was dropped' : `${dropped} were dropped`
    return [`The log has taken no records for ${seconds} s: ${waiting} wait${spooled}, ${gone}.`, ...troubles]
  }

  /**
   * Writes what waits, for at most `deadlineMs`; the rest goes to the spool. Gives back how many records did not
   * make it to either.
   */
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
    return this.#backlog.inMemory + this.#backlog.atRisk
  }

  async #run(): Promise<void> {
    const ending = new AbortController()
    const spilling = this.#spillRegularly(ending.signal)
    try {
      // Spilling ends only by the signal, or by a fault.
      await Promise.race([this.#drain(), spilling])
    } finally {
      ending.abort()
      this.#close()
    }
    await spilling
  }

  async #drain(): Promise<void> {
    const { clock } = this.#options
    const backlog = this.#backlog
    while (true) {
      await this.#wake.promise
      this.#wake = Promise.withResolvers<void>()
      await this.#gather()
      while (backlog.waiting > 0) {
        const count = backlog.waiting > RECORDS_PER_APPEND ? RECORDS_PER_APPEND_BEHIND : RECORDS_PER_APPEND
        const batch = backlog.take(count, clock.now())
        if (batch === null) {
          await clock.sleep(READ_AGAIN_MS, this.#giveUp.signal)
          if (this.#giveUp.signal.aborted) return
          continue
        }
        if (batch.records.length > 0 && !(await this.#append(batch))) return
        backlog.taken(clock.now())
        await this.#gather()
      }
      if (this.#stopping) return
    }
  }

  /** A full batch is followed at once by the next; a small rest gathers first. */
  async #gather(): Promise<void> {
    if (this.#stopping || this.#backlog.waiting >= RECORDS_PER_APPEND) return
    this.#gathered = new AbortController()
    await this.#options.clock.sleep(LINGER_MS, this.#gathered.signal)
  }

  async #append({ records, heardAt }: Batch): Promise<boolean> {
    const { log, clock, logger } = this.#options
    const startedAt = clock.now()
    this.#appendingSince = startedAt
    const done = await appendWithRetry({ log, clock, logger, signal: this.#giveUp.signal }, 'chat', records)
    if (!done) return false
    this.#appendingSince = null
    const now = clock.now()
    this.#lastAppendMs = now - startedAt
    for (const at of heardAt) this.#hop.passed(1, now - at)
    this.#appended += records.length
    return true
  }

  async #spillRegularly(signal: AbortSignal): Promise<void> {
    const { clock } = this.#options
    while (!signal.aborted) {
      await clock.sleep(SPILL_EVERY_MS, signal)
      if (this.#spool === null || signal.aborted) continue
      this.#backlog.letGoOld(clock.now())
      if (!this.#isBehind()) continue
      // Others have their turn after each transaction.
      while (!signal.aborted && this.#backlog.spill(clock.now())) await nextTurn()
    }
  }

  #isBehind(): boolean {
    const { inMemory, memoryBytes, inSpool } = this.#backlog
    if (inSpool > 0 || inMemory > SPILL_RECORDS || memoryBytes > SPILL_BYTES) return true
    return this.#appendingSince !== null && this.#options.clock.now() - this.#appendingSince >= SPILL_AFTER_MS
  }

  /** What the log did not take waits in the spool for the next start. */
  #close(): void {
    const { clock, logger } = this.#options
    if (this.#spool === null) return
    if (this.#backlog.waiting > 0) this.#backlog.spillAll(clock.now())
    const { inSpool: records } = this.#backlog
    if (records > 0) logger.warn({ records }, 'records wait in the spool for the next start')
    this.#spool[Symbol.dispose]()
  }
}
