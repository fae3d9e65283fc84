import type { DetectorClock } from '@smacktalk/contract'

/** Seconds that are kept one by one: the longest window, what the baseline has yet to learn, the disorder of sending. */
const SECONDS_KEPT = 20

const COUNTED = ['messages', 'bans', 'timeouts'] as const
export type Counted = (typeof COUNTED)[number]

/** What was counted in each of the last seconds of a channel. */
export class SecondCounts {
  newest: number
  /** By second modulo SECONDS_KEPT. */
  readonly #counts: Readonly<Record<Counted, number[]>> = { messages: none(), bans: none(), timeouts: none() }

  constructor(newest: number, stored: DetectorClock['recent'] = []) {
    this.newest = newest
    for (const seen of stored) {
      for (const name of COUNTED) this.#counts[name][seen.second % SECONDS_KEPT] = seen[name]
    }
  }

  get oldest(): number {
    return this.newest - SECONDS_KEPT + 1
  }

  /** The next second begins, and the oldest is forgotten. */
  step(): void {
    this.newest++
    for (const name of COUNTED) this.#counts[name][this.newest % SECONDS_KEPT] = 0
  }

  /** Forgets all and begins at a later second. */
  skipTo(second: number): void {
    this.newest = second
    for (const name of COUNTED) this.#counts[name].fill(0)
  }

  /** Counts one and returns how many the second has; 0 when it lies too far back to be known. */
  count(name: Counted, second: number): number {
    if (second < this.oldest) return 0
    const counts = this.#counts[name]
    const index = second % SECONDS_KEPT
    counts[index]!++
    return counts[index]!
  }

  of(name: Counted, second: number): number {
    return this.#counts[name][second % SECONDS_KEPT]!
  }

  /** Sum of so many seconds up to and with `last`; all of them are still kept. */
  sum(name: Counted, seconds: number, last: number): number {
    let sum = 0
    for (let second = last - seconds + 1; second <= last; second++) sum += this.of(name, second)
    return sum
  }

  /** Seconds with anything in them, ascending. */
  toStored(): DetectorClock['recent'] {
    const seen: DetectorClock['recent'] = []
    for (let second = this.oldest; second <= this.newest; second++) {
      const [messages, bans, timeouts] = COUNTED.map((name) => this.of(name, second)) as [
        number,
        number,
        number,
      ]
      if (messages + bans + timeouts > 0) seen.push({ second, messages, bans, timeouts })
    }
    return seen
  }
}

function none(): number[] {
  return new Array<number>(SECONDS_KEPT).fill(0)
}
