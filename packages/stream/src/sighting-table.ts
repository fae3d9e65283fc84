/**
 * Sightings in typed arrays: a busy channel remembers a quarter of a million of them, and as objects they would
 * be most of what garbage collection looks at. A sighting is a slot: a number that stays its own until it is freed.
 */
import type { Sighting } from '@smacktalk/contract'
import { type IdentityWords, numberOf, uuidOf } from './identity-words.ts'

/** No slot: the end of every chain. */
export const NONE = -1

/** Whole numbers of a slot. The first four are the words of the identity, the others links to other slots. */
const INTS = 12
const NEXT_OF_HASH = 4
const NEXT_OF_TEXT = 5
const PREVIOUS_OF_TEXT = 6
const NEXT_OF_SECOND = 7
const NEXT_IN_ORDER = 8
const PREVIOUS_IN_ORDER = 9
const FLAGS = 10
const HASH = 11

const IS_SHARED = 1
/** The identity is no UUID: its text is kept beside. */
const IS_ODD = 2
/** The author is no number: the text is kept beside. */
const IS_ODD_AUTHOR = 4

/** Other numbers of a slot: times in ms, the position, the author's id. */
const NUMBERS = 5
const SENT_AT = 0
const POSITION = 1
const APPEND_MS = 2
const TEXT_HASH = 3
const AUTHOR = 4

/** Nearly all channels are quiet ones. */
const SLOTS_MIN = 16

export class SightingTable {
  #slots = 0
  #ints = new Int32Array(0)
  #numbers = new Float64Array(0)
  /** First slot of each chain of equal hash, as many as there are slots: a power of two. */
  #byHash = new Int32Array(0)
  #byText = new Int32Array(0)
  #used = 0
  /** Freed slots, chained like those of a second. */
  #free = NONE
  /** Slots that were never used lie from here on. */
  #fresh = 0
  readonly #oddIdentities = new Map<number, string>()
  readonly #oddAuthors = new Map<number, string>()
  /** In append order; the front is what leaves the read-back window first. */
  #first = NONE
  #last = NONE

  get size(): number {
    return this.#used
  }
  /** The slot that was appended first. */
  get first(): number {
    return this.#first
  }

  sentAt(slot: number): number {
    return this.#numbers[slot * NUMBERS + SENT_AT]!
  }
  position(slot: number): number {
    return this.#numbers[slot * NUMBERS + POSITION]!
  }
  appendMs(slot: number): number {
    return this.#numbers[slot * NUMBERS + APPEND_MS]!
  }
  nextInOrder(slot: number): number {
    return this.#ints[slot * INTS + NEXT_IN_ORDER]!
  }
  nextOfSecond(slot: number): number {
    return this.#ints[slot * INTS + NEXT_OF_SECOND]!
  }

