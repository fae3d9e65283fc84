/** Waiting for a fact, with an end and with words for the case that it does not come. */
import { setTimeout as sleep } from 'node:timers/promises'

/** After so long a fact is not expected any more, ms: far more than anything takes, even where many share a core. */
export const PATIENCE_MS = 60_000

export interface Patience {
  /** How long the fact is waited for, ms. Default `PATIENCE_MS`. */
  readonly withinMs?: number
  /** How often to look, ms. */
  readonly everyMs?: number
  /** Added to the failure: what somebody needs to understand it. */
  readonly context?: () => string
}

/**
 * Asks until the answer is something other than null, undefined and false, and gives it back. A question that throws
 * counts as "not yet"; what it threw last is the cause of the failure.
 */
export async function eventually<T extends NonNullable<unknown>>(
  what: string,
  ask: () => Promise<T | null | undefined | false> | T | null | undefined | false,
  { withinMs = PATIENCE_MS, everyMs = 50, context }: Patience = {},
): Promise<T> {
  const deadline = performance.now() + withinMs
  let cause: unknown
  for (;;) {
    try {
      const answer = await ask()
      cause = undefined
      if (answer !== null && answer !== undefined && answer !== false) return answer
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
