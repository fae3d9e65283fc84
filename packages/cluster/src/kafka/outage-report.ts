import type { Clock } from '@smacktalk/ports'
import type { ClusterLogger } from '../cluster-logger.ts'

/** A broker that is away is worth a line now and then, not one per try. */
const EVERY_MS = 10_000

/** Says that something does not work, at most every ten seconds, and that it works again. */
export class OutageReport {
  readonly #clock: Clock
  readonly #logger: ClusterLogger
  /** Completes the sentence: "<what> waits for the brokers". */
  readonly #what: string
  #since: number | null = null
  #lastSaid = 0

  constructor(clock: Clock, logger: ClusterLogger, what: string) {
    this.#clock = clock
    this.#logger = logger
    this.#what = what
  }

  goesOn(error: Error & { readonly hint?: string }): void {
    const now = this.#clock.now()
    if (this.#since !== null && now - this.#lastSaid < EVERY_MS) return
    this.#since ??= now
    this.#lastSaid = now
    this.#logger.warn(
      { sinceMs: now - this.#since, reason: error.message, hint: error.hint },
      `${this.#what} waits for the brokers: ${error.message}`,
    )
  }

  over(): void {
    if (this.#since === null) return
    const ms = this.#clock.now() - this.#since
    this.#since = null
    this.#logger.info({ ms }, `${this.#what} goes on`)
  }
}
