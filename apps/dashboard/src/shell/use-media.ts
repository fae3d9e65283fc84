import { useCallback, useSyncExternalStore } from 'react'

const lists = new Map<string, MediaQueryList>()

function listOf(query: string): MediaQueryList {
  const known = lists.get(query) ?? window.matchMedia(query)
  lists.set(query, known)
  return known
}

/** Whether a media query holds, renewed when that changes. */
export function useMedia(query: string): boolean {
  const subscribe = useCallback(
    (listener: () => void) => {
      const list = listOf(query)
      list.addEventListener('change', listener)
      return () => list.removeEventListener('change', listener)
    },
    [query],
  )
  return useSyncExternalStore(subscribe, () => listOf(query).matches)
}

/** The width up to which the page has its phone form; the style sheets name the same one. */
export function useNarrow(): boolean {
  return useMedia('(max-width: 860px)')
}

/** True when nothing may move by itself. */
export function useCalm(): boolean {
  return useMedia('(prefers-reduced-motion: reduce)')
}
