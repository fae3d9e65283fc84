import type { Clock } from '@smacktalk/ports'

/** Time that only moves when told to; who sleeps wakes as soon as its time has come. */
export class ManualClock implements Clock {
  #now: number
  readonly #sleepers = new Set<{ until: number; wake: () => void }>()

  constructor(now = Date.UTC(2026, 0, 15, 12)) {
    this.#now = now
  }

  now(): number {
    return this.#now
  }

  /** Also backwards: real clocks do. */
  set(now: number): void {
    this.#now = now
    for (const sleeper of this.#sleepers) {
      if (sleeper.until <= now) sleeper.wake()
    }
  }

  advance(ms: number): void {
    this.set(this.#now + ms)
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    if (signal?.aborted === true) return Promise.resolve()
    return new Promise((resolve) => {
      const sleeper = { until: this.#now + ms, wake: () => done() }
      const done = (): void => {
        this.#sleepers.delete(sleeper)
        signal?.removeEventListener('abort', done)
        resolve()
      }
      this.#sleepers.add(sleeper)
      signal?.addEventListener('abort', done, { once: true })
    })
  }
}
