import { useSyncExternalStore } from 'react'
import { readStored, writeStored } from '../shell/stored.ts'

/** Pinned channels stay on this browser; more than fit on a screen would pin nothing. */
export const PINNED_MAX = 50

const listeners = new Set<() => void>()
let pinned: ReadonlySet<string> | null = null

function current(): ReadonlySet<string> {
  pinned ??= new Set((readStored('pinned') ?? '').split(' ').filter((name) => name !== ''))
  return pinned
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

/** Logins of the pinned channels. */
export function usePinned(): ReadonlySet<string> {
  return useSyncExternalStore(subscribe, current)
}

/** Pins a channel or lets it go; beyond the bound the one pinned first goes. */
export function togglePinned(login: string): void {
  const kept = [...current()].filter((name) => name !== login)
  const next = kept.length < current().size ? kept : [...kept, login].slice(-PINNED_MAX)
  pinned = new Set(next)
  writeStored('pinned', next.join(' '))
  for (const listener of listeners) listener()
}
