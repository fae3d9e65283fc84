/**
 * Times and durations as the page writes them. Times of day are in the reader's zone; the zone of `timeZone` is a
 * parameter so that tests do not depend on the machine.
 */

const formats = new Map<string, Intl.DateTimeFormat>()

function format(name: string, options: Intl.DateTimeFormatOptions, timeZone?: string): Intl.DateTimeFormat {
  const key = `${name} ${timeZone ?? ''}`
  let made = formats.get(key)
  if (made === undefined) {
    made = new Intl.DateTimeFormat('en-GB', timeZone === undefined ? options : { ...options, timeZone })
    formats.set(key, made)
  }
  return made
}

/** `21:45`. */
export function clock(atMs: number, timeZone?: string): string {
  return format('clock', { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }, timeZone).format(atMs)
}

/** `21:45:02`. */
export function clockSeconds(atMs: number, timeZone?: string): string {
  return format(
    'seconds',
    { hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' },
    timeZone,
  ).format(atMs)
}

/** `Thu`. */
export function dayName(atMs: number, timeZone?: string): string {
  return format('day name', { weekday: 'short' }, timeZone).format(atMs)
}

/** `Thu 19`. */
export function weekday(atMs: number, timeZone?: string): string {
  const parts = format('weekday', { weekday: 'short', day: 'numeric' }, timeZone).formatToParts(atMs)
  const part = (type: string) => parts.find((found) => found.type === type)?.value ?? ''
  return `${part('weekday')} ${part('day')}`
}

/** `19 Nov`. */
export function dayAndMonth(atMs: number, timeZone?: string): string {
  return format('day', { day: 'numeric', month: 'short' }, timeZone).format(atMs)
}

/** `19 Nov, 21:45`. */
export function dayAndClock(atMs: number, timeZone?: string): string {
  return `${dayAndMonth(atMs, timeZone)}, ${clock(atMs, timeZone)}`
}

const two = (value: number): string => String(value).padStart(2, '0')

/** A length of time in ms: `45 s`, `1 min 12 s`, `4 min 00 s`, `6 h 40 min`, `2 d 3 h`. */
export function duration(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000))
  if (seconds < 60) return `${seconds} s`
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ${two(seconds % 60)} s`
  const minutes = Math.floor(seconds / 60)
  if (minutes < 48 * 60) return `${Math.floor(minutes / 60)} h ${two(minutes % 60)} min`
  const hours = Math.floor(minutes / 60)
  return `${Math.floor(hours / 24)} d ${hours % 24} h`
}

/** A length of time in ms with one unit, for labels in charts: `45 s`, `4 min`, `7 h`; from two days on with two. */
export function roughDuration(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000))
  if (seconds < 60) return `${seconds} s`
  if (seconds < 5400) return `${Math.round(seconds / 60)} min`
  if (seconds < 48 * 3600) return `${Math.round(seconds / 3600)} h`
  return duration(ms)
}

/** How old something is: `0.5 s` below ten seconds, then like a duration with one unit. */
export function age(ms: number): string {
  const positive = Math.max(0, ms)
  return positive < 9_950 ? `${(positive / 1000).toFixed(1)} s` : roughDuration(positive)
}

/** How old figures are that do not move any more: `as of 12:03:10, 14 s ago`; both times of the server's clock. */
export function asOfText(asOfMs: number, nowMs: number, timeZone?: string): string {
  return `as of ${clockSeconds(asOfMs, timeZone)}, ${roughDuration(nowMs - asOfMs)} ago`
}

/** The reader's time zone and its distance from UTC now: `Europe/Berlin, UTC+1`. */
export function zoneName(nowMs: number): string {
  const minutes = -new Date(nowMs).getTimezoneOffset()
  const sign = minutes < 0 ? '−' : '+'
  const rest = Math.abs(minutes) % 60
  const offset = `UTC${sign}${Math.floor(Math.abs(minutes) / 60)}${rest === 0 ? '' : `:${two(rest)}`}`
  const { timeZone } = Intl.DateTimeFormat().resolvedOptions()
  return minutes === 0 && timeZone === 'UTC' ? timeZone : `${timeZone}, ${offset}`
}
