import { useSyncExternalStore } from 'react'
import { forgetPalette } from '../charts/palette.ts'
import { readStored, writeStored } from './stored.ts'

/** Dark is the default; the choice is kept in this browser. public/theme.js applies it before the first paint. */
export type Theme = 'dark' | 'light'

const listeners = new Set<() => void>()

export function currentTheme(): Theme {
  return document.documentElement.dataset['theme'] === 'light' ? 'light' : 'dark'
}

export function switchTheme(): void {
  const next: Theme = readStored('theme') === 'light' ? 'dark' : 'light'
  writeStored('theme', next)
  apply()
}

/** Where the system forces its colours, what is drawn keeps to the system's background, whatever was chosen. */
export function followForcedColors(): void {
  for (const query of ['(forced-colors: active)', '(prefers-color-scheme: light)']) {
    window.matchMedia(query).addEventListener('change', apply)
  }
}

function apply(): void {
  const forced = window.matchMedia('(forced-colors: active)').matches
  const light = forced
    ? window.matchMedia('(prefers-color-scheme: light)').matches
    : readStored('theme') === 'light'
  const theme: Theme = light ? 'light' : 'dark'
  if (theme === currentTheme()) return
  document.documentElement.dataset['theme'] = theme
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
