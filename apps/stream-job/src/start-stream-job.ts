/** The stream job: reads the chat log, folds it into rows, publishes what changed as views. */
import {
  type Alert,
  FOLD_VERSION,
  type Hop,
  type OwnedPartition,
  type TableName,
  type TakeOver,
} from '@smacktalk/contract'
import {
  type Clock,
  type EventLog,
  LogMismatchError,
  type PartitionHandler,
  type RecordBatch,
  type RowStore,
} from '@smacktalk/ports'
import { HopMeter } from '@smacktalk/runtime'
import type { FoldSettings } from '@smacktalk/stream'
import { encodeFeed } from '@smacktalk/wire'
import { AssignedPartition, type Meters } from './assigned-partition.ts'
import { FoldedWaiters } from './folded-waiters.ts'
import { meteredStore } from './metered-store.ts'
import { type DeadLetter, PartitionWorker } from './partition-worker.ts'
import { isPassing, type OnReach, type Patiently, patience, patientStore } from './patience.ts'
import { TakeOverMeter } from './take-over-meter.ts'

/** Views go out this often: a chart is at most a second behind, five frames a second show it (interface.md). */
export const VIEW_INTERVAL_MS = 150
/** Rows that charts read are written this often; each is its own checkpoint and needs no commit. */
export const HOT_FLUSH_INTERVAL_MS = 1_000
const HOT_TABLES: ReadonlySet<TableName> = new Set([
  'minutes',
  'hours',
  'days',
  'recents',
  'coverage',
  'moments',
])
/** Everything else (people, top lists, events) and the position: rows are written once per commit, not per message. */
export const COMMIT_INTERVAL_MS = 5_000
/** Rows cached over all partitions, some 500 bytes each: 250 MB if it were full of people (setting `cacheRows`). */
export const CACHE_WEIGHT_MAX = 500_000
/** Views that wait for longer are said to: a log that works answers within milliseconds. */
const SLOW_VIEWS_MS = 3_000
/** How often the job shows that it comes round. */
const ROUND_INTERVAL_MS = 500
/** A lagging job commits at least once per this many records of a partition, so that a crash repeats little. */
const COMMIT_RECORDS_MAX = 20_000
/** The same over all partitions: it bounds the rows that wait for a store that is away, to some 500 MB at worst. */
const UNCOMMITTED_MAX = 500_000
/** How often, and how long apart, the end of a log that seems too short is looked at, ms. */
const END_LOOKS = 5
const END_LOOK_MS = 500
/** Partitions whose rows are written at the same time. */
const WRITING_AT_ONCE = 4

export const STREAM_JOB_GROUP = `stream-job-v${FOLD_VERSION}`

export interface StreamJobLogger {
  info(fields: object, text: string): void
  warn(fields: object, text: string): void
}

export interface StreamJobOptions {
  readonly log: EventLog
  readonly store: RowStore
  readonly clock: Clock
  readonly logger: StreamJobLogger
  readonly fold: FoldSettings
  /** Rows in memory over all partitions; default CACHE_WEIGHT_MAX. */
  readonly cacheWeightMax?: number
  /** Called many times a second while the job runs, whatever log and store do. */
  readonly onRound?: () => void
  /** Called when log or store cannot be reached, with the reason, and with null when it can be again. */
  readonly onReach?: OnReach
}

export interface StreamJobFigures {
  readonly records: number
  readonly deadLetters: number
  readonly partitions: number
  /** Records appended and not yet folded, over all partitions. */
  readonly lag: number
  /** Age of the newest folded record when it was folded, ms. */
  readonly latencyMs: number
  readonly cacheWeight: number
  readonly account: ReturnType<PartitionWorker['account']>
  /** From a record's place in the log to its place in the rows. */
  readonly hops: readonly Hop[]
  /** By number. */
  readonly owned: readonly OwnedPartition[]
  readonly lastTakeOver: TakeOver | null
}

