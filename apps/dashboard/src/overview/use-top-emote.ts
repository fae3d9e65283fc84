import { HOUR_MS, type TopListEntry } from '@smacktalk/contract'
import { useEffect, useState } from 'react'
import { serverNow } from '../live/server-clock.ts'
import { ApiError } from '../rest/api-error.ts'
import { api } from '../rest/client.ts'

/** A row that is only scrolled past asks nothing, ms. */
const STAYS_MS = 300
/** The first place of a list changes seldom, ms. */
const FRESH_MS = 60_000
/** Questions on their way at once: a table full of rows must not stand before what else the page asks. */
const AT_ONCE = 3
/** As many channels as can be wanted at once. */
const KEPT_MAX = 1_000

interface Known {
  readonly entry: TopListEntry | null
  readonly at: number
}

const known = new Map<string, Known>()
let running = 0
const waiting: (() => void)[] = []

/** The most used emote of a channel in this hour and the one before; null while it is not known, and for null. */
export function useTopEmote(name: string | null): TopListEntry | null {
  const [shown, setShown] = useState<{ name: string | null; entry: TopListEntry | null }>({
    name,
    entry: name === null ? null : (known.get(name)?.entry ?? null),
  })
  useEffect(() => {
    if (name === null) return
    const aborter = new AbortController()
    const { signal } = aborter
    let timer: ReturnType<typeof setTimeout> | undefined
    const look = async (): Promise<void> => {
      const kept = known.get(name)
      const fresh = kept !== undefined && performance.now() - kept.at < FRESH_MS
      if (!fresh && !document.hidden) await ask(name, signal)
      if (signal.aborted) return
      setShown({ name, entry: known.get(name)?.entry ?? null })
      timer = setTimeout(() => void look(), FRESH_MS)
    }
    timer = setTimeout(() => void look(), STAYS_MS)
    return () => {
      aborter.abort()
      clearTimeout(timer)
    }
  }, [name])
  return shown.name === name ? shown.entry : null
}

/** Renews what is known of a channel; what was known stays when that fails, and is asked for again later. */
async function ask(name: string, signal: AbortSignal): Promise<void> {
  await turn()
  try {
    if (signal.aborted) return
    const now = serverNow()
    const span = { from: now - HOUR_MS, to: now }
    const { entries } = await api.top(name, { kind: 'emotes', ...span, limit: 1 }, signal)
    known.delete(name)
    known.set(name, { entry: entries[0] ?? null, at: performance.now() })
    const oldest = known.keys().next()
    if (known.size > KEPT_MAX && !oldest.done) known.delete(oldest.value)
  } catch (error) {
    // A dash stands there meanwhile; other parts of the page say what is wrong with the server.
    if (!signal.aborted && !(error instanceof ApiError)) throw error
  } finally {
    running--
    waiting.shift()?.()
  }
}

async function turn(): Promise<void> {
  if (running >= AT_ONCE) {
    const { promise, resolve } = Promise.withResolvers<void>()
    waiting.push(resolve)
    await promise
  }
  running++
}
