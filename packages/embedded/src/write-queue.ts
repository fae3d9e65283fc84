import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Database } from './database.ts'

/** A transaction of about this many rows takes some 3 to 15 ms, so that HTTP and sockets stay responsive. */
export const TRANSACTION_ROWS_MAX = 1_000
/** Many bytes in few rows take as long as many rows. */
export const TRANSACTION_BYTES_MAX = 4 * 1024 * 1024
/** What may wait to be written. Callers await their writes, so more than this is a caller that does not. */
export const WAITING_BYTES_MAX = 256 * 1024 * 1024

/** A piece of work that goes into one transaction whole. */
export interface WriteUnit {
  readonly rows: number
  readonly bytes: number
  run(): void
}

export interface WriteQueueHooks {
  /** The transaction of all units run since the last hook is durable. */
  kept(): void
  /** It was rolled back. */
  dropped(): void
  /** Translates a failure into the error callers are promised. */
  failure(error: unknown): unknown
  /** The error for a call that finds too much waiting, or the queue closed. */
  refused(message: string): Error
}

interface Job {
  readonly units: readonly WriteUnit[]
  next: number
  resolve(): void
  reject(error: unknown): void
}

/**
 * Writes in the order of the calls. All calls of one turn of the event loop share a transaction (group commit)
 * up to its largest size; a larger call is written in several, with the event loop in between.
 */
export class WriteQueue {
  readonly #database: Database
  readonly #hooks: WriteQueueHooks
  #jobs: Job[] = []
  #waitingBytes = 0
  #closed = false
  #running = false

  constructor(database: Database, hooks: WriteQueueHooks) {
    this.#database = database
    this.#hooks = hooks
  }

  /** Resolves when every unit is durable. */
  write(units: readonly WriteUnit[]): Promise<void> {
    if (this.#closed) return Promise.reject(this.#hooks.refused('is closed'))
    if (units.length === 0) return Promise.resolve()
    const bytes = bytesOf(units, 0, units.length)
    if (this.#waitingBytes > 0 && this.#waitingBytes + bytes > WAITING_BYTES_MAX) {
      return Promise.reject(this.#hooks.refused(`has more than ${WAITING_BYTES_MAX} bytes waiting`))
    }
    this.#waitingBytes += bytes
    return new Promise((resolve, reject) => {
      this.#jobs.push({ units, next: 0, resolve, reject })
      if (!this.#running) this.#run()
    })
  }

  /** Writes what waits; later calls are refused. */
  close(): void {
    this.#closed = true
    while (this.#jobs.length > 0) this.#writeGroup()
  }

  async #run(): Promise<void> {
    this.#running = true
    while (this.#jobs.length > 0) {
      await nextTurn()
      if (this.#jobs.length > 0) this.#writeGroup()
    }
    this.#running = false
  }

  /** One transaction; never throws, because its callers are told through their promises. */
  #writeGroup(): void {
    const taken = this.#takeGroup()
    try {
      this.#database.transaction(() => {
        for (const { job, until } of taken) {
          for (let index = job.next; index < until; index++) job.units[index]!.run()
        }
      })
    } catch (error) {
      this.#hooks.dropped()
      const failure = this.#hooks.failure(error)
      this.#jobs.splice(0, taken.length)
      for (const { job } of taken) {
        this.#waitingBytes -= bytesOf(job.units, job.next, job.units.length)
        job.reject(failure)
      }
      return
    }
    this.#hooks.kept()
    for (const { job, until } of taken) {
      this.#waitingBytes -= bytesOf(job.units, job.next, until)
      job.next = until
    }
    // Only the last one taken may have units left.
    const finished = taken.filter(({ job }) => job.next === job.units.length).length
    for (const job of this.#jobs.splice(0, finished)) job.resolve()
  }

  /** The first jobs, each up to a unit, as many as fit a transaction; at least one unit. */
  #takeGroup(): readonly { job: Job; until: number }[] {
    const taken: { job: Job; until: number }[] = []
    let rows = 0
    let bytes = 0
    for (const job of this.#jobs) {
      let until = job.next
      for (; until < job.units.length; until++) {
        const unit = job.units[until]!
        const full = rows + unit.rows > TRANSACTION_ROWS_MAX || bytes + unit.bytes > TRANSACTION_BYTES_MAX
        if (full && rows > 0) break
        rows += unit.rows
        bytes += unit.bytes
      }
      if (until > job.next) taken.push({ job, until })
      if (until < job.units.length) break
    }
    return taken
  }
}

function bytesOf(units: readonly WriteUnit[], from: number, until: number): number {
  let bytes = 0
  for (let index = from; index < until; index++) bytes += units[index]!.bytes
  return bytes
}

/** Cuts a list so that each part fits a transaction. Every item counts some bytes even when it is empty. */
export function transactionSlices<T>(items: readonly T[], bytesOfItem: (item: T) => number): Slice<T>[] {
  const slices: Slice<T>[] = []
  let start = 0
  let bytes = 0
  for (let index = 0; index < items.length; index++) {
    const size = bytesOfItem(items[index]!) + ITEM_OVERHEAD_BYTES
    const full = index - start >= TRANSACTION_ROWS_MAX || bytes + size > TRANSACTION_BYTES_MAX
    if (full && index > start) {
      slices.push({ items: items.slice(start, index), bytes })
      start = index
      bytes = 0
    }
    bytes += size
  }
  if (start < items.length) slices.push({ items: items.slice(start), bytes })
  return slices
}

export interface Slice<T> {
  readonly items: readonly T[]
  readonly bytes: number
}

/** Keys, numbers and the object itself, roughly. */
const ITEM_OVERHEAD_BYTES = 128
