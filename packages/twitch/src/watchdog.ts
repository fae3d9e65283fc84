export type Verdict = 'alive' | 'ping' | 'dead'

/** Tells a silent connection from a dead one: after two thirds of the time a PING, at the end of it dead. */
export interface Watchdog {
  /** Anything came in. */
  heard(): void
  /** Called regularly; `ping` is said once per silence. */
  check(now: number): Verdict
}

/** Checks per watchdog time; one late check adds at most twice the usual step. */
export const CHECKS_PER_WATCHDOG = 30

/**
 * Silence is the sum of the steps between checks, each counted up to twice its usual length: a process that was
 * itself stopped for a while first gets to read what has arrived, and a clock that jumps kills nothing.
 */
export function createWatchdog(watchdogMs: number, startedAt: number): Watchdog {
  const stepMaxMs = (2 * watchdogMs) / CHECKS_PER_WATCHDOG
  let silentMs = 0
  let checkedAt = startedAt
  let pinged = false
  return {
    heard() {
      silentMs = 0
      pinged = false
    },
    check(now) {
      silentMs += Math.min(Math.max(0, now - checkedAt), stepMaxMs)
      checkedAt = now
      if (silentMs >= watchdogMs) return 'dead'
      if (silentMs < (watchdogMs * 2) / 3 || pinged) return 'alive'
      pinged = true
      return 'ping'
    },
  }
}
