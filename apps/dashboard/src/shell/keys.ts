import { useEffect, useRef, useSyncExternalStore } from 'react'
import { readStored, writeStored } from './stored.ts'

/** Keys of the page: off while typing and in dialogs; those that are a character also when switched off in the help. */
const listeners = new Set<() => void>()
let enabled: boolean | null = null

export function keysEnabled(): boolean {
  enabled ??= readStored('keys') !== 'off'
  return enabled
}

export function setKeysEnabled(value: boolean): void {
  enabled = value
  writeStored('keys', value ? 'on' : 'off')
  for (const listener of listeners) listener()
}

export function useKeysEnabled(): boolean {
  return useSyncExternalStore((listener) => {
    listeners.add(listener)
    return () => listeners.delete(listener)
  }, keysEnabled)
}

/** True when a key press is meant for the page and not for a field, a dialog, the browser or a screen reader. */
export function isPageKey(event: KeyboardEvent): boolean {
  if (event.defaultPrevented || (event.key.length === 1 && !keysEnabled())) return false
  if (event.metaKey || event.ctrlKey || event.altKey) return false
  if (document.querySelector('dialog[open]') !== null) return false
  const { target } = event
  return !(
    target instanceof HTMLElement && target.closest('input, textarea, select, [contenteditable]') !== null
  )
}

/** Calls the action of a pressed key; letters are given in lower case, others with `Shift+` when that is held. */
export function usePageKeys(actions: Readonly<Record<string, () => void>>): void {
  const latest = useRef(actions)
  latest.current = actions
  useEffect(() => {
    const pressed = (event: KeyboardEvent) => {
      if (!isPageKey(event)) return
      const { key, shiftKey } = event
      const action =
        latest.current[key.length === 1 ? key.toLowerCase() : `${shiftKey ? 'Shift+' : ''}${key}`]
      if (action === undefined) return
      event.preventDefault()
      action()
    }
    window.addEventListener('keydown', pressed)
    return () => window.removeEventListener('keydown', pressed)
  }, [])
}
