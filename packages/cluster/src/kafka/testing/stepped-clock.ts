import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Clock } from '@smacktalk/ports'

/** A clock that goes on only when told to, from sleeper to sleeper. */
export class SteppedClock implements Clock {
  #now = Date.UTC(2026, 0, 15)
  readonly #sleepers = new Set<{ readonly until: number; wake(): void }>()

  now(): number {
    return this.#now
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

  /** Lets everything that is ready run, then wakes the next sleeper, and so on until the promise is settled. */
  async advanceUntil<T>(promise: Promise<T>): Promise<T> {
    let settled = false
    const ended = promise.finally(() => {
      settled = true
    })
    // Told to whoever awaits the promise; here only that it has ended matters.
    ended.catch(() => undefined)
    for (;;) {
      for (let turn = 0; turn < 5 && !settled; turn++) await nextTurn()
      if (settled) return await promise
      const [next] = [...this.#sleepers].sort((a, b) => a.until - b.until)
      if (next === undefined) throw new Error('nobody sleeps, and still it does not end')
      this.#now = Math.max(this.#now, next.until)
      next.wake()
    }
  }
}
