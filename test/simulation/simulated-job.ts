/**
 * One stream job process of a simulated history: the real worker of the partition, driven as the stream job
 * drives it, with the store it is given.
 */
import type { TableName } from '@smacktalk/contract'
import { type RowStore, StoreUnavailableError } from '@smacktalk/ports'
import { PartitionWorker, type WorkerSettings } from '@smacktalk/stream-job'
import type { HostileLog } from './hostile-log.ts'
import type { Connection } from './hostile-store.ts'
import type { Incidents } from './incidents.ts'
import type { Sabotage } from './sabotage.ts'

/** What the processes of a history share. */
export interface Surroundings {
  readonly log: HostileLog
  readonly settings: WorkerSettings
  readonly sabotage: Sabotage
  readonly incidents: Incidents
  /** Errors that no fault explains. */
  readonly failures: unknown[]
  /** Highest position any worker has folded. */
  furthest: number
}

export class SimulatedJob {
  readonly connection: Connection
  readonly #around: Surroundings
  #worker: PartitionWorker | null = null
  /** Position of the checkpoint it started from. */
  #committed = -1
  #next = 0
  #batching = false
  #flushing = 0
  #committing = false
  /** No more records; what is on its way comes to its end, then a last commit, then nothing. */
  #closing = false
  #closed = false

  constructor(connection: Connection, around: Surroundings) {
    this.connection = connection
    this.#around = around
    this.#watch(this.#open())
  }

  get isOpen(): boolean {
    return this.#worker !== null
  }
  get isClosing(): boolean {
    return this.#closing
  }
  /** After a graceful end. */
  get isClosed(): boolean {
    return this.#closed
  }
  /** Waits for nothing but records. */
  get isIdle(): boolean {
    return this.isOpen && !this.#batching && this.#flushing === 0 && !this.#committing
  }
  get hasReadAll(): boolean {
    return this.#next === this.#around.log.records.length
  }
  get position(): number {
    return this.#worker?.position ?? -1
  }

  /** What a crash now would interrupt. */
  countCrash(): void {
    const { incidents } = this.#around
    const { committing } = this.connection
    if (!this.isOpen) incidents.crashesWhileOpening++
    if (this.#batching) incidents.crashesInBatch++
    if (this.#flushing > 0) incidents.crashesInFlush++
    if (committing === 'rows') incidents.crashesInCommitOfRows++
    if (committing === 'clocks') incidents.crashesInCommitOfClocks++
    if (committing === 'checkpoint') incidents.crashesInCommitOfCheckpoint++
    if (this.isIdle) incidents.crashesAtRest++
  }

  /** Takes the next records; one batch after the other, and none once closing. */
  read(count: number): void {
    const { log, sabotage, settings, incidents } = this.#around
    if (this.#worker === null || this.#batching || this.#closing) return
    const records = log.records.slice(this.#next, this.#next + count)
    if (records.length === 0) return
    this.#next += records.length
    sabotage.polled?.(this.#next, log)
    const worker = this.#worker
    this.#batching = true
    this.#watch(
      worker.batch(records).then(() => {
        this.#batching = false
        this.#around.furthest = Math.max(this.#around.furthest, worker.position)
        if (worker.cacheWeight > settings.cacheWeightMax) incidents.evictionsHeldBack++
      }),
    )
  }

  flush(wanted: (table: TableName) => boolean): void {
    if (this.#worker === null || this.#closing) return
    this.#flushing++
    this.#watch(
      this.#worker.flush(wanted).finally(() => {
        this.#flushing--
      }),
    )
  }

  commit(): void {
    if (this.#worker === null || this.#committing) return
    this.#committing = true
    const done = this.#worker.commit().then(
      () => {
        this.#committing = false
        this.#around.incidents.commits++
      },
      (error: unknown) => {
        // After a commit that failed no other may follow: what comes before its position may be missing.
        if (this.#closing) this.#end('closesInVain')
        throw error
      },
    )
    this.#watch(done)
  }

  views(): void {
    this.#worker?.views()
  }

  /** Begins or goes on with a graceful end: what is on its way first, then a last commit. */
  close(): void {
    this.#closing = true
    if (this.#closed || this.#worker === null || !this.isIdle) return
    this.#committing = true
    const done = this.#worker.commit().then(
      () => this.#end('closes'),
      (error: unknown) => {
        this.#end('closesInVain')
        throw error
      },
    )
    this.#watch(done)
  }

  #end(how: 'closes' | 'closesInVain'): void {
    this.#closed = true
    this.#around.incidents[how]++
  }

  async #open(): Promise<void> {
    const { log, settings, sabotage, incidents } = this.#around
    const store = sabotage.store?.(this.connection) ?? this.connection
    const offsetAt = async (appendMs: number) => (sabotage.offsetAt ?? firstAt)(log, appendMs)
    const worker = await PartitionWorker.open(0, this.#patient(store), settings, offsetAt)
    this.#next = worker.readFrom
    incidents.readBack += worker.position + 1 - this.#next
    incidents.judgedAgain += Math.max(0, this.#around.furthest - worker.position)
    this.#worker = worker
  }

  /** Asks again while that makes sense, as the stream job does; once it is closing an error is passed on. */
  #patient(store: RowStore): RowStore {
    const { incidents } = this.#around
    const patiently = async <T>(call: () => Promise<T>): Promise<T> => {
      for (;;) {
        try {
          return await call()
        } catch (error) {
          if (!(error instanceof StoreUnavailableError) || this.#closing) throw error
          incidents.sentAgain++
        }
      }
    }
    return {
      load: async (table, partition) => {
        const rows = await patiently(() => store.load(table, partition))
        const known = table === 'clocks' ? this.#committed : this.position
        const ahead = rows.filter(({ position }) => position > known).length
        incidents[table === 'clocks' ? 'clocksAhead' : 'rowsAhead'] += ahead
        return rows
      },
      loadRange: async (table, partition, from, to) => {
        const rows = await patiently(() => store.loadRange(table, partition, from, to))
        if (table === 'checkpoints') this.#committed = rows[0]?.position ?? -1
        return rows
      },
      write: (rows) => patiently(() => store.write(rows)),
      commit: (commit) => patiently(() => store.commit(commit)),
      [Symbol.asyncDispose]: () => store[Symbol.asyncDispose](),
    }
  }

  #watch(step: Promise<void>): void {
    step.catch((error: unknown) => {
      if (!(this.#closing && error instanceof StoreUnavailableError)) this.#around.failures.push(error)
    })
  }
}

function firstAt({ records }: HostileLog, appendMs: number): number {
  const found = records.findIndex((record) => record.appendMs >= appendMs)
  return found < 0 ? records.length : found
}
