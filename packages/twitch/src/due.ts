/**
 * Whether something planned for `at` is due. What is further ahead than it is ever planned was planned before the
 * clock was set back, and must not wait for the clock to come there again.
 */
export function isDue(at: number, now: number, longestMs: number): boolean {
  return at <= now || at > now + longestMs
}
