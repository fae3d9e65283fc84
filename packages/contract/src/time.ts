export const SECOND_MS = 1_000
export const MINUTE_MS = 60_000
export const HOUR_MS = 3_600_000
export const DAY_MS = 86_400_000

/** Spans are aligned to the epoch (UTC) and half open: start <= atMs < start + sizeMs. */
export function spanStart(atMs: number, sizeMs: number): number {
  return Math.floor(atMs / sizeMs) * sizeMs
}

/** The UTC day of a time as `YYYY-MM-DD`, as it stands in row keys. */
export function utcDay(atMs: number): string {
  const day = Math.floor(atMs / DAY_MS)
  if (day !== lastDay) {
    lastDayText = new Date(atMs).toISOString().slice(0, 10)
    lastDay = day
  }
  return lastDayText
}

/** Nearly every question is about the day of the one before, and formatting a date is slow. */
let lastDay = Number.NaN
let lastDayText = ''

/** Earliest send time that is believed: Twitch's forerunner did not exist before (metrics.md, Time). */
export const EARLIEST_SENT_MS = Date.UTC(2005, 0, 1)

export type Step = 'second' | 'minute' | 'hour' | 'day'
export const STEP_MS: Readonly<Record<Step, number>> = {
  second: SECOND_MS,
  minute: MINUTE_MS,
  hour: HOUR_MS,
  day: DAY_MS,
}
