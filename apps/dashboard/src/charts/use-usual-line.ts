import { type Usual, usualAt } from '@smacktalk/contract'
import { useMemo } from 'react'

/** What is usual as a line of a chart, messages per second by time; null while nothing is known. */
export function useUsualLine(usual: Usual | null): ((atMs: number) => number | null) | null {
  return useMemo(() => {
    if (usual === null) return null
    return (atMs) => {
      const perMinute = usualAt(usual, atMs)
      return perMinute === null ? null : perMinute / 60
    }
  }, [usual])
}
