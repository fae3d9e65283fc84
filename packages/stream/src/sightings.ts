/**
 * What a channel remembers of one run: every sighting of a record with valid tags and time, counted or not
 * (architecture.md, idea 5). Forgotten is exactly what would be late, so no identity counts twice.
 */
import { DAY_MS, type Sighting, spanStart } from '@smacktalk/contract'
import { IdentityWords } from './identity-words.ts'
import { NONE, SightingTable } from './sighting-table.ts'

/**
 * Sightings per channel and run. A quarter of a million is 15 minutes at 275 messages a second in one channel
 * and some 25 MB; beyond it the run forgets earlier, and what it has forgotten is late.
 */
export const SIGHTINGS_MAX = 250_000

export class Sightings {
  readonly #max: number
  readonly #table = new SightingTable()
  readonly #words = new IdentityWords()
  /** First slot of each second of send time. */
  readonly #bySecond = new Map<number, number>()
  /** No sighting is older than this second. */
  #oldest = Number.POSITIVE_INFINITY

  constructor(max = SIGHTINGS_MAX) {
    this.#max = max
  }

  get size(): number {
    return this.#table.size
  }

  /** Whether the identity was seen with `sentAt >= limit` at a position below `position`. */
  has(identity: string, limit: number, position: number): boolean {
    return this.#find(identity, limit, position) !== NONE
  }

  /** The first sighting of the identity with `sentAt >= limit` at a position below `position`. */
  find(identity: string, limit: number, position: number): Sighting | undefined {
    const slot = this.#find(identity, limit, position)
    return slot === NONE ? undefined : this.#table.toSighting(slot)
  }

  /** Whether the author wrote the same text under another id at a lower position, at most `apartMs` apart. */
  hasText({ identity, textHash, sentAt, position }: Sighting, apartMs: number): boolean {
    const table = this.#table
    this.#words.set(identity)
    for (let slot = table.firstOfText(textHash); slot !== NONE; slot = table.nextOfText(slot, textHash)) {
      if (table.position(slot) >= position || table.is(slot, identity, this.#words)) continue
      const seenAt = table.sentAt(slot)
      if (Math.abs(seenAt - sentAt) > apartMs) continue
      if (spanStart(seenAt, DAY_MS) === spanStart(sentAt, DAY_MS)) return true
    }
    return false
  }

  /** Remembering the same position again, or a copy that says nothing new, changes nothing. */
  add(sighting: Sighting, appendMs: number): void {
    const { identity, sentAt } = sighting
    const table = this.#table
    const words = this.#words
    words.set(identity)
    let seen = table.firstOf(identity, words)
    for (; seen !== NONE; seen = table.nextOf(seen, identity, words)) if (table.isCopy(seen, sighting)) return
    const second = Math.floor(sentAt / 1_000)
    this.#bySecond.set(second, table.add(sighting, words, appendMs, this.#bySecond.get(second) ?? NONE))
    if (second < this.#oldest) this.#oldest = second
  }

  /** Forgets whole seconds that end at or before `limit`. */
  forgetBefore(limit: number): void {
    const until = Math.floor(limit / 1_000)
    if (this.#oldest >= until) return
    if (until - this.#oldest > this.#bySecond.size) {
      for (const second of [...this.#bySecond.keys()]) if (second < until) this.#forgetSecond(second)
    } else {
      for (let second = this.#oldest; second < until; second++) this.#forgetSecond(second)
    }
    this.#oldest = Number.POSITIVE_INFINITY
    if (this.#bySecond.size === 0) return
    // The next oldest second lies close by in a busy channel; in a quiet one there are few to look through.
    for (let second = until; second < until + this.#bySecond.size; second++) {
      if (this.#bySecond.has(second)) {
        this.#oldest = second
        return
      }
    }
    for (const second of this.#bySecond.keys()) if (second < this.#oldest) this.#oldest = second
  }

  /** Forgets the oldest seconds while there are too many; returns the send time below which all is forgotten. */
  enforceMax(): number {
    let limit = 0
    while (this.#table.size > this.#max && this.#bySecond.size > 0) {
      limit = (this.#oldest + 1) * 1_000
      this.forgetBefore(limit)
    }
    return limit
  }

  clear(): void {
    this.#table.clear()
    this.#bySecond.clear()
    this.#oldest = Number.POSITIVE_INFINITY
  }

  /** Remembered sightings that were appended before `appendMs`, by position. */
  appendedBefore(appendMs: number): Sighting[] {
    const table = this.#table
    const found: Sighting[] = []
    for (
      let slot = table.first;
      slot !== NONE && table.appendMs(slot) < appendMs;
      slot = table.nextInOrder(slot)
    ) {
      found.push(table.toSighting(slot))
    }
    return found.sort((a, b) => a.position - b.position)
  }

  /** Whether any remembered sighting was appended in [fromMs, toMs). */
  anyAppendedBetween(fromMs: number, toMs: number): boolean {
    const table = this.#table
    for (let slot = table.first; slot !== NONE; slot = table.nextInOrder(slot)) {
      const appendMs = table.appendMs(slot)
      if (appendMs >= toMs) return false
      if (appendMs >= fromMs) return true
    }
    return false
  }

  #find(identity: string, limit: number, position: number): number {
    const table = this.#table
    const words = this.#words
    words.set(identity)
    let slot = table.firstOf(identity, words)
    while (slot !== NONE && (table.sentAt(slot) < limit || table.position(slot) >= position)) {
      slot = table.nextOf(slot, identity, words)
    }
    return slot
  }

  #forgetSecond(second: number): void {
    let slot = this.#bySecond.get(second)
    if (slot === undefined) return
    this.#bySecond.delete(second)
    while (slot !== NONE) slot = this.#table.remove(slot)
  }
}
