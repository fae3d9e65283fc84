import { useCallback, useEffect, useRef, useState } from 'react'
import { ApiError } from './api-error.ts'

export interface Query<T> {
  /** The newest answer for the key; stays while it is asked for again, and when that fails. */
  readonly data: T | null
  /** When `data` came, ms of the local clock. */
  readonly at: number | null
  /** Why the newest attempt failed; null after a success. */
  readonly error: ApiError | null
  reload(): void
}

interface Held<T> {
  group: string | null
  data: T | null
  at: number | null
  error: ApiError | null
}

/** Pause before a failed question is asked again, ms, unless the refresh comes sooner. */
const RETRY_MS = 5_000

/**
 * Asks for something and asks again every `refreshMs` while the tab is visible, when it becomes visible, and when
 * `epoch` changes. Another `key` is another question: its answer starts empty, unless it is of the same `group`,
 * where the last answer stays until the new one comes. A null key asks nothing.
 */
export function useQuery<T>(
  key: string | null,
  ask: (signal: AbortSignal) => Promise<T>,
  options: { refreshMs: number; epoch?: number; group?: string | null },
): Query<T> {
  const { refreshMs, epoch = 0, group = key } = options
  const [held, setHeld] = useState<Held<T>>({ group, data: null, at: null, error: null })
  const [round, setRound] = useState(0)
  const asking = useRef(ask)
  asking.current = ask

  // biome-ignore lint/correctness/useExhaustiveDependencies: epoch and round only say that it is time to ask again
  useEffect(() => {
    if (key === null) return
    const aborter = new AbortController()
    let timer: ReturnType<typeof setTimeout> | undefined
    let running = false
    const again = (pauseMs: number) => {
      clearTimeout(timer)
      timer = setTimeout(load, pauseMs)
    }
    const load = async (): Promise<void> => {
      if (running) return
      if (document.hidden) return again(refreshMs)
      running = true
      try {
        const data = await asking.current(aborter.signal)
        if (aborter.signal.aborted) return
        setHeld({ group, data, at: Date.now(), error: null })
        again(refreshMs)
      } catch (error) {
        if (aborter.signal.aborted) return
        const failure = error instanceof ApiError ? error : new ApiError(0, String(error), { cause: error })
        setHeld((before) => ({
          group,
          data: before.group === group ? before.data : null,
          at: before.group === group ? before.at : null,
          error: failure,
        }))
        again(Math.min(refreshMs, RETRY_MS))
      } finally {
        running = false
      }
    }
    const shown = () => {
      if (!document.hidden) void load()
    }
    document.addEventListener('visibilitychange', shown)
    void load()
    return () => {
      aborter.abort()
      clearTimeout(timer)
      document.removeEventListener('visibilitychange', shown)
    }
  }, [key, group, refreshMs, epoch, round])

  const reload = useCallback(() => setRound((before) => before + 1), [])
  if (held.group !== group) return { data: null, at: null, error: null, reload }
  return { data: held.data, at: held.at, error: held.error, reload }
}
