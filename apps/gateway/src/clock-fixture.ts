import { setTimeout as delay } from 'node:timers/promises'
import type { Clock } from '@smacktalk/ports'

/** Thursday, 19 November 2026, 21:45:30 UTC. */
export const NOW = Date.UTC(2026, 10, 19, 21, 45, 30)

/** Waiting is real but ten times as fast; the time of day stands still until a test sets it. */
export class TestClock implements Clock {
  nowMs = NOW

  now(): number {
    return this.nowMs
  }

  async sleep(ms: number, signal?: AbortSignal): Promise<void> {
    if (signal?.aborted) return
    // An aborted wait is over, as the port promises.
    await delay(ms / 10, undefined, signal === undefined ? {} : { signal }).catch(() => undefined)
  }
}
