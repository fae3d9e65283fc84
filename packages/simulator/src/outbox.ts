/** Lines on their way out, kept by the second in which they are due. */
import type { LineFault } from './faults.ts'

export interface WorldLine {
  /** When it reaches the listeners; `tmi-sent-ts` is a little earlier. */
  readonly atMs: number
  /** Login of the channel whose listeners get it; '' would be everybody. */
  readonly channel: string
  /** Raw IRC line with its tags, without line end. */
  readonly line: string
  /** What is wrong with it on purpose; null for a sound line. */
  readonly fault: LineFault | null
}

/** The world is made in steps of one second. */
export const STEP_MS = 1_000

/** How far ahead a line may be written: answers, removals and ends of happenings all come within it. */
export const AHEAD_MS_MAX = 10 * 60_000

export class Outbox {
  readonly #startMs: number
  readonly #due = new Map<number, WorldLine[]>()
  #step = 0

  constructor(startMs: number) {
    this.#startMs = startMs
  }

  /** Start of the step that is being made. */
  get stepStartMs(): number {
    return this.#startMs + this.#step * STEP_MS
  }

  /** Never before the step that is being made; what is too far ahead is a mistake of ours. */
  push(atMs: number, channel: string, line: string, fault: LineFault | null): void {
    const due = Math.floor((atMs - this.#startMs) / STEP_MS)
    if (due < this.#step || atMs > this.stepStartMs + AHEAD_MS_MAX) {
      throw new RangeError(`A line for ${atMs} cannot be written in the step at ${this.stepStartMs}.`)
    }
    let list = this.#due.get(due)
    if (list === undefined) {
      list = []
      this.#due.set(due, list)
    }
    list.push({ atMs, channel, line, fault })
  }

  /** Ends the step: its lines in time order, equal times in the order in which they were written. */
  endStep(): readonly WorldLine[] {
    const list = this.#due.get(this.#step) ?? []
    this.#due.delete(this.#step)
    this.#step += 1
    return list.sort((a, b) => a.atMs - b.atMs)
  }
}