export interface StreamJob extends AsyncDisposable {
  /** Resolves after a stop, rejects with what made going on impossible. */
  readonly finished: Promise<void>
  figures(): StreamJobFigures
  /** Resolves when every partition is folded up to its end (an offset, by partition); rejects when the job ends before. */
  folded(ends: readonly number[]): Promise<void>
  /** Makes everything folded so far durable. */
  commit(): Promise<void>
}

/** Starts reading; returns at once. */
export function startStreamJob(options: StreamJobOptions): StreamJob {
  const stopping = new AbortController()
  const over = new AbortController()
  const patiently = patience({ ...options, signal: stopping.signal, over: over.signal })
  const job = new Job({ ...options, store: patientStore(options.store, patiently) }, patiently)
  const stop = { asked: false }
  const finished = run(job, options, stopping, stop).finally(() => over.abort())
  // Whoever awaits `finished` sees the failure; until then it must not count as unhandled.
  finished.catch((error: unknown) => options.logger.warn({ error: String(error) }, 'stream job ended'))
  const waiting = new FoldedWaiters((partition) => job.position(partition))
  job.onProgress = (partition) => waiting.reached(partition)
  finished.then(
    () => waiting.end(new Error('The stream job has stopped.')),
    (error: unknown) => waiting.end(error),
  )
  return {
    finished,
    figures: () => job.figures(),
    folded: (ends) => waiting.until(ends),
    commit: () => job.commitAll(),
    async [Symbol.asyncDispose]() {
      stop.asked = !stopping.signal.aborted
      stopping.abort()
      await finished
    },
  }
}

async function run(
  job: Job,
  options: StreamJobOptions,
  stopping: AbortController,
  stop: { readonly asked: boolean },
): Promise<void> {
  const { log, clock, logger, onRound } = options
  const { signal } = stopping
  const every = async (ms: number, step: () => Promise<void>): Promise<void> => {
    while (!signal.aborted) {
      await clock.sleep(ms, signal)
      await step()
    }
  }
  const rounds = async (): Promise<void> => {
    while (!signal.aborted) {
      onRound?.()
      job.look()
      await clock.sleep(ROUND_INTERVAL_MS, signal)
    }
  }
  const parts = [
    rounds(),
    log.consume('chat', STREAM_JOB_GROUP, job, signal),
    every(VIEW_INTERVAL_MS, () => job.publish(signal)),
    every(HOT_FLUSH_INTERVAL_MS, () => job.flushHot()),
    every(COMMIT_INTERVAL_MS, () => job.commitAll()),
  ]
  // The first failure stops the others; all are waited for, so that nothing works on after the end.
  for (const part of parts) part.catch(() => stopping.abort())
  const failed = (await Promise.allSettled(parts)).find((result) => result.status === 'rejected')
  if (failed === undefined) return
  if (!stop.asked || !isPassing(failed.reason)) throw failed.reason
  const { message, hint } = failed.reason
  logger.warn({ error: message, hint }, 'stopped before everything was stored; what is missing is in the log')
}

class Job implements PartitionHandler {
  readonly #options: StreamJobOptions
  readonly #patiently: Patiently
  readonly #assigned = new Map<number, AssignedPartition>()
  #records = 0
  #deadLetters = 0
  #latencyMs = 0
  /** When the append of views that is on its way began; null between two. */
  #publishingSince: number | null = null
  #logIsAway = false
  readonly #meters: Meters
  readonly #storeHop: HopMeter
  /** Told after a partition was opened and after each of its batches. */
  onProgress: (partition: number) => void = () => undefined

  constructor(options: StreamJobOptions, patiently: Patiently) {
    this.#options = options
    this.#patiently = patiently
    const { clock } = options
    this.#storeHop = new HopMeter('store', clock)
    this.#meters = { clock, hop: new HopMeter('fold', clock), takeOver: new TakeOverMeter(clock) }
  }

