import type { Clock } from '@smacktalk/ports'

interface Sleeper {
  readonly until: number
  wake(): void
}

/** A clock that stands until it is moved. */
export class StepClock implements Clock {
  #now = 1_700_000_000_000
  #sleepers = new Set<Sleeper>()

  now(): number {
    return this.#now
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      if (signal?.aborted) return resolve()
      const sleeper: Sleeper = {
        until: this.#now + ms,
        wake: () => {
          this.#sleepers.delete(sleeper)
          signal?.removeEventListener('abort', sleeper.wake)
          resolve()
        },
      }
      this.#sleepers.add(sleeper)
      signal?.addEventListener('abort', sleeper.wake)
    })
  }

  /** Moves on and lets everybody act whose time has come. */
  async advance(ms: number): Promise<void> {
    this.#now += ms
    for (const sleeper of [...this.#sleepers]) if (sleeper.until <= this.#now) sleeper.wake()
    // Whoever woke acts and sleeps again within a few turns of the queue.
    for (let turn = 0; turn < 6; turn++) await undefined
  }
}
