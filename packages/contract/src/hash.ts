/**
 * A 64-bit hash of a string as two unsigned 32-bit halves: two independent multiply-xorshift lanes over the
 * UTF-16 code units. Not for security; it only has to spread well and be the same for ever, because its
 * results are stored (sketches, text hashes).
 */
export function hash64(text: string, seed = 0): { high: number; low: number } {
  let a = 0xdeadbeef ^ seed
  let b = 0x41c6ce57 ^ seed
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index)
    a = Math.imul(a ^ unit, 0x9e3779b1)
    a ^= a >>> 15
    b = Math.imul(b ^ unit, 0x5f356495)
    b ^= b >>> 13
  }
  a = Math.imul(a ^ (b >>> 16), 0x85ebca6b) ^ Math.imul(b ^ (a >>> 13), 0xc2b2ae35)
  a ^= a >>> 16
  b = Math.imul(b ^ (a >>> 16), 0x27d4eb2f) ^ Math.imul(a ^ (b >>> 13), 0x165667b1)
  b ^= b >>> 15
  return { high: b >>> 0, low: a >>> 0 }
}

/** The hash as one safe integer: 21 bits of the high half and the low half. */
export function hash53(text: string, seed = 0): number {
  const { high, low } = hash64(text, seed)
  return (high & 0x1fffff) * 0x1_0000_0000 + low
}
