import { DAY_MS, spanStart } from '@smacktalk/contract'

export interface Streaks {
  readonly daysActive: number
  readonly longestStreak: number
  /** Ends today or yesterday (UTC); 0 when neither day was active. */
  readonly currentStreak: number
}

/** Days in a row, from starts of UTC days in any order. */
export function streaksOf(days: ReadonlySet<number>, nowMs: number): Streaks {
  const today = spanStart(nowMs, DAY_MS)
  let longestStreak = 0
  let currentStreak = 0
  let streak = 0
  let before = Number.NEGATIVE_INFINITY
  for (const day of [...days].sort((a, b) => a - b)) {
    streak = day === before + DAY_MS ? streak + 1 : 1
    before = day
    longestStreak = Math.max(longestStreak, streak)
    if (day === today || day === today - DAY_MS) currentStreak = streak
  }
  return { daysActive: days.size, longestStreak, currentStreak }
}
