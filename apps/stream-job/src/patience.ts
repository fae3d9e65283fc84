/** Log and store may be away for a while: what is safe to repeat is repeated until they are back. */
import { type Clock, PipelineError, type RowStore, StoreUnavailableError } from '@smacktalk/ports'
import type { StreamJobLogger } from './start-stream-job.ts'

/** Waits between tries while log or store are not there; a job that cannot store must not go on counting. */
const RETRY_MS = 500
const RETRY_MS_MAX = 5_000
/** How often a lasting failure is said again. */
const REMIND_MS = 30_000
/** What has no answer so long after the job was told to stop is given up: part of the ten seconds of a stop. */
const GIVE_UP_MS = 3_000

/** What can be away, with the reason, or null when it can be reached again. */
export type OnReach = (what: 'log' | 'store', trouble: string | null) => void

export interface PatienceOptions {
  readonly clock: Clock
  readonly logger: StreamJobLogger
  readonly onReach?: OnReach
  /** Aborted when the job stops. */
  readonly signal: AbortSignal
  /** Aborted when it has stopped. */
  readonly over: AbortSignal
}

export type Patiently = <T>(place: 'log' | 'store', what: string, call: () => Promise<T>) => Promise<T>

/**
 * Calls again while the failures say that this makes sense (unreachable, disk full); only for calls that are safe
 * to repeat. Once stopping, a failure is passed on, and silence too: the log has what was not stored.
 */
export function patience({ clock, logger, onReach, signal, over }: PatienceOptions): Patiently {
  const toldAt = new Map<string, number>()
  const answered = unlessSilent(signal, over, clock)
  return async (place, what, call) => {
    for (let waitMs = RETRY_MS; ; waitMs = Math.min(2 * waitMs, RETRY_MS_MAX)) {
      try {
        const result = await answered(call())
        if (waitMs > RETRY_MS) {
          if (toldAt.delete(place)) logger.info({ place }, 'it can be reached again')
          onReach?.(place, null)
        }
        return result
      } catch (error) {
        if (!isPassing(error) || signal.aborted) throw error
        onReach?.(place, error.message)
        // Every partition has calls of its own; one of them is enough to tell.
        if (clock.now() - (toldAt.get(place) ?? Number.NEGATIVE_INFINITY) >= REMIND_MS) {
          toldAt.set(place, clock.now())
          logger.warn({ place, error: error.message, hint: error.hint }, `could not ${what}, trying again`)
        }
        await clock.sleep(waitMs, signal)
      }
    }
  }
}

/** Time or somebody else may mend it. */
export function isPassing(error: unknown): error is PipelineError {
  return error instanceof PipelineError && error.retriable
}

/** The store, asked again while its failures say that this makes sense: every call of it is safe to repeat. */
export function patientStore(store: RowStore, patiently: Patiently): RowStore {
  return {
    load: (table, partition) => patiently('store', 'load rows', () => store.load(table, partition)),
    loadRange: (table, partition, from, to) =>
      patiently('store', 'load rows', () => store.loadRange(table, partition, from, to)),
    write: (rows) => patiently('store', 'write rows', () => store.write(rows)),
    commit: (commit) => patiently('store', 'commit', () => store.commit(commit)),
    [Symbol.asyncDispose]: () => store[Symbol.asyncDispose](),
  }
}

/** What has no answer some time after the stop is rejected; nothing is kept of what was answered. */
function unlessSilent(
  signal: AbortSignal,
  over: AbortSignal,
  clock: Clock,
): <T>(answer: Promise<T>) => Promise<T> {
  const silent = new Set<(error: unknown) => void>()
  const giveUp = async (): Promise<void> => {
    await clock.sleep(GIVE_UP_MS, over)
    const message = 'The store did not answer in time while the job stopped.'
    const hint = 'What it did not take is in the log and folded again.'
    for (const reject of silent) reject(new StoreUnavailableError(message, hint))
  }
  signal.addEventListener('abort', giveUp, { once: true })
  return async <T>(answer: Promise<T>): Promise<T> => {
    const { promise, resolve, reject } = Promise.withResolvers<T>()
    silent.add(reject)
    answer.then(resolve, reject)
    try {
      return await promise
    } finally {
      silent.delete(reject)
    }
  }
}
