/** The minutes of one log partition, a bounded number of them at a time. */
import { DAY_MS, spanStart } from '@smacktalk/contract'
import { MinuteCount } from './span-count.ts'

/** By start of the minute. */
export type Minutes = Map<number, MinuteCount>

/**
 * Minutes held at once: some 200 MB when each has a hundred chatters. A month of one channel has half as many; an
 * import of years is counted in several readings of the log.
 */
export const MINUTES_HELD_MAX = 80_000

export class MinuteBook {
  /** Days below it were counted in an earlier reading. */
  readonly #fromDay: number
  readonly #minutesMax: number
  /** By start of the day, then by channel id. */
  readonly #days = new Map<number, Map<string, Minutes>>()
  #held = 0
  #cutDay: number | null = null

  constructor(fromDay: number, minutesMax: number) {
    this.#fromDay = fromDay
    this.#minutesMax = minutesMax
  }

  /** The first day that had no room, to be counted in the next reading; null when all had. */
  get cutDay(): number | null {
    return this.#cutDay
  }

  /** The minute that starts then; null when it is counted in another reading. */
  minute(channelId: string, start: number): MinuteCount | null {
    const day = spanStart(start, DAY_MS)
    if (day < this.#fromDay || (this.#cutDay !== null && day >= this.#cutDay)) return null
    let channels = this.#days.get(day)
    if (channels === undefined) {
      channels = new Map()
      this.#days.set(day, channels)
    }
    let minutes = channels.get(channelId)
    if (minutes === undefined) {
      minutes = new Map()
      channels.set(channelId, minutes)
    }
    let minute = minutes.get(start)
    if (minute !== undefined) return minute
    minute = new MinuteCount()
    minutes.set(start, minute)
    if (++this.#held > this.#minutesMax) this.#dropLastDay()
    return minute
  }

  /** Days with their channels' minutes. */
  days(): ReadonlyMap<number, ReadonlyMap<string, Minutes>> {
    return this.#days
  }

  /** A single day stays, however large it is. */
  #dropLastDay(): void {
    if (this.#days.size < 2) return
    const last = [...this.#days.keys()].reduce((max, day) => Math.max(max, day))
    for (const minutes of this.#days.get(last)!.values()) this.#held -= minutes.size
    this.#days.delete(last)
    this.#cutDay = last
  }
}
