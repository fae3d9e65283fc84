const FIRST_DELAY_MS = 500
/** An outage of less than a minute is over soon after the server is back (interface.md, `twitch.watchdogMs`). */
const SHORT_OUTAGE_MS = 60_000
const SHORT_OUTAGE_DELAY_MAX_MS = 4_000
const LONG_OUTAGE_DELAY_MAX_MS = 30_000

/**
 * How long to wait before the next try, in ms.
 * @param failures tries that failed in a row, from 1
 * @param outageMs how long it has not worked
 * @param random a number in [0, 1); spreads clients that failed together
 */
export function retryDelayMs(failures: number, outageMs: number, random: number): number {
  const largest = outageMs < SHORT_OUTAGE_MS ? SHORT_OUTAGE_DELAY_MAX_MS : LONG_OUTAGE_DELAY_MAX_MS
  const doubled = FIRST_DELAY_MS * 2 ** Math.min(failures - 1, 10)
  return Math.round(Math.min(doubled, largest) * (0.5 + random / 2))
}
