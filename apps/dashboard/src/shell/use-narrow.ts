import { useSyncExternalStore } from 'react'

/** The width up to which the page has its phone form; the style sheets name the same one. */
const narrow = window.matchMedia('(max-width: 860px)')

function subscribe(listener: () => void): () => void {
  narrow.addEventListener('change', listener)
  return () => narrow.removeEventListener('change', listener)
}

export function useNarrow(): boolean {
  return useSyncExternalStore(subscribe, () => narrow.matches)
}
