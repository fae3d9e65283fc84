import {
  CLASS_COUNT,
  emptyClasses,
  RECENT_SECONDS,
  type RecentsRow,
  SECOND_MS,
  type Second,
} from '@smacktalk/contract'

/** Messages per second by class of a channel's last RECENT_SECONDS seconds. */
export class Recents {
  #newest: number
  readonly #bySecond = new Map<number, number[]>()
  /** The second of the message before, nearly always that of the next. */
  #lastSecond = Number.NaN
  #last: number[] = []

  constructor(stored?: RecentsRow) {
    this.#newest = stored?.newestSecond ?? 0
    stored?.seconds.forEach((second, index) => {
      this.#bySecond.set(second, stored.counts.slice(index * CLASS_COUNT, (index + 1) * CLASS_COUNT))
    })
  }

  /** Counts a message; returns its second, or null when that lies before the ring. */
  count(sentAt: number, messageClass: number): number | null {
    const second = Math.floor(sentAt / SECOND_MS)
    if (second !== this.#lastSecond) {
      if (second <= this.#newest - RECENT_SECONDS) return null
      if (second > this.#newest) this.#advance(second)
      this.#last = this.#countsOf(second)
      this.#lastSecond = second
    }
    this.#last[messageClass]!++
    return second
  }

  second(second: number): Second {
    return { at: second * SECOND_MS, messages: [...(this.#bySecond.get(second) ?? emptyClasses())] }
  }

  toStored(): RecentsRow {
    const seconds = [...this.#bySecond.keys()].sort((a, b) => a - b)
    const counts: number[] = []
    for (const second of seconds) {
      const ofSecond = this.#bySecond.get(second)!
      for (let index = 0; index < CLASS_COUNT; index++) counts.push(ofSecond[index]!)
    }
    return { newestSecond: this.#newest, seconds, counts }
  }

  #countsOf(second: number): number[] {
    let counts = this.#bySecond.get(second)
    if (counts === undefined) {
      counts = emptyClasses()
      this.#bySecond.set(second, counts)
    }
    return counts
  }

  #advance(newest: number): void {
    const firstKept = newest - RECENT_SECONDS + 1
    if (newest - this.#newest >= RECENT_SECONDS) this.#bySecond.clear()
    else for (let old = this.#newest - RECENT_SECONDS + 1; old < firstKept; old++) this.#bySecond.delete(old)
    this.#newest = newest
  }
}
