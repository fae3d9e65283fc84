import { type JoinMemory, NO_JOIN_MEMORY } from './join-memory.ts'

/**
 * Twitch lets an account JOIN 20 channels in 10 s and disconnects who does more. One budget serves the whole
 * process: 18 at once, then as fast as the window allows. Processes that share an account share the budget.
 */
export const JOINS_PER_WINDOW = 18

/** Ten seconds, and half a second for JOINs that a slow network pushes together. */
export const JOIN_WINDOW_MS = 10_500

/**
 * JOINs go out together only as long as a window and this time have not seen as many as a window may; else one by
 * one. So what is sent together and then held up somewhere for a second meets few of the next ones within Twitch's
 * ten seconds.
 */
const APART_MS = 2_000
/** Of the even distance of JOINs; with the whole of it, whoever looks only now and then would fall behind. */
const EVENNESS = 0.8

export interface JoinBudget {
  /** Takes one JOIN if there is one left at `now` (epoch ms). */
  take(now: number): boolean
  /** How long the next JOIN, the one after it and so on have to wait when nobody else takes any, ms; has no end. */
  waits(now: number): Iterator<number, never>
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

/**
 * @param among processes that share it at the start; 0 while that is not known
 * @param memory what an earlier process has sent, and where this one's are kept for the next
 */
export function createJoinBudget(
  joins = JOINS_PER_WINDOW,
  windowMs = JOIN_WINDOW_MS,
  among = 1,
  memory: JoinMemory = NO_JOIN_MEMORY,
): JoinBudget {
  let rate = rateOf(among)
  /** What holds from `from` on. */
  let next: { readonly rate: Rate; readonly from: number } | null = null
  /** Times of the JOINs that still count, oldest first. */
  let taken: readonly number[] = memory.before()

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
    taken = taken.map((at) => Math.min(at, now)).filter((at) => at + rate.windowMs + APART_MS > now)
  }

  return {
    take(now) {
      bringUpTo(now)
      if (rate.joins === 0 || earliest(taken, rate, now) > now) return false
      taken = [...taken, now]
      memory.keep(taken)
      return true
    },
    *waits(now) {
      bringUpTo(now)
      const known = rate.joins > 0
      const usual = known ? rate : (next?.rate ?? rateOf(1))
      const planned = [...taken]
      let at = known ? now : (next?.from ?? now + windowMs)
      while (true) {
        at = earliest(planned, usual, at)
        planned.push(at)
        if (planned.length > 2 * joins) planned.shift()
        yield at - now
      }
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

/** When the next JOIN may follow those taken, not before `now`. */
function earliest(taken: readonly number[], { joins, windowMs }: Rate, now: number): number {
  const full = taken.at(-joins)
  if (full === undefined) return now
  const at = Math.max(now, full + windowMs)
  const alone = (taken.at(-1) ?? 0) + Math.ceil((EVENNESS * windowMs) / joins)
  return Math.max(at, Math.min(alone, full + windowMs + APART_MS))
}

function perMs({ joins, windowMs }: Rate): number {
  return joins / windowMs
}
