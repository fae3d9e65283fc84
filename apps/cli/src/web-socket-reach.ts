/** Whether an IRC-over-WebSocket server answers. */
import type { Clock } from '@smacktalk/ports'

/** Without a WebSocket within this time Twitch counts as not reachable (interface.md). */
export const REACH_MS = 10_000
/** While the demo world is shown, Twitch is tried this often. */
const RETRY_MS = 60_000

export type Reach = { ok: true } | { ok: false; reason: string }

/** Opens a WebSocket and closes it again, without logging in. Never rejects. */
export async function reach(url: string, signal: AbortSignal, withinMs = REACH_MS): Promise<Reach> {
  const { promise, resolve } = Promise.withResolvers<Reach>()
  const limit = AbortSignal.any([signal, AbortSignal.timeout(withinMs)])
  const gaveUp = (): void => resolve({ ok: false, reason: `no answer within ${withinMs / 1_000} s` })
  limit.addEventListener('abort', gaveUp, { once: true })
  if (limit.aborted) gaveUp()
  const socket = new WebSocket(url, 'irc')
  socket.addEventListener('open', () => resolve({ ok: true }), { once: true })
  socket.addEventListener('error', (event) => resolve({ ok: false, reason: reasonOf(event) }), { once: true })
  const result = await promise
  limit.removeEventListener('abort', gaveUp)
  socket.close()
  return result
}

/** Keeps trying while the demo world is shown, so that the page can offer the switch. */
export class ReachWatch implements AsyncDisposable {
  readonly #ending = new AbortController()
  readonly #watching: Promise<void>
  #reachable = false

  /** The first try comes at once, or after the usual time when one has just failed. */
  constructor(
    url: string,
    clock: Clock,
    atOnce: boolean,
    onChange: (reachable: boolean) => void,
    everyMs = RETRY_MS,
  ) {
    this.#watching = this.#watch(url, clock, atOnce, onChange, everyMs)
  }

  get reachable(): boolean {
    return this.#reachable
  }

  async #watch(
    url: string,
    clock: Clock,
    atOnce: boolean,
    onChange: (reachable: boolean) => void,
    everyMs: number,
  ): Promise<void> {
    const { signal } = this.#ending
    if (!atOnce) await clock.sleep(everyMs, signal)
    while (!signal.aborted) {
      const { ok } = await reach(url, signal)
      if (!signal.aborted && ok !== this.#reachable) {
        this.#reachable = ok
        onChange(ok)
      }
      await clock.sleep(everyMs, signal)
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#ending.abort()
    await this.#watching
  }
}

function reasonOf(event: Event): string {
  const error: unknown = 'error' in event ? event.error : null
  const inner = error instanceof Error && error.cause instanceof Error ? error.cause : error
  if (inner instanceof Error && inner.message !== '') return inner.message
  return 'the connection was refused'
}
