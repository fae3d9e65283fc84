/** The stream job: reads the chat log, folds it into rows, publishes what changed as views. */
import { FOLD_VERSION, type TableName } from '@smacktalk/contract'
import {
  type Clock,
  type EventLog,
  type PartitionHandler,
  PipelineError,
  type RecordBatch,
  type RowStore,
} from '@smacktalk/ports'
import type { FoldSettings } from '@smacktalk/stream'
import { encodeFeed } from '@smacktalk/wire'
import { FoldedWaiters } from './folded-waiters.ts'
import { type DeadLetter, PartitionWorker } from './partition-worker.ts'

/** Views go out this often: a chart is at most a second behind, five frames a second show it (interface.md). */
export const VIEW_INTERVAL_MS = 150
/** Rows that charts read are written this often; each is its own checkpoint and needs no commit. */
export const HOT_FLUSH_INTERVAL_MS = 1_000
const HOT_TABLES: ReadonlySet<TableName> = new Set(['minutes', 'hours', 'days', 'recents', 'coverage'])
/** Everything else (people, top lists, events) and the position: rows are written once per commit, not per message. */
export const COMMIT_INTERVAL_MS = 5_000
/** Rows cached per log partition: some 200 MB if every partition were full of users. */
export const CACHE_WEIGHT_MAX = 50_000
/** A lagging job commits at least once per this many records, so that a crash repeats little. */
const COMMIT_RECORDS_MAX = 20_000

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
  readonly cacheWeightMax?: number
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

interface Assigned {
  readonly worker: PartitionWorker
  lag: number
  uncommitted: number
  /** Why a commit has failed: what came before its position may be missing, so no other may follow. */
  failure: { readonly error: unknown } | null
  /** Steps of one partition never overlap: a commit waits for the batch before it and the other way round. */
  busy: Promise<void>
}

/** Starts reading; returns at once. */
export function startStreamJob(options: StreamJobOptions): StreamJob {
  const stopping = new AbortController()
  const patiently = patience(options, stopping.signal)
  const job = new Job({ ...options, store: patientStore(options.store, patiently) }, patiently)
  const finished = run(job, options, stopping)
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
      stopping.abort()
      await finished
    },
  }
}

/** Waits between tries while log or store are not there; a job that cannot store must not go on counting. */
const RETRY_MS = 500
const RETRY_MS_MAX = 5_000

type Patiently = <T>(what: string, call: () => Promise<T>) => Promise<T>

/**
 * Calls again while the failures say that this makes sense (unreachable, disk full); only for calls that are safe
 * to repeat. Once stopping, the failure is passed on: the log has what was not stored.
 */
function patience({ clock, logger }: StreamJobOptions, signal: AbortSignal): Patiently {
  return async (what, call) => {
    for (let waitMs = RETRY_MS; ; waitMs = Math.min(2 * waitMs, RETRY_MS_MAX)) {
      try {
        return await call()
      } catch (error) {
        if (!(error instanceof PipelineError) || !error.retriable || signal.aborted) throw error
        logger.warn({ error: error.message, hint: error.hint, waitMs }, `could not ${what}, trying again`)
        await clock.sleep(waitMs, signal)
      }
    }
  }
}

/** The store, asked again while its failures say that this makes sense: every call of it is safe to repeat. */
function patientStore(store: RowStore, patiently: Patiently): RowStore {
  return {
    load: (table, partition) => patiently('load rows', () => store.load(table, partition)),
    loadRange: (table, partition, from, to) =>
      patiently('load rows', () => store.loadRange(table, partition, from, to)),
    write: (rows) => patiently('write rows', () => store.write(rows)),
    commit: (commit) => patiently('commit', () => store.commit(commit)),
    [Symbol.asyncDispose]: () => store[Symbol.asyncDispose](),
  }
}

async function run(job: Job, { log, clock }: StreamJobOptions, stopping: AbortController): Promise<void> {
  const { signal } = stopping
  const every = async (ms: number, step: () => Promise<void>): Promise<void> => {
    while (!signal.aborted) {
      await clock.sleep(ms, signal)
      await step()
    }
  }
  const parts = [
    log.consume('chat', STREAM_JOB_GROUP, job, signal),
    every(VIEW_INTERVAL_MS, () => job.publish()),
    every(HOT_FLUSH_INTERVAL_MS, () => job.flushHot()),
    every(COMMIT_INTERVAL_MS, () => job.commitAll()),
  ]
  // The first failure stops the others; all are waited for, so that nothing works on after the end.
  for (const part of parts) part.catch(() => stopping.abort())
  const failed = (await Promise.allSettled(parts)).find((result) => result.status === 'rejected')
  if (failed !== undefined) throw failed.reason
}

