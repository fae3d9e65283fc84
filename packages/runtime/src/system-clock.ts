import { setTimeout as delay } from 'node:timers/promises'
import type { Clock } from '@smacktalk/ports'

/** The wall clock and real waiting; tests bring a clock of their own. */
export const systemClock: Clock = {
  now: () => Date.now(),
  async sleep(ms, signal) {
    try {
      await delay(ms, undefined, signal === undefined ? {} : { signal })
    } catch (error) {
      // Ending early is what the signal is for; anything else is a fault.
      if (signal?.aborted !== true) throw error
    }
  },
}
