/**
 * What a channel remembers of one run: every sighting of a record with valid tags and time, counted or not
 * (architecture.md, idea 5). Forgotten is exactly what would be late, so no identity counts twice.
 */
import { DAY_MS, type Sighting, spanStart } from '@smacktalk/contract'

/**
 * Sightings per channel and run. A quarter of a million is 15 minutes at 275 messages a second in one channel
 * and some 50 MB; beyond it the run forgets earlier, and what it has forgotten is late.
 */
export const SIGHTINGS_MAX = 250_000

/** An entry is in two chains, by identity and by text; both almost always hold one, ascending by position. */
interface Remembered extends Sighting {
  /** Append time, ms; 0 when it came from a clock row, which holds only what lies before the read-back. */
  appendMs: number
  forgotten: boolean
  nextOfIdentity: Remembered | null
  nextOfText: Remembered | null
  previousOfText: Remembered | null
}

export class Sightings {
  readonly #max: number
  readonly #byIdentity = new Map<string, Remembered>()
  /** By the hash of author and text, for the words rule. */
  readonly #byText = new Map<number, Remembered>()
  readonly #bySecond = new Map<number, Remembered[]>()
  /** In append order; the front is what leaves the read-back window first. */
  #order: Remembered[] = []
  #orderStart = 0
  #count = 0
  /** No sighting is older than this second. */
  #oldest = Number.POSITIVE_INFINITY

  constructor(max = SIGHTINGS_MAX) {
    this.#max = max
  }

  get size(): number {
    return this.#count
  }

  /** The first sighting of the identity with `sentAt >= limit` at a position below `position`. */
  find(identity: string, limit: number, position: number): Sighting | undefined {
    let seen = this.#byIdentity.get(identity) ?? null
    while (seen !== null && (seen.sentAt < limit || seen.position >= position)) seen = seen.nextOfIdentity
    return seen ?? undefined
  }

  /** Whether the author wrote the same text under another id at a lower position, at most `apartMs` apart. */
  hasText({ identity, textHash, sentAt, position }: Sighting, apartMs: number): boolean {
    for (let seen = this.#byText.get(textHash) ?? null; seen !== null; seen = seen.nextOfText) {
      if (seen.identity === identity || seen.position >= position) continue
      if (Math.abs(seen.sentAt - sentAt) > apartMs) continue
      if (spanStart(seen.sentAt, DAY_MS) === spanStart(sentAt, DAY_MS)) return true
    }
    return false
  }

  /** Remembering the same position again, or a copy that says nothing new, changes nothing. */
  add(sighting: Sighting, appendMs: number): void {
    const { identity, sentAt, position, author, textHash, shared } = sighting
    const entry: Remembered = {
      identity,
      sentAt,
      position,
      author,
      textHash,
      shared,
      appendMs,
      forgotten: false,
      nextOfIdentity: null,
      nextOfText: null,
      previousOfText: null,
    }
    let last = this.#byIdentity.get(identity)
    if (last === undefined) this.#byIdentity.set(identity, entry)
    else {
      for (; ; last = last.nextOfIdentity) {
        if (isCopy(last, sighting)) return
        if (last.nextOfIdentity === null) break
      }
      last.nextOfIdentity = entry
    }
    if (textHash !== 0) this.#addText(entry)
    const second = Math.floor(sentAt / 1_000)
    const bucket = this.#bySecond.get(second)
    if (bucket === undefined) this.#bySecond.set(second, [entry])
    else bucket.push(entry)
    if (second < this.#oldest) this.#oldest = second
    this.#order.push(entry)
    this.#count++
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
    while (this.#count > this.#max && this.#bySecond.size > 0) {
      limit = (this.#oldest + 1) * 1_000
      this.forgetBefore(limit)
    }
    return limit
  }

  clear(): void {
    this.#byIdentity.clear()
    this.#byText.clear()
    this.#bySecond.clear()
    this.#order = []
    this.#orderStart = 0
    this.#count = 0
    this.#oldest = Number.POSITIVE_INFINITY
  }

  /** Remembered sightings that were appended before `appendMs`, by position. */
  appendedBefore(appendMs: number): Sighting[] {
    this.#trimOrder()
    const found: Sighting[] = []
    for (let index = this.#orderStart; index < this.#order.length; index++) {
      const entry = this.#order[index]!
      if (entry.appendMs >= appendMs) break
      if (entry.forgotten) continue
      const { identity, sentAt, position, author, textHash, shared } = entry
      found.push({ identity, sentAt, position, author, textHash, shared })
    }
    return found.sort((a, b) => a.position - b.position)
  }

  /** Whether any remembered sighting was appended in [fromMs, toMs). */
  anyAppendedBetween(fromMs: number, toMs: number): boolean {
    this.#trimOrder()
    for (let index = this.#orderStart; index < this.#order.length; index++) {
      const entry = this.#order[index]!
      if (entry.appendMs >= toMs) return false
      if (!entry.forgotten && entry.appendMs >= fromMs) return true
    }
    return false
  }

  #forgetSecond(second: number): void {
    const bucket = this.#bySecond.get(second)
    if (bucket === undefined) return
    this.#bySecond.delete(second)
    for (const entry of bucket) {
      entry.forgotten = true
      this.#count--
      this.#removeIdentity(entry)
      if (entry.textHash !== 0) this.#removeText(entry)
    }
  }

  /** Newest first: a text said over and over is found at once, and leaves in one step. */
  #addText(entry: Remembered): void {
    const first = this.#byText.get(entry.textHash)
    if (first !== undefined) {
      entry.nextOfText = first
      first.previousOfText = entry
    }
    this.#byText.set(entry.textHash, entry)
  }

  #removeText({ textHash, previousOfText, nextOfText }: Remembered): void {
    if (nextOfText !== null) nextOfText.previousOfText = previousOfText
    if (previousOfText !== null) previousOfText.nextOfText = nextOfText
    else if (nextOfText !== null) this.#byText.set(textHash, nextOfText)
    else this.#byText.delete(textHash)
  }

  #removeIdentity(entry: Remembered): void {
    let before = this.#byIdentity.get(entry.identity)!
    if (before === entry) {
      if (entry.nextOfIdentity === null) this.#byIdentity.delete(entry.identity)
      else this.#byIdentity.set(entry.identity, entry.nextOfIdentity)
      return
    }
    while (before.nextOfIdentity !== entry) before = before.nextOfIdentity!
    before.nextOfIdentity = entry.nextOfIdentity
  }

  #trimOrder(): void {
    while (this.#orderStart < this.#order.length && this.#order[this.#orderStart]!.forgotten)
      this.#orderStart++
    if (this.#orderStart * 2 < this.#order.length) return
    this.#order = this.#order.slice(this.#orderStart)
    this.#orderStart = 0
  }
}

/** A copy from another ingestor; a record with the same id but another author or text is a sighting of its own. */
function isCopy(seen: Sighting, other: Sighting): boolean {
  return seen.sentAt === other.sentAt && seen.author === other.author && seen.textHash === other.textHash
}
