/** How long it takes from being given partitions to counting what is new in them. */
import type { TakeOver } from '@smacktalk/contract'
import type { Clock } from '@smacktalk/ports'

interface Taken {
  /** Offset of the first record that is new; those before are only remembered. */
  readonly newFrom: number
}

/**
 * Partitions that are given before the ones given earlier are at work belong to one take-over. A partition is at
 * work when its past is remembered: from then on what comes is counted.
 */
export class TakeOverMeter {
  readonly #clock: Clock
  readonly #catchingUp = new Map<number, Taken>()
  #began = 0
  #partitions = 0
  #readBack = 0
  #last: TakeOver | null = null

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** A partition is ours from now on; its checkpoint is not read yet. */
  given(partition: number): void {
    if (this.#catchingUp.size === 0) {
      this.#began = this.#clock.now()
      this.#partitions = 0
      this.#readBack = 0
    }
    this.#partitions++
    this.#catchingUp.set(partition, { newFrom: Number.POSITIVE_INFINITY })
  }

  /** It is read from `readFrom`; what is new begins at `newFrom`. */
  opened(partition: number, readFrom: number, newFrom: number): void {
    if (!this.#catchingUp.has(partition)) return
    this.#catchingUp.set(partition, { newFrom })
    if (readFrom >= newFrom) this.#atWork(partition)
  }

  /** Records [from, to) are folded or remembered. */
  passed(partition: number, from: number, to: number): void {
    const taken = this.#catchingUp.get(partition)
    if (taken === undefined) return
    this.#readBack += Math.max(0, Math.min(to, taken.newFrom) - from)
    if (to >= taken.newFrom) this.#atWork(partition)
  }

  /** It is no longer ours. */
  left(partition: number): void {
    if (this.#catchingUp.has(partition)) this.#atWork(partition)
  }

  /** The newest one that is over; null before the first. */
  get last(): TakeOver | null {
    return this.#last
  }

  #atWork(partition: number): void {
    this.#catchingUp.delete(partition)
    if (this.#catchingUp.size > 0) return
    const at = this.#began
    const tookMs = Math.max(0, this.#clock.now() - at)
    this.#last = { at, partitions: this.#partitions, tookMs, readBack: this.#readBack }
  }
}
