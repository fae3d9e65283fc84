/** Trying again, for a limited time and with growing pauses. */
import { type Clock, PipelineError } from '@smacktalk/ports'

const PAUSE_MS = 100
const PAUSE_MAX_MS = 2_000

/** Pauses that double, from 100 ms to 2 s. */
export function* pauses(): Generator<number, never> {
  for (let ms = PAUSE_MS; ; ms = Math.min(2 * ms, PAUSE_MAX_MS)) yield ms
}

export interface Patience {
  readonly clock: Clock
  /** After this much trying in vain the last failure is thrown. */
  readonly ms: number
  readonly signal?: AbortSignal
  /** Turns what was thrown into an error of the port; only retriable ones are tried again. */
  failure(error: unknown): unknown
}

export async function withPatience<T>(patience: Patience, attempt: () => Promise<T>): Promise<T> {
  const { clock, ms, signal } = patience
  const until = clock.now() + ms
  for (const pause of pauses()) {
    signal?.throwIfAborted()
    try {
      return await attempt()
    } catch (error) {
      const failure = patience.failure(error)
      const again = failure instanceof PipelineError && failure.retriable
      if (!again || clock.now() >= until) throw failure
    }
    await clock.sleep(pause, signal)
  }
  throw new Error('unreachable')
}
