import { useSyncExternalStore } from 'react'
import { forgetPalette } from '../charts/palette.ts'
import { writeStored } from './stored.ts'

/** Dark is the default; the choice is kept in this browser. public/theme.js applies it before the first paint. */
export type Theme = 'dark' | 'light'

const listeners = new Set<() => void>()

export function currentTheme(): Theme {
  return document.documentElement.dataset['theme'] === 'light' ? 'light' : 'dark'
}

export function switchTheme(): void {
  const next: Theme = currentTheme() === 'light' ? 'dark' : 'light'
  document.documentElement.dataset['theme'] = next
  writeStored('theme', next)
  forgetPalette()
  for (const listener of listeners) listener()
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

export function useTheme(): Theme {
  return useSyncExternalStore(subscribe, currentTheme)
}
