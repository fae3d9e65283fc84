/** How far a long piece of work is, for the person at the terminal. */
import type { Clock } from '@smacktalk/ports'

export interface Progress {
  /** Of the same unit as `total`. */
  readonly done: number
  readonly total: number
  /** Things counted so far, for the rate; null where only the share is of interest. */
  readonly count: { readonly number: number; readonly unit: string } | null
}

const BAR_WIDTH = 24
/** A terminal is drawn anew this often; elsewhere every line stays, so there are fewer. */
const REDRAW_MS = 200
const LINE_EVERY_MS = 5_000

interface Screen {
  readonly isTTY?: boolean
  write(text: string): unknown
}

/** A bar that is drawn over itself on a terminal, a line now and then elsewhere. */
export class ProgressDisplay {
  readonly #screen: Screen
  readonly #clock: Clock
  readonly #title: string
  readonly #startedAt: number
  #shownAt: number
  #drawn = false

  constructor(title: string, screen: Screen, clock: Clock) {
    this.#title = title
    this.#screen = screen
    this.#clock = clock
    this.#startedAt = clock.now()
    this.#shownAt = this.#startedAt
  }

  show(progress: Progress): void {
    const now = this.#clock.now()
    const isTerminal = this.#screen.isTTY === true
    if (now - this.#shownAt < (isTerminal ? REDRAW_MS : LINE_EVERY_MS)) return
    this.#shownAt = now
    const text = progressText(this.#title, progress, now - this.#startedAt)
    this.#screen.write(isTerminal ? `\r${text}\u001b[K` : `${text}\n`)
    this.#drawn = isTerminal
  }

  /** Takes the bar away, so that what is said next stands at the start of a line. */
  clear(): void {
    if (this.#drawn) this.#screen.write('\r\u001b[K')
    this.#drawn = false
  }
}

/** `Importing [######......]  50 %  1,200 lines  600 lines/s  0:02 left` */
export function progressText(title: string, { done, total, count }: Progress, elapsedMs: number): string {
  const share = total === 0 ? 1 : Math.min(1, done / total)
  const full = Math.floor(share * BAR_WIDTH)
  const parts = [
    `${title} [${'#'.repeat(full)}${'.'.repeat(BAR_WIDTH - full)}]`,
    `${Math.floor(share * 100)} %`.padStart(5),
  ]
  const seconds = elapsedMs / 1_000
  if (count !== null) {
    parts.push(`${grouped(count.number)} ${count.unit}`)
    if (seconds > 0) parts.push(`${grouped(count.number / seconds)} ${count.unit}/s`)
  }
  if (share > 0 && share < 1) parts.push(`${duration((elapsedMs * (1 - share)) / share)} left`)
  return parts.join('  ')
}

/** `1,234,567` */
export function grouped(value: number): string {
  return Math.round(value).toLocaleString('en-US')
}

/** `0:07`, `12:30`, `3:04:05`; part of a second counts as one. */
export function duration(ms: number): string {
  const seconds = Math.ceil(ms / 1_000)
  const two = (value: number): string => String(value).padStart(2, '0')
  const minutes = Math.floor(seconds / 60)
  const rest = `${two(seconds % 60)}`
  return minutes < 60 ? `${minutes}:${rest}` : `${Math.floor(minutes / 60)}:${two(minutes % 60)}:${rest}`
}

/** `512 bytes`, `1.5 MB`; powers of ten. */
export function size(bytes: number): string {
  const units = ['kB', 'MB', 'GB', 'TB'] as const
  let value = bytes
  let unit = 'bytes'
  for (const next of units) {
    if (value < 1_000) break
    value /= 1_000
    unit = next
  }
  return `${unit === 'bytes' ? value : value.toFixed(1)} ${unit}`
}
