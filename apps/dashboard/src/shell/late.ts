import { useEffect, useState } from 'react'

/** Skeletons come after this time, ms: what loads at once never flickers. */
const LATE_MS = 300

/** True when it has been waiting for longer than a blink. */
export function useLate(waiting: boolean): boolean {
  const [late, setLate] = useState(false)
  useEffect(() => {
    if (!waiting) return setLate(false)
    const timer = setTimeout(() => setLate(true), LATE_MS)
    return () => clearTimeout(timer)
  }, [waiting])
  return late && waiting
}
