const MULTIPLIER = 0x5bd1e995
const SHIFT = 24
/** The seed Kafka's Java client uses; another one would send keys to other partitions. */
const SEED = 0x9747b28c

/** MurmurHash2, 32 bits, signed, as Kafka's Java client computes it. */
export function murmur2(bytes: Uint8Array): number {
  const length = bytes.length
  const at = (index: number): number => bytes[index] ?? 0
  let hash = SEED ^ length
  const whole = length & ~3
  for (let index = 0; index < whole; index += 4) {
    let word = at(index) | (at(index + 1) << 8) | (at(index + 2) << 16) | (at(index + 3) << 24)
    word = Math.imul(word, MULTIPLIER)
    word ^= word >>> SHIFT
    word = Math.imul(word, MULTIPLIER)
    hash = Math.imul(hash, MULTIPLIER) ^ word
  }
  const rest = length - whole
  if (rest > 0) {
    if (rest === 3) hash ^= at(whole + 2) << 16
    if (rest >= 2) hash ^= at(whole + 1) << 8
    hash = Math.imul(hash ^ at(whole), MULTIPLIER)
  }
  hash ^= hash >>> 13
  hash = Math.imul(hash, MULTIPLIER)
  return hash ^ (hash >>> 15)
}

/** The partition of a key, the same as with Kafka's default partitioner, so both backings give the same positions. */
export function partitionOf(key: string, partitions: number): number {
  return (murmur2(Buffer.from(key, 'utf8')) & 0x7fffffff) % partitions
}
