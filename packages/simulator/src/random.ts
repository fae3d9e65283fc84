/** Numbers that look random and are a pure function of their seed: the same seed gives the same sequence. */

/** A 32-bit hash of a text, mixed with a number; not cryptographic. */
export function hashText(text: string, salt = 0): number {
  let hash = (salt ^ 0x9e3779b9) | 0
  for (let index = 0; index < text.length; index++) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x85ebca6b)
    hash ^= hash >>> 13
  }
  return hashNumber(hash, text.length)
}

/** A 32-bit hash of two whole numbers; the first may be as large as a time in milliseconds. */
export function hashNumber(value: number, salt = 0): number {
  let hash = (value | 0) ^ Math.imul(Math.floor(value / 0x1_0000_0000) | 0, 0x27d4eb2f)
  hash = Math.imul(hash ^ (hash >>> 16) ^ Math.imul(salt + 0x7f4a7c15, 0x165667b1), 0x21f0aaad)
  hash = Math.imul(hash ^ (hash >>> 15), 0x735a2d97)
  return (hash ^ (hash >>> 15)) >>> 0
}

/** The small fast counting generator (sfc32): 128 bits of state, passes the usual test batteries. */
export class Random {
  #a: number
  #b: number
  #c: number
  #counter = 1

  constructor(...seeds: readonly (number | string)[]) {
    let mixed = 0
    for (const seed of seeds) {
      mixed = typeof seed === 'number' ? hashNumber(seed, mixed) : hashText(seed, mixed)
    }
    this.#a = hashNumber(mixed, 1) | 0
    this.#b = hashNumber(mixed, 2) | 0
    this.#c = hashNumber(mixed, 3) | 0
    // The first outputs still show the seed; a dozen rounds wash it out.
    for (let round = 0; round < 12; round++) this.next()
  }

  /** A whole number, 0 <= n < 2^32. */
  next(): number {
    const sum = (this.#a + this.#b + this.#counter) | 0
    this.#counter = (this.#counter + 1) | 0
    this.#a = this.#b ^ (this.#b >>> 9)
    this.#b = (this.#c + (this.#c << 3)) | 0
    this.#c = (((this.#c << 21) | (this.#c >>> 11)) + sum) | 0
    return sum >>> 0
  }

  /** 0 <= x < 1. */
  fraction(): number {
    return this.next() / 0x1_0000_0000
  }

  /** A whole number, 0 <= n < count. */
  below(count: number): number {
    return Math.floor((this.next() / 0x1_0000_0000) * count)
  }

  /** A whole number, from <= n <= to. */
  between(from: number, to: number): number {
    return from + this.below(to - from + 1)
  }

  chance(share: number): boolean {
    return this.next() < share * 0x1_0000_0000
  }

  pick<T>(list: readonly T[]): T {
    const item = list[this.below(list.length)]
    if (item === undefined) throw new RangeError('Nothing to pick from: the list is empty.')
    return item
  }

  /** How often something of this mean happens. */
  poisson(mean: number): number {
    if (mean <= 0) return 0
    if (mean > 30) {
      // The sum of twelve fractions is close enough to a normal distribution of variance 1.
      let normal = -6
      for (let count = 0; count < 12; count++) normal += this.fraction()
      return Math.max(0, Math.round(mean + normal * Math.sqrt(mean)))
    }
    const limit = Math.exp(-mean)
    let product = this.fraction()
    let count = 0
    while (product > limit) {
      product *= this.fraction()
      count += 1
    }
    return count
  }
}

/** Picks indexes by weight in constant time (alias method). */
export class WeightedIndex {
  readonly #keep: Float64Array
  readonly #other: Uint32Array

  constructor(weights: readonly number[]) {
    const count = weights.length
    let total = 0
    for (const weight of weights) total += weight
    const scaled = Float64Array.from(weights, (weight) => (weight * count) / total)
    this.#keep = new Float64Array(count).fill(1)
    this.#other = Uint32Array.from({ length: count }, (_, index) => index)
    const small: number[] = []
    const large: number[] = []
    for (let index = 0; index < count; index++) ((scaled[index] ?? 0) < 1 ? small : large).push(index)
    while (small.length > 0 && large.length > 0) {
      const low = small.pop() ?? 0
      const high = large.pop() ?? 0
      this.#keep[low] = scaled[low] ?? 0
      this.#other[low] = high
      scaled[high] = (scaled[high] ?? 0) + (scaled[low] ?? 0) - 1
      if ((scaled[high] ?? 0) < 1) small.push(high)
      else large.push(high)
    }
  }

  draw(random: Random): number {
    const index = random.below(this.#keep.length)
    return random.fraction() < (this.#keep[index] ?? 1) ? index : (this.#other[index] ?? index)
  }
}

/** Weights of a Zipf law: the item at `index` weighs 1 / (index + offset)^exponent. */
export function zipfWeights(count: number, exponent: number, offset = 1): number[] {
  return Array.from({ length: count }, (_, index) => 1 / (index + offset) ** exponent)
}

const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'))

function hex32(value: number): string {
  return (HEX[value >>> 24] ?? '') + HEX[(value >>> 16) & 255] + HEX[(value >>> 8) & 255] + HEX[value & 255]
}

function hex16(value: number): string {
  return (HEX[(value >>> 8) & 255] ?? '') + HEX[value & 255]
}

/** A message id shaped like a UUID of version 4. */
export function drawUuid(random: Random): string {
  const second = random.next()
  const third = random.next()
  return `${hex32(random.next())}-${hex16(second >>> 16)}-${hex16((second & 0x0fff) | 0x4000)}-${hex16(
    (third & 0x3fff) | 0x8000,
  )}-${hex16(third >>> 16)}${hex32(random.next())}`
}

/** 32 hexadecimal digits, as Twitch names its newer emotes. */
export function hexName(text: string, salt: number): string {
  let name = ''
  for (let part = 0; part < 4; part++) name += hex32(hashText(text, hashNumber(salt, part)))
  return name
}
