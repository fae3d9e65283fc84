/**
 * Twitch gives messages random UUIDs as ids. As four 32-bit words such an identity takes no string that would have
 * to be kept, and it is its own hash.
 */
import { hash64 } from '@smacktalk/contract'

const UUID_LENGTH = 36
const DASH = 0x2d
/** Digits of a user id that a number holds exactly. */
const ID_DIGITS_MAX = 15
/** The value of a hex digit by its character code; -1 for everything that no canonical UUID has in its place. */
const HEX = new Int8Array(128).fill(-1)
for (let digit = 0; digit < 16; digit++) HEX[digit.toString(16).charCodeAt(0)] = digit

/** An identity in words; what was set last holds. */
export class IdentityWords {
  readonly words = new Int32Array(4)
  /** Not a lower-case UUID: the words are but a hash, and only the text tells equals. */
  odd = false
  hash = 0
  #identity = ''

  constructor() {
    this.set('')
  }

  set(identity: string): void {
    // Asking for an identity and then keeping it is the usual case.
    if (identity === this.#identity && this.hash !== 0) return
    this.#identity = identity
    this.odd = !parseUuid(identity, this.words)
    if (this.odd) {
      const { high, low } = hash64(identity)
      this.words[0] = high
      this.words[1] = low
      this.words[2] = 0
      this.words[3] = 0
    }
    this.hash = mixed(this.words) || 1
  }
}

/** Reads a canonical lower-case UUID; false for anything else, whose words mean nothing then. */
function parseUuid(text: string, words: Int32Array): boolean {
  if (text.length !== UUID_LENGTH) return false
  let at = 0
  let bad = 0
  for (let word = 0; word < 4; word++) {
    let value = 0
    for (let digit = 0; digit < 8; digit++) {
      // Dashes stand before the digits 8, 12, 16 and 20.
      if (at === 8 || at === 13 || at === 18 || at === 23) bad |= text.charCodeAt(at++) ^ DASH
      const unit = text.charCodeAt(at++)
      const nibble = unit < 128 ? HEX[unit]! : -1
      bad |= nibble >> 4
      value = (value << 4) | (nibble & 15)
    }
    words[word] = value
  }
  return bad === 0
}

/** The text of a UUID in words. */
export function uuidOf(word0: number, word1: number, word2: number, word3: number): string {
  const hex = [word0, word1, word2, word3].map((word) => (word >>> 0).toString(16).padStart(8, '0')).join('')
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-')
}

function mixed(words: Int32Array): number {
  let hash = Math.imul(words[0]! ^ Math.imul(words[1]!, 0x9e3779b1), 0x85ebca6b)
  hash ^= hash >>> 15
  hash = Math.imul(hash ^ words[2]! ^ Math.imul(words[3]!, 0x5f356495), 0xc2b2ae35)
  return hash ^ (hash >>> 16)
}

/** A user id as a number; null when a number would not give it back. */
export function numberOf(id: string): number | null {
  if (id.length === 0 || id.length > ID_DIGITS_MAX || (id.length > 1 && id.charCodeAt(0) === 0x30))
    return null
  let value = 0
  for (let index = 0; index < id.length; index++) {
    const digit = id.charCodeAt(index) - 0x30
    if (digit < 0 || digit > 9) return null
    value = value * 10 + digit
  }
  return value
}
