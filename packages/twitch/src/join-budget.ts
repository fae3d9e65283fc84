/**
 * Twitch lets an account JOIN 20 channels in 10 s and disconnects who does more. One budget serves the whole
 * process: 18 at once, then as fast as the window allows. Processes that share an account share the budget.
 */
export const JOINS_PER_WINDOW = 18

/** Ten seconds, and half a second for JOINs that a slow network pushes together. */
export const JOIN_WINDOW_MS = 10_500

export interface JoinBudget {
  /** Takes one JOIN if there is one left at `now` (epoch ms). */
  take(now: number): boolean
  /** How long the JOIN at this place, from 1, has to wait when nobody else takes any. */
  waitMs(place: number, now: number): number
  /**
   * Divides the budget among so many processes, from 1, each of which gets the same. Less holds at once; more only
   * a window later, when what a process that is gone has sent no longer counts. With 0 nothing is given: for a
   * process that does not know yet with how many it shares.
   */
  share(among: number, now: number): void
}

interface Rate {
  readonly joins: number
  readonly windowMs: number
}

/** @param among processes that share it at the start; 0 while that is not known */
export function createJoinBudget(joins = JOINS_PER_WINDOW, windowMs = JOIN_WINDOW_MS, among = 1): JoinBudget {
  let rate = rateOf(among)
  /** What holds from `from` on. */
  let next: { readonly rate: Rate; readonly from: number } | null = null
  /** Times of the JOINs in the window, oldest first; at most `joins`. */
  let taken: number[] = []

  /** More processes than JOINs: one each, in a window that is so much longer; then only the average holds. */
  function rateOf(among: number): Rate {
    if (among <= 0) return { joins: 0, windowMs }
    const each = Math.max(1, Math.floor(joins / among))
    return { joins: each, windowMs: windowMs * Math.max(1, among / joins) }
  }

  function bringUpTo(now: number): void {
    if (next !== null && next.from > now + windowMs) next = { ...next, from: now + windowMs }
    if (next !== null && next.from <= now) {
      rate = next.rate
      next = null
    }
    // A clock set back must not lock the budget: a JOIN from the future is as old as now.
    taken = taken.map((at) => Math.min(at, now)).filter((at) => at + rate.windowMs > now)
  }

  return {
    take(now) {
      bringUpTo(now)
      if (taken.length >= rate.joins) return false
      taken.push(now)
      return true
    },
    waitMs(place, now) {
      bringUpTo(now)
      const { joins, windowMs } = rate.joins > 0 ? rate : (next?.rate ?? rateOf(1))
      const from = rate.joins > 0 ? now : (next?.from ?? now + windowMs)
      // Only the newest ones stand in the way: an older one makes room first.
      const standing = taken.slice(-joins)
      const free = joins - standing.length
      if (place <= free) return from - now
      const slots = [...standing, ...Array.from({ length: free }, () => from)]
      const after = place - free - 1
      const slot = slots[after % joins] ?? from
      return Math.max(0, slot + windowMs * (1 + Math.floor(after / joins)) - now)
    },
    share(among, now) {
      bringUpTo(now)
      const wanted = rateOf(among)
      const grows = perMs(wanted) > perMs(rate)
      if (!grows) {
        rate = wanted
        next = null
      } else if (next === null || perMs(wanted) > perMs(next.rate)) {
        next = { rate: wanted, from: now + windowMs }
      } else {
        next = { rate: wanted, from: next.from }
      }
    },
  }
}

function perMs({ joins, windowMs }: Rate): number {
  return joins / windowMs
}
