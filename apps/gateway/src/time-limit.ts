/** Calls that may not take for ever: one sweep for all of them, so that a call costs no timer of its own. */
import { type RowStore, StoreUnavailableError } from '@smacktalk/ports'
import type { Outage } from './probe.ts'

/** The store answers a read within this time or counts as gone; well below the time a request may take. */
export const STORE_ANSWER_MS = 4_000

/** What the gateway reads of a store. */
export type ReadableStore = Pick<RowStore, 'load' | 'loadRange'>

interface Pending {
  readonly since: number
  late(): void
}

export class TimeLimit {
  readonly #limitMs: number
  readonly #now: () => number
  readonly #late: () => Error
  readonly #pending = new Set<Pending>()

  /** `late` makes the error of a call that took longer; `now` is a clock in ms that only runs forward. */
  constructor(limitMs: number, now: () => number, late: () => Error) {
    this.#limitMs = limitMs
    this.#now = now
    this.#late = late
  }

  run<T>(call: Promise<T>): Promise<T> {
    const { promise, resolve, reject } = Promise.withResolvers<T>()
    const entry: Pending = {
      since: this.#now(),
      late: () => {
        this.#pending.delete(entry)
        reject(this.#late())
      },
    }
    this.#pending.add(entry)
    call.then(
      (value) => {
        this.#pending.delete(entry)
        resolve(value)
      },
      (error: unknown) => {
        this.#pending.delete(entry)
        reject(error)
      },
    )
    return promise
  }

  /** Gives up all of them, as when nobody is left to wait. */
  giveUp(): void {
    for (const entry of this.#pending) entry.late()
  }

  /** Gives up those that have taken too long; to be called a few times a second. */
  sweep(): void {
    const oldest = this.#now() - this.#limitMs
    // The set keeps the order of beginning.
    for (const entry of this.#pending) {
      if (entry.since > oldest) return
      entry.late()
    }
  }
}

/**
 * The store's reads, each given up after STORE_ANSWER_MS as if the store could not be reached. While it is known not to
 * answer (`outage`), nobody waits for that.
 */
export function timeLimited(
  store: ReadableStore,
  now: () => number,
  outage: () => Outage | null,
): { readonly store: ReadableStore; readonly limit: TimeLimit } {
  const limit = new TimeLimit(STORE_ANSWER_MS, now, () =>
    unavailable(`The store did not answer within ${STORE_ANSWER_MS / 1_000} s.`),
  )
  async function read<T>(call: () => Promise<T>): Promise<T> {
    const known = outage()
    if (known !== null) throw unavailable(known.reason)
    return limit.run(call())
  }
  return {
    limit,
    store: {
      load: (table, partition) => read(() => store.load(table, partition)),
      loadRange: (table, partition, from, to) => read(() => store.loadRange(table, partition, from, to)),
    },
  }
}

function unavailable(reason: string): StoreUnavailableError {
  return new StoreUnavailableError(reason, 'It is asked again all the time; live figures do not wait for it.')
}
