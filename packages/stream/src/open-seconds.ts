import { type OpenSeconds, SECOND_MS } from '@smacktalk/contract'

/** Beyond this many seconds the closed ones among them are let go early. */
const SECONDS_SWEEP = 4_096

/**
 * Messages per second of one run in a span, while more can come: what is needed to keep the peak exact. Times
 * count from the start of the span. A second that ends at or before `limit` is closed: nothing of this run can
 * come any more.
 */
export class OpenSecondsOfRun {
  readonly run: string
  #limit = 0
  readonly #bySecond = new Map<number, { count: number }>()
  /** The second of the message before, nearly always that of the next. */
  #lastSecond = Number.NaN
  #last = { count: 0 }

  constructor(run: string, seconds: readonly number[] = [], counts: readonly number[] = []) {
    this.run = run
    // Stored ones were open when they were stored; they stay so until the run is heard again.
    this.#limit = Number.NEGATIVE_INFINITY
    seconds.forEach((second, index) => {
      this.#bySecond.set(second, { count: counts[index]! })
    })
  }

  /** Counts a message; returns how many its second has now. */
  count(second: number, limit: number): number {
    this.#limit = limit
    if (second === this.#lastSecond) return ++this.#last.count
    let found = this.#bySecond.get(second)
    if (found === undefined) {
      found = { count: 0 }
      this.#bySecond.set(second, found)
    }
    this.#last = found
    this.#lastSecond = second
    const count = ++found.count
    if (this.#bySecond.size > SECONDS_SWEEP) this.#sweep()
    return count
  }

  toStored(): OpenSeconds {
    const seconds: number[] = []
    let sorted = true
    for (const second of this.#bySecond.keys()) {
      if (!this.#isOpen(second)) continue
      if (seconds.length > 0 && second < seconds[seconds.length - 1]!) sorted = false
      seconds.push(second)
    }
    if (!sorted) seconds.sort((a, b) => a - b)
    return { run: this.run, seconds, counts: seconds.map((second) => this.#bySecond.get(second)!.count) }
  }

  #sweep(): void {
    for (const second of this.#bySecond.keys()) if (!this.#isOpen(second)) this.#bySecond.delete(second)
    this.#lastSecond = Number.NaN
  }

  #isOpen(second: number): boolean {
    return (second + 1) * SECOND_MS > this.#limit
  }
}
