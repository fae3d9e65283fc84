import { type Clock, type EventLog, type OutgoingRecord, PipelineError, type Topic } from '@smacktalk/ports'
import type { Logger } from '@smacktalk/runtime'

const FIRST_DELAY_MS = 100
const DELAY_MAX_MS = 5_000
/** How often a lasting failure is said again. */
const REMIND_MS = 30_000

export interface AppendOptions {
  readonly log: EventLog
  readonly clock: Clock
  readonly logger: Logger
  /** Ends the tries. */
  readonly signal: AbortSignal
}

/**
 * Appends until it works. Repeating after a failure may write a record twice, which judging recognises.
 * Gives back false when the signal ended the tries, the one that is going on too: what comes of that is not known.
 * Throws what cannot get better by trying again.
 */
export async function appendWithRetry(
  { log, clock, logger, signal }: AppendOptions,
  topic: Topic,
  records: readonly OutgoingRecord[],
): Promise<boolean> {
  let delayMs = FIRST_DELAY_MS
  let remindedAt = Number.NEGATIVE_INFINITY
  let failures = 0
  while (!signal.aborted) {
    try {
      const appending = log.append(topic, records)
      if (!(await endedBefore(appending, signal))) return false
      if (failures > 0) logger.info({ topic, failures }, 'the log takes records again')
      return true
    } catch (error) {
      if (!(error instanceof PipelineError && error.retriable)) throw error
      failures++
      if (clock.now() - remindedAt >= REMIND_MS) {
        remindedAt = clock.now()
        logger.warn({ err: error, topic, hint: error.hint }, 'the log takes no records; trying again')
      }
      await clock.sleep(delayMs, signal)
      delayMs = Math.min(delayMs * 2, DELAY_MAX_MS)
    }
  }
  return false
}

/** False when the signal came first; then nobody waits for the promise, and how it ends is of no account. */
async function endedBefore(promise: Promise<void>, signal: AbortSignal): Promise<boolean> {
  const aborted = Promise.withResolvers<boolean>()
  const abort = (): void => aborted.resolve(false)
  signal.addEventListener('abort', abort, { once: true })
  try {
    return await Promise.race([promise.then(() => true), aborted.promise])
  } finally {
    signal.removeEventListener('abort', abort)
  }
}
