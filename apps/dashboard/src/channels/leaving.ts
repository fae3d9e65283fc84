import { useSyncExternalStore } from 'react'
import { ApiError } from '../rest/api-error.ts'
import { api } from '../rest/client.ts'
import { toastStore } from '../shell/toast-store.ts'

/** Channels that were just removed here: hidden at once, until the server's list is without them. */
let leaving: ReadonlySet<string> = new Set()
const listeners = new Set<() => void>()

function set(next: ReadonlySet<string>): void {
  leaving = next
  for (const listener of listeners) listener()
}

function forget(name: string): void {
  if (leaving.has(name)) set(new Set([...leaving].filter((each) => each !== name)))
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

export function useLeaving(): ReadonlySet<string> {
  return useSyncExternalStore(subscribe, () => leaving)
}

/** Forgets those the server's list is already without. */
export function settleLeaving(listed: readonly { name: string }[]): void {
  const names = new Set(listed.map(({ name }) => name))
  for (const name of leaving) if (!names.has(name)) forget(name)
}

/** Leaves a channel at once and offers to take it back for as long as the toast stays. */
export async function leaveChannel(name: string): Promise<void> {
  set(new Set([...leaving, name]))
  try {
    await api.removeChannel(name)
  } catch (error) {
    forget(name)
    tell(`${name} was not removed`, error)
    return
  }
  toastStore.show({
    kind: 'warning',
    title: `${name} left`,
    text: 'Its counts are kept.',
    action: { label: 'Undo', run: () => void takeBack(name) },
  })
}

async function takeBack(name: string): Promise<void> {
  try {
    await api.addChannels([name])
    forget(name)
  } catch (error) {
    tell(`${name} was not added again`, error)
  }
}

function tell(title: string, error: unknown): void {
  toastStore.show({ kind: 'error', title, text: error instanceof ApiError ? error.detail : String(error) })
}
