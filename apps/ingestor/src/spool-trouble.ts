/** What is wrong with the spool: told once, shown as long as it lasts, and when to try again. */
import { PipelineError } from '@smacktalk/ports'
import type { Logger } from '@smacktalk/runtime'

/** How soon a spool that failed is tried again. */
const RETRY_MS = 10_000
/** How often a lasting failure to remove what is done with is told again. */
const WARN_AGAIN_MS = 30_000

export class SpoolTrouble {
  readonly #logger: Logger
  #reason: string | null = null
  #retryAt = Number.NEGATIVE_INFINITY
  #warnAgainAt = Number.NEGATIVE_INFINITY

  constructor(logger: Logger) {
    this.#logger = logger
  }

  /** Null when nothing is known to be wrong. */
  get reason(): string | null {
    return this.#reason
  }

  isDue(nowMs: number): boolean {
    return nowMs >= this.#retryAt
  }

  retryNow(): void {
    this.#retryAt = Number.NEGATIVE_INFINITY
  }

  /** What has not got into the spool waits in memory. Throws what is no failure of a spool. */
  fails(error: unknown, nowMs: number): void {
    if (!(error instanceof PipelineError)) throw error
    this.#retryAt = nowMs + RETRY_MS
    if (this.#reason === null) {
      this.#logger.error({ err: error, hint: error.hint }, 'the spool fails; records wait in memory')
    }
    this.#reason = error.message
  }

  works(): void {
    if (this.#reason !== null) this.#logger.info('the spool takes records again')
    this.#reason = null
  }

  /** Nothing waits any more: whether the spool works will be seen when it is needed again. */
  isOfNoAccount(): void {
    this.#reason = null
  }

  /** What cannot be removed now goes later: until then it only takes room. */
  removing(nowMs: number, work: () => void): void {
    try {
      work()
    } catch (error) {
      if (!(error instanceof PipelineError)) throw error
      if (nowMs < this.#warnAgainAt) return
      this.#warnAgainAt = nowMs + WARN_AGAIN_MS
      this.#logger.warn({ err: error, hint: error.hint }, 'the spool cannot be made smaller now')
    }
  }
}
