import {
  CLASS_COUNT,
  classesToSend,
  emptyClasses,
  RECENT_SECONDS,
  SHARED,
  sumClasses,
} from '@smacktalk/contract'

const EMPTY = -1

/** Seconds by which Twitch's clock may be ahead of ours without pushing the oldest second out of the window. */
export const AHEAD_SECONDS = 10
const SLOTS = RECENT_SECONDS + AHEAD_SECONDS

/** Messages per second and class of the last RECENT_SECONDS seconds of one channel; the higher position wins. */
export class SecondRing {
  readonly #seconds = new Float64Array(SLOTS).fill(EMPTY)
  readonly #positions = new Float64Array(SLOTS)
  readonly #counts = new Uint32Array(SLOTS * CLASS_COUNT)
  readonly #editions = new Uint32Array(SLOTS)
  #edition = 0
  readonly #changed = new Set<number>()

  /**
   * Takes the counts of an epoch second as of a log position. Returns by how much the messages without shared
   * copies grew; null when nothing changed, because the ring knows better, knows the same or has moved on.
   */
  set(second: number, counts: readonly number[], position: number): number | null {
    const slot = second % SLOTS
    const known = this.#seconds[slot]!
    if (known > second || (known === second && this.#positions[slot]! > position)) return null
    this.#positions[slot] = position
    if (known === second && this.#holds(slot, counts)) return null
    const before = known === second ? (this.messages(second, SHARED) ?? 0) : 0
    if (known !== second) this.#changed.delete(known)
    this.#seconds[slot] = second
    for (let index = 0; index < CLASS_COUNT; index++) {
      this.#counts[slot * CLASS_COUNT + index] = counts[index] ?? 0
    }
    this.#editions[slot] = ++this.#edition
    this.#changed.add(second)
    return sumClasses(counts, SHARED) - before
  }

  /** Messages of an epoch second without the masked classes; null when it has none or the ring has moved on. */
  messages(second: number, mask: number): number | null {
    if (!this.#has(second)) return null
    const slot = second % SLOTS
    let sum = 0
    for (let index = 0; index < CLASS_COUNT; index++) {
      if ((index & mask) === 0) sum += this.#counts[slot * CLASS_COUNT + index]!
    }
    return sum
  }

  /** Messages of an epoch second by class, as frames carry them. */
  byClass(second: number): number[] | undefined {
    return this.#has(second) ? classesToSend(this.#countsOf(second)) : undefined
  }

  /** Another number whenever the counts of an epoch second are others, by class too; 0 when it has none. */
  edition(second: number): number {
    return this.#has(second) ? this.#editions[second % SLOTS]! : 0
  }

  /** Messages of the seconds [from, to) by class, as frames carry them. */
  byClassIn(from: number, to: number): number[] | undefined {
    const sums = emptyClasses()
    for (let second = from; second < to; second++) {
      if (!this.#has(second)) continue
      const counts = this.#countsOf(second)
      for (let index = 0; index < CLASS_COUNT; index++) sums[index]! += counts[index]!
    }
    return classesToSend(sums)
  }

  /** Messages of the seconds [from, to). */
  messagesIn(from: number, to: number, mask: number): number {
    let sum = 0
    for (let second = from; second < to; second++) sum += this.messages(second, mask) ?? 0
    return sum
  }

  #has(second: number): boolean {
    return second >= 0 && this.#seconds[second % SLOTS] === second
  }

  #countsOf(second: number): Uint32Array {
    const from = (second % SLOTS) * CLASS_COUNT
    return this.#counts.subarray(from, from + CLASS_COUNT)
  }

  #holds(slot: number, counts: readonly number[]): boolean {
    for (let index = 0; index < CLASS_COUNT; index++) {
      if (this.#counts[slot * CLASS_COUNT + index] !== (counts[index] ?? 0)) return false
    }
    return true
  }

  /** Epoch seconds set since the last call, ascending; at most one per slot. */
  takeChanged(): number[] {
    const changed = [...this.#changed].sort((a, b) => a - b)
    this.#changed.clear()
    return changed
  }
}

/** Messages per second over all channels, without shared copies, kept by adding what channels grew by. */
export class TotalRing {
  readonly #seconds = new Float64Array(SLOTS).fill(EMPTY)
  readonly #messages = new Float64Array(SLOTS)

  add(second: number, messages: number): void {
    const slot = second % SLOTS
    const known = this.#seconds[slot]!
    if (known > second) return
    if (known < second) {
      this.#seconds[slot] = second
      this.#messages[slot] = 0
    }
    this.#messages[slot] = this.#messages[slot]! + messages
  }

  /** Null when no channel had a message in it or the ring has moved on. */
  messages(second: number): number | null {
    const slot = second % SLOTS
    return second >= 0 && this.#seconds[slot] === second ? this.#messages[slot]! : null
  }

  clear(): void {
    this.#seconds.fill(EMPTY)
  }
}
