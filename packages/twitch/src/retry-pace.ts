/**
 * When channels that Twitch did not let in are tried again: one after the other, spread over the time in which each
 * of them is due once. No more JOINs than that takes, and what is left of the budget stays for those that get in.
 */
import { isDue } from './due.ts'

/** How often a suspended or refused one is tried, so that what is said of it is true within a minute. */
export const RETRY_MS = 45_000

/** How often a channel that is not there is tried again. */
export const RECHECK_MS = 600_000

/** Few channels need no haste. */
const APART_MAX_MS = 2_400
/** Just above the pace of the JOIN budget (18 in 10.5 s): ninety in 54 s, and one JOIN of the window left over. */
const APART_MIN_MS = 600
/** Whoever waits for longer than this beyond its time makes the tries follow each other as fast as they may. */
const PATIENCE_MS = 5_000

export interface RetryPace {
  /**
   * @param load tries that fall into RETRY_MS when each channel is tried as often as it is to be
   * @param firstAt when the channel that waits longest was to be tried, epoch ms
   */
  isDue(load: number, firstAt: number, now: number): boolean
  sent(now: number): void
}

export function createRetryPace(): RetryPace {
  let apartMs = APART_MAX_MS
  let lastAt = Number.NEGATIVE_INFINITY
  return {
    isDue(load, firstAt, now) {
      const evenMs = now - firstAt > PATIENCE_MS ? APART_MIN_MS : RETRY_MS / Math.max(1, load)
      apartMs = Math.min(APART_MAX_MS, Math.max(APART_MIN_MS, evenMs))
      return isDue(lastAt + apartMs, now, APART_MAX_MS)
    },
    sent(now) {
      // Whoever looks every quarter of a second is always a little late; the mean is to be kept.
      const planned = lastAt + apartMs
      lastAt = planned <= now && now - planned < apartMs ? planned : now
    },
  }
}