  async open(partition: number): Promise<number> {
    const { log, clock, fold, cacheWeightMax: rows = CACHE_WEIGHT_MAX } = this.#options
    const store = meteredStore(this.#options.store, this.#storeHop, clock)
    const room = (): number => this.#room(partition, rows)
    const settings = {
      fold,
      tell: (alerts: readonly Alert[]) => this.#tell(alerts),
      get cacheWeightMax() {
        return room()
      },
    }
    this.#meters.takeOver.given(partition)
    const worker = await PartitionWorker.open(partition, store, settings, (appendMs) =>
      this.#patiently('log', 'find where to read back from', () => log.offsetAt('chat', partition, appendMs)),
    )
    await this.#checkEnd(partition, worker.position)
    const { readFrom } = worker
    this.#assigned.set(partition, new AssignedPartition(partition, worker, this.#meters))
    this.onProgress(partition)
    return readFrom
  }

  /** What the others leave of the cache, and at least an equal share: one busy channel may need most of it. */
  #room(partition: number, rows: number): number {
    let others = 0
    for (const [other, { worker }] of this.#assigned) if (other !== partition) others += worker.cacheWeight
    return Math.max(rows - others, Math.floor(rows / Math.max(1, this.#assigned.size)))
  }

  /** Rows that know more than the log holds were counted from another one. */
  async #checkEnd(partition: number, position: number): Promise<void> {
    const { log, clock } = this.#options
    for (let look = 1; ; look++) {
      const { end } = await this.#patiently('log', 'find the end of the log', () =>
        log.extent('chat', partition),
      )
      if (position < end) return
      // A broker that has just become the leader may not know its own end yet.
      if (look === END_LOOKS) {
        throw new LogMismatchError(
          `Partition ${partition} of the log ends at offset ${end}, but the rows were counted up to offset ${position}: the topic was made anew or cut short`,
          'Start with a new store (keyspace or data folder) for the new log, or bring back the log that the rows belong to.',
        )
      }
      await clock.sleep(END_LOOK_MS)
    }
  }

  async batch({ partition, records, end }: RecordBatch): Promise<void> {
    const assigned = this.#assigned.get(partition)
    if (assigned === undefined)
      throw new Error(`A batch of partition ${partition} came before it was opened.`)
    await this.#letDead(await assigned.batch(records, end))
    this.#records += records.length
    this.#latencyMs = Math.max(0, this.#options.clock.now() - records.at(-1)!.appendMs)
    // Dirty rows cannot leave the cache: with a store that takes none, counting stops here.
    const isFull = assigned.uncommitted >= COMMIT_RECORDS_MAX || this.#uncommitted() >= UNCOMMITTED_MAX
    if (isFull) await assigned.commit()
    this.onProgress(partition)
  }

  /** Position of the last record folded, -1 before the first; null for a partition that is not ours. */
  position(partition: number): number | null {
    return this.#assigned.get(partition)?.worker.position ?? null
  }

  async close(partition: number): Promise<void> {
    this.#meters.takeOver.left(partition)
    const assigned = this.#assigned.get(partition)
    if (assigned === undefined) return
    await assigned.commit()
    this.#assigned.delete(partition)
  }

  async publish(signal: AbortSignal): Promise<void> {
    const records = [...this.#assigned.values()]
      .flatMap(({ worker }) => worker.views())
      .map((view) => ({ key: view.channelId, value: encodeFeed('view', view) }))
    if (records.length === 0) return
    const { log, logger, clock } = this.#options
    this.#publishingSince = clock.now()
    try {
      await this.#unlessStopped(log.append('views', records), signal)
      this.#reachLog(null)
    } catch (error) {
      // A lost view is only late: the store will have it, and the next change of the row brings it again.
      if (!isPassing(error)) throw error
      this.#reachLog(error.message)
      logger.warn({ error: error.message, views: records.length }, 'views could not be published')
    } finally {
      this.#publishingSince = null
    }
  }

  /** A stop does not wait for a log that is away: views can be computed again. */
  async #unlessStopped(appended: Promise<void>, signal: AbortSignal): Promise<void> {
    const stopped = Promise.withResolvers<void>()
    const stop = (): void => stopped.resolve()
    signal.addEventListener('abort', stop, { once: true })
    if (signal.aborted) stop()
    try {
      await Promise.race([appended, stopped.promise])
    } finally {
      signal.removeEventListener('abort', stop)
    }
    if (!signal.aborted) return
    const { logger } = this.#options
    appended.catch((error: unknown) => logger.info({ error: String(error) }, 'the last views were not taken'))
  }

  /** An append that has no answer yet is a trouble too. */
  look(): void {
    const since = this.#publishingSince
    if (since === null) return
    const waitedMs = this.#options.clock.now() - since
    if (waitedMs >= SLOW_VIEWS_MS)
      this.#reachLog(`it has taken no views for ${Math.round(waitedMs / 1_000)} s`)
  }

  #reachLog(trouble: string | null): void {
    if (trouble === null && !this.#logIsAway) return
    this.#logIsAway = trouble !== null
    this.#options.onReach?.('log', trouble)
  }

  async flushHot(): Promise<void> {
    await this.#eachAssigned((assigned) => assigned.flush((table) => HOT_TABLES.has(table)))
  }

  async commitAll(): Promise<void> {
    await this.#eachAssigned((assigned) => assigned.commit())
  }

  /** A few at a time: encoding the rows of all at once would hold up everything else. */
  async #eachAssigned(step: (assigned: AssignedPartition) => Promise<void>): Promise<void> {
    const waiting = this.#assigned.values()
    const next = async (): Promise<void> => {
      for (const assigned of waiting) await step(assigned)
    }
    await Promise.all(Array.from({ length: WRITING_AT_ONCE }, next))
  }

  #uncommitted(): number {
    let sum = 0
    for (const { uncommitted } of this.#assigned.values()) sum += uncommitted
    return sum
  }

  figures(): StreamJobFigures {
    const account = { messages: 0, events: 0, duplicates: 0, late: 0, dropped: 0 }
    let lag = 0
    let cacheWeight = 0
    for (const assigned of this.#assigned.values()) {
      lag += assigned.lag
      cacheWeight += assigned.worker.cacheWeight
      const own = assigned.worker.account()
      for (const name of Object.keys(account) as (keyof typeof account)[]) account[name] += own[name]
    }
    return {
      records: this.#records,
      deadLetters: this.#deadLetters,
      partitions: this.#assigned.size,
      lag,
      latencyMs: this.#latencyMs,
      cacheWeight,
      account,
      hops: [this.#meters.hop.figures(), this.#storeHop.figures()],
      owned: [...this.#assigned.values()]
        .map((assigned) => assigned.owned())
        .sort((a, b) => a.partition - b.partition),
      lastTakeOver: this.#meters.takeOver.last,
    }
  }

  /** For whoever is to be woken: webhooks and programs read the topic. */
  async #tell(alerts: readonly Alert[]): Promise<void> {
    const records = alerts.map((alert) => ({ key: alert.channelId, value: encodeFeed('alert', alert) }))
    await this.#patiently('log', 'tell of moments', () => this.#options.log.append('alerts', records))
  }

  /** Where a broken record lies and why; its bytes stay in the chat log for as long as that keeps them. */
  async #letDead(letters: readonly DeadLetter[]): Promise<void> {
    if (letters.length === 0) return
    this.#deadLetters += letters.length
    const { log, logger } = this.#options
    logger.warn({ count: letters.length, first: letters[0] }, 'records could not be read')
    const records = letters.map((letter) => ({
      key: String(letter.partition),
      value: Buffer.from(JSON.stringify(letter)),
    }))
    // Written twice is better than not at all: whoever reads dead letters sees the same position again.
    await this.#patiently('log', 'put dead letters aside', () => log.append('dead-letters', records))
  }
}
