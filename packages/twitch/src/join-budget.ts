/**
 * Twitch lets an account JOIN 20 channels in 10 s and disconnects who does more. One budget serves the whole
 * process: 18 at once, then as fast as the window allows.
 */
export const JOINS_PER_WINDOW = 18

/** Ten seconds, and half a second for JOINs that a slow network pushes together. */
export const JOIN_WINDOW_MS = 10_500

export interface JoinBudget {
  /** Takes one JOIN if there is one left at `now` (epoch ms). */
  take(now: number): boolean
  /** How long the JOIN at this place, from 1, has to wait when nobody else takes any. */
  waitMs(place: number, now: number): number
}

export function createJoinBudget(joins = JOINS_PER_WINDOW, windowMs = JOIN_WINDOW_MS): JoinBudget {
  /** Times of the JOINs in the window, oldest first; at most `joins`. */
  let taken: number[] = []

  function forget(now: number): void {
    // A clock set back must not lock the budget: a JOIN from the future is as old as now.
    taken = taken.map((at) => Math.min(at, now)).filter((at) => at + windowMs > now)
  }

  return {
    take(now) {
      forget(now)
      if (taken.length >= joins) return false
      taken.push(now)
      return true
    },
    waitMs(place, now) {
      forget(now)
      const free = joins - taken.length
      if (place <= free) return 0
      const slots = [...taken, ...Array.from({ length: free }, () => now)]
      const after = place - free - 1
      const slot = slots[after % joins] ?? now
      return slot + windowMs * (1 + Math.floor(after / joins)) - now
    },
  }
}
