import { useEffect, useState } from 'react'

/** A lost connection is not shown on stream: after this long the overlay fades, and it returns by itself, ms. */
const FADE_AFTER_MS = 10_000

/** True once `fresh` has been false for ten seconds; false again at once. */
export function useFade(fresh: boolean): boolean {
  const [faded, setFaded] = useState(false)
  useEffect(() => {
    if (fresh) {
      setFaded(false)
      return
    }
    const timer = setTimeout(() => setFaded(true), FADE_AFTER_MS)
    return () => clearTimeout(timer)
  }, [fresh])
  return faded
}