class Job implements PartitionHandler {
  readonly #options: StreamJobOptions
  readonly #patiently: Patiently
  readonly #assigned = new Map<number, Assigned>()
  #records = 0
  #deadLetters = 0
  #latencyMs = 0
  /** Told after a partition was opened and after each of its batches. */
  onProgress: (partition: number) => void = () => undefined

  constructor(options: StreamJobOptions, patiently: Patiently) {
    this.#options = options
    this.#patiently = patiently
  }

  async open(partition: number): Promise<number> {
    const { log, store, fold, cacheWeightMax = CACHE_WEIGHT_MAX } = this.#options
    const worker = await PartitionWorker.open(partition, store, { fold, cacheWeightMax }, (appendMs) =>
      log.offsetAt('chat', partition, appendMs),
    )
    this.#assigned.set(partition, { worker, lag: 0, uncommitted: 0, failure: null, busy: Promise.resolve() })
    this.onProgress(partition)
    return worker.readFrom
  }

  async batch({ partition, records, end }: RecordBatch): Promise<void> {
    const assigned = this.#assigned.get(partition)
    if (assigned === undefined)
      throw new Error(`A batch of partition ${partition} came before it was opened.`)
    await inTurn(assigned, async () => {
      await this.#letDead(await assigned.worker.batch(records))
      const last = records.at(-1)!
      assigned.lag = end - last.offset - 1
      assigned.uncommitted += records.length
      this.#records += records.length
      this.#latencyMs = Math.max(0, this.#options.clock.now() - last.appendMs)
      if (assigned.uncommitted >= COMMIT_RECORDS_MAX) await commit(assigned)
    })
    this.onProgress(partition)
  }

  /** Position of the last record folded, -1 before the first; null for a partition that is not ours. */
  position(partition: number): number | null {
    return this.#assigned.get(partition)?.worker.position ?? null
  }

  async close(partition: number): Promise<void> {
    const assigned = this.#assigned.get(partition)
    if (assigned === undefined) return
    await inTurn(assigned, () => commit(assigned))
    this.#assigned.delete(partition)
  }

  async publish(): Promise<void> {
    const records = [...this.#assigned.values()]
      .flatMap(({ worker }) => worker.views())
      .map((view) => ({ key: view.channelId, value: encodeFeed('view', view) }))
    if (records.length === 0) return
    try {
      await this.#options.log.append('views', records)
    } catch (error) {
      // A lost view is only late: the store will have it, and the next change of the row brings it again.
      if (!(error instanceof PipelineError) || !error.retriable) throw error
      this.#options.logger.warn(
        { error: error.message, views: records.length },
        'views could not be published',
      )
    }
  }

  async flushHot(): Promise<void> {
    for (const assigned of this.#assigned.values()) {
      if (assigned.uncommitted === 0) continue
      await inTurn(assigned, () => assigned.worker.flush((table) => HOT_TABLES.has(table)))
    }
  }

  async commitAll(): Promise<void> {
    for (const assigned of this.#assigned.values()) {
      // Asked in its turn: a commit that is on its way must have arrived when this resolves.
      await inTurn(assigned, async () => {
        if (assigned.uncommitted > 0 || assigned.failure !== null) await commit(assigned)
      })
    }
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
    }
  }

  /** Where a broken record lies and why; its bytes stay in the chat log for as long as that keeps them. */
  async #letDead(letters: readonly DeadLetter[]): Promise<void> {
    if (letters.length === 0) return
    this.#deadLetters += letters.length
    this.#options.logger.warn({ count: letters.length, first: letters[0] }, 'records could not be read')
    const records = letters.map((letter) => ({
      key: String(letter.partition),
      value: Buffer.from(JSON.stringify(letter)),
    }))
    // Written twice is better than not at all: whoever reads dead letters sees the same position again.
    await this.#patiently('put dead letters aside', () => this.#options.log.append('dead-letters', records))
  }
}

async function commit(assigned: Assigned): Promise<void> {
  if (assigned.failure !== null) throw assigned.failure.error
  assigned.uncommitted = 0
  try {
    await assigned.worker.commit()
  } catch (error) {
    assigned.failure = { error }
    throw error
  }
}

async function inTurn(assigned: Assigned, step: () => Promise<void>): Promise<void> {
  const turn = assigned.busy.then(step)
  // The next step runs whatever became of this one; this one's failure goes to its own caller.
  assigned.busy = turn.then(undefined, () => undefined)
  await turn
}
