import type { Clock } from '@smacktalk/ports'

/** Work on one batch keeps its place in the group for so long; then others may take over. */
const MEMBERSHIP_PATIENCE_MS = 60_000

/**
 * Keeps a member alive while its handler works: kafkajs sends heartbeats between batches only, and a handler that
 * waits for the store must not lose its place. What a heartbeat brings home (somebody wants to join, or we were
 * thrown out) ends all work at the next slice, because kafkajs waits for every batch before it joins again.
 */
export class WorkPulse {
  readonly #clock: Clock
  readonly #everyMs: number
  readonly #inWork = new Set<{ readonly since: number }>()
  #heartbeat: (() => Promise<void>) | null = null
  #interruption: { readonly error: unknown } | null = null

  constructor(clock: Clock, everyMs: number) {
    this.#clock = clock
    this.#everyMs = everyMs
  }

  /** Batches are in work. */
  get busy(): boolean {
    return this.#inWork.size > 0
  }

  get interrupted(): boolean {
    return this.#interruption !== null
  }

  throwIfInterrupted(): void {
    if (this.#interruption !== null) throw this.#interruption.error
  }

  /** kafkajs has dealt with whatever it was. */
  goOn(): void {
    this.#interruption = null
  }

  /** Does the work on one batch; `heartbeat` is what kafkajs gave for it. */
  async during(heartbeat: () => Promise<void>, work: () => Promise<void>): Promise<void> {
    this.#heartbeat = heartbeat
    const place = { since: this.#clock.now() }
    this.#inWork.add(place)
    try {
      await work()
    } finally {
      this.#inWork.delete(place)
    }
  }

  /** Runs what may find out that we have to join again; then that is thrown, here and wherever else work goes on. */
  async between(slices: () => Promise<void>): Promise<void> {
    try {
      await slices()
    } catch (error) {
      this.#interruption ??= { error }
    }
    this.throwIfInterrupted()
  }

  async beatUntil(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await this.#clock.sleep(this.#everyMs, signal)
      if (!this.#isDue() || this.#heartbeat === null || this.interrupted || signal.aborted) continue
      try {
        await this.#heartbeat()
      } catch (error) {
        this.#interruption ??= { error }
      }
    }
  }

  #isDue(): boolean {
    const oldest = Math.min(...[...this.#inWork].map(({ since }) => since))
    return this.busy && this.#clock.now() - oldest <= MEMBERSHIP_PATIENCE_MS
  }
}