  toSighting(slot: number): Sighting {
    const at = slot * INTS
    const ints = this.#ints
    const flags = ints[at + FLAGS]!
    const numbers = slot * NUMBERS
    return {
      identity:
        (flags & IS_ODD) !== 0
          ? this.#oddIdentities.get(slot)!
          : uuidOf(ints[at]!, ints[at + 1]!, ints[at + 2]!, ints[at + 3]!),
      sentAt: this.#numbers[numbers + SENT_AT]!,
      position: this.#numbers[numbers + POSITION]!,
      author:
        (flags & IS_ODD_AUTHOR) !== 0
          ? this.#oddAuthors.get(slot)!
          : String(this.#numbers[numbers + AUTHOR]!),
      textHash: this.#numbers[numbers + TEXT_HASH]!,
      shared: (flags & IS_SHARED) !== 0,
    }
  }

  /** The first slot of an identity, or the next one after `slot`; they come in the order of arrival. */
  firstOf(identity: string, words: IdentityWords): number {
    if (this.#slots === 0) return NONE
    return this.#matching(this.#byHash[words.hash & (this.#slots - 1)]!, identity, words)
  }
  nextOf(slot: number, identity: string, words: IdentityWords): number {
    return this.#matching(this.#ints[slot * INTS + NEXT_OF_HASH]!, identity, words)
  }

  /** The newest slot with the hash of author and text, or the next older one after `slot`. */
  firstOfText(textHash: number): number {
    if (this.#slots === 0) return NONE
    return this.#ofText(this.#byText[this.#textChain(textHash)]!, textHash)
  }
  nextOfText(slot: number, textHash: number): number {
    return this.#ofText(this.#ints[slot * INTS + NEXT_OF_TEXT]!, textHash)
  }

  /** A copy from another ingestor; a record with the same id but another author or text is one of its own. */
  isCopy(slot: number, { sentAt, author, textHash }: Sighting): boolean {
    const at = slot * NUMBERS
    if (this.#numbers[at + SENT_AT] !== sentAt || this.#numbers[at + TEXT_HASH] !== textHash) return false
    const id = numberOf(author)
    if ((this.#ints[slot * INTS + FLAGS]! & IS_ODD_AUTHOR) !== 0) {
      return id === null && this.#oddAuthors.get(slot) === author
    }
    return this.#numbers[at + AUTHOR] === id
  }

  /** Takes a sighting in; `nextOfSecond` is the slot it is chained before. */
  add(sighting: Sighting, words: IdentityWords, appendMs: number, nextOfSecond: number): number {
    const slot = this.#take()
    const { identity, sentAt, position, author, textHash, shared } = sighting
    const id = numberOf(author)
    const numbers = slot * NUMBERS
    this.#numbers[numbers + SENT_AT] = sentAt
    this.#numbers[numbers + POSITION] = position
    this.#numbers[numbers + APPEND_MS] = appendMs
    this.#numbers[numbers + TEXT_HASH] = textHash
    this.#numbers[numbers + AUTHOR] = id ?? 0
    if (id === null) this.#oddAuthors.set(slot, author)
    if (words.odd) this.#oddIdentities.set(slot, identity)
    const ints = this.#ints
    const at = slot * INTS
    for (let word = 0; word < 4; word++) ints[at + word] = words.words[word]!
    ints[at + FLAGS] = (shared ? IS_SHARED : 0) | (words.odd ? IS_ODD : 0) | (id === null ? IS_ODD_AUTHOR : 0)
    ints[at + NEXT_OF_SECOND] = nextOfSecond
    ints[at + HASH] = words.hash
    this.#chainIdentity(slot)
    if (textHash !== 0) this.#chainText(slot)
    ints[at + NEXT_IN_ORDER] = NONE
    ints[at + PREVIOUS_IN_ORDER] = this.#last
    if (this.#last === NONE) this.#first = slot
    else ints[this.#last * INTS + NEXT_IN_ORDER] = slot
    this.#last = slot
    return slot
  }

  /** Forgets a slot; returns the next one of its second. */
  remove(slot: number): number {
    const ints = this.#ints
    const at = slot * INTS
    this.#unchainIdentity(slot)
    if (this.#numbers[slot * NUMBERS + TEXT_HASH] !== 0) this.#unchainText(slot)
    const before = ints[at + PREVIOUS_IN_ORDER]!
    const after = ints[at + NEXT_IN_ORDER]!
    if (before === NONE) this.#first = after
    else ints[before * INTS + NEXT_IN_ORDER] = after
    if (after === NONE) this.#last = before
    else ints[after * INTS + PREVIOUS_IN_ORDER] = before
    const flags = ints[at + FLAGS]!
    if ((flags & IS_ODD) !== 0) this.#oddIdentities.delete(slot)
    if ((flags & IS_ODD_AUTHOR) !== 0) this.#oddAuthors.delete(slot)
    const next = ints[at + NEXT_OF_SECOND]!
    ints[at + NEXT_OF_SECOND] = this.#free
    this.#free = slot
    this.#used--
    // A channel that has gone silent gives its memory back.
    if (this.#used === 0) this.clear()
    return next
  }

  clear(): void {
    this.#slots = 0
    this.#ints = new Int32Array(0)
    this.#numbers = new Float64Array(0)
    this.#byHash = new Int32Array(0)
    this.#byText = new Int32Array(0)
    this.#used = 0
    this.#free = NONE
    this.#fresh = 0
    this.#oddIdentities.clear()
    this.#oddAuthors.clear()
    this.#first = NONE
    this.#last = NONE
  }

  #matching(from: number, identity: string, words: IdentityWords): number {
    let slot = from
    while (slot !== NONE && !this.is(slot, identity, words)) slot = this.#ints[slot * INTS + NEXT_OF_HASH]!
    return slot
  }

  is(slot: number, identity: string, { words, odd }: IdentityWords): boolean {
    const at = slot * INTS
    const ints = this.#ints
    if (ints[at] !== words[0] || ints[at + 1] !== words[1]) return false
    if (ints[at + 2] !== words[2] || ints[at + 3] !== words[3]) return false
    const isOdd = (ints[at + FLAGS]! & IS_ODD) !== 0
    return isOdd === odd && (!odd || this.#oddIdentities.get(slot) === identity)
  }

  #ofText(from: number, textHash: number): number {
    let slot = from
    while (slot !== NONE && this.#numbers[slot * NUMBERS + TEXT_HASH] !== textHash) {
      slot = this.#ints[slot * INTS + NEXT_OF_TEXT]!
    }
    return slot
  }

  #textChain(textHash: number): number {
    // The low half of the hash; it is spread well already.
    return (textHash | 0) & (this.#slots - 1)
  }

  /** At the end: equal identities stay in the order of arrival. Chains almost always hold one or two. */
  #chainIdentity(slot: number): void {
    const ints = this.#ints
    ints[slot * INTS + NEXT_OF_HASH] = NONE
    const chain = ints[slot * INTS + HASH]! & (this.#slots - 1)
    let last = this.#byHash[chain]!
    if (last === NONE) {
      this.#byHash[chain] = slot
      return
    }
    for (let next = last; next !== NONE; next = ints[next * INTS + NEXT_OF_HASH]!) last = next
    ints[last * INTS + NEXT_OF_HASH] = slot
  }

  #unchainIdentity(slot: number): void {
    const ints = this.#ints
    const chain = ints[slot * INTS + HASH]! & (this.#slots - 1)
    const next = ints[slot * INTS + NEXT_OF_HASH]!
    let before = this.#byHash[chain]!
    if (before === slot) {
      this.#byHash[chain] = next
      return
    }
    while (ints[before * INTS + NEXT_OF_HASH] !== slot) before = ints[before * INTS + NEXT_OF_HASH]!
    ints[before * INTS + NEXT_OF_HASH] = next
  }

  /** At the front: a text said over and over is found at once, and leaves in one step. */
  #chainText(slot: number): void {
    const ints = this.#ints
    const chain = this.#textChain(this.#numbers[slot * NUMBERS + TEXT_HASH]!)
    const next = this.#byText[chain]!
    ints[slot * INTS + PREVIOUS_OF_TEXT] = NONE
    ints[slot * INTS + NEXT_OF_TEXT] = next
    if (next !== NONE) ints[next * INTS + PREVIOUS_OF_TEXT] = slot
    this.#byText[chain] = slot
  }

  #unchainText(slot: number): void {
    const ints = this.#ints
    const before = ints[slot * INTS + PREVIOUS_OF_TEXT]!
    const next = ints[slot * INTS + NEXT_OF_TEXT]!
    if (next !== NONE) ints[next * INTS + PREVIOUS_OF_TEXT] = before
    if (before !== NONE) ints[before * INTS + NEXT_OF_TEXT] = next
    else this.#byText[this.#textChain(this.#numbers[slot * NUMBERS + TEXT_HASH]!)] = next
  }

  /** A slot that is free; makes room when there is none. */
  #take(): number {
    this.#used++
    if (this.#free !== NONE) {
      const slot = this.#free
      this.#free = this.#ints[slot * INTS + NEXT_OF_SECOND]!
      return slot
    }
    if (this.#fresh === this.#slots) this.#grow()
    return this.#fresh++
  }

  #grow(): void {
    this.#slots = Math.max(SLOTS_MIN, this.#slots * 2)
    const grownInts = new Int32Array(this.#slots * INTS)
    grownInts.set(this.#ints)
    const grownNumbers = new Float64Array(this.#slots * NUMBERS)
    grownNumbers.set(this.#numbers)
    this.#ints = grownInts
    this.#numbers = grownNumbers
    this.#byHash = new Int32Array(this.#slots).fill(NONE)
    this.#byText = new Int32Array(this.#slots).fill(NONE)
    // All slots are in use when there is no room, and in append order both kinds of chains come out as they were.
    for (let slot = this.#first; slot !== NONE; slot = grownInts[slot * INTS + NEXT_IN_ORDER]!) {
      this.#chainIdentity(slot)
      if (grownNumbers[slot * NUMBERS + TEXT_HASH] !== 0) this.#chainText(slot)
    }
  }
}
