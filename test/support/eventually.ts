/** Waiting for a fact, with an end and with words for the case that it does not come. */
import { setTimeout as sleep } from 'node:timers/promises'

export interface Patience {
  /** After so long the fact is not expected any more, ms. Default 20 s: far more than it takes, even on a busy machine. */
  readonly withinMs?: number
  /** How often to look, ms. */
  readonly everyMs?: number
  /** Added to the failure: what somebody needs to understand it. */
  readonly context?: () => string
}

/**
 * Asks until the answer is neither null nor false, and gives it back. A question that throws counts as "not yet";
 * what it threw last is the cause of the failure.
 */
export async function eventually<T>(
  what: string,
  ask: () => Promise<T | null | false> | T | null | false,
  { withinMs = 20_000, everyMs = 50, context }: Patience = {},
): Promise<T> {
  const deadline = performance.now() + withinMs
  let cause: unknown
  for (;;) {
    try {
      const answer = await ask()
      cause = undefined
      if (answer !== null && answer !== false) return answer
    } catch (error) {
      cause = error
    }
    if (performance.now() > deadline) {
      const more = context === undefined ? '' : `\n${context()}`
      const last = cause === undefined ? '' : ` The last try failed: ${String(cause)}`
      throw new Error(`Not within ${withinMs} ms: ${what}.${last}${more}`, { cause })
    }
    await sleep(everyMs)
  }
}
