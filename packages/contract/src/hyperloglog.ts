/**
 * HyperLogLog (Flajolet and others, 2007) with 2^12 registers: counts distinct ids in 4 KB with a relative
 * standard error of 1.04 / sqrt(4096) = 1.625 %. Small counts use linear counting; 64-bit hashes need no
 * correction at the upper end.
 */
import { hash64 } from './hash.ts'

export const HLL_PRECISION = 12
export const HLL_REGISTERS = 1 << HLL_PRECISION
/** 52 bits are left for the rank, so none is beyond 53. */
export const HLL_RANK_MAX = 53
const ALPHA = 0.7213 / (1 + 1.079 / HLL_REGISTERS)

/** Adds an id; with a histogram, that is kept up too. */
export function hllAdd(registers: Uint8Array, id: string, histogram?: Uint16Array): void {
  const { high, low } = hash64(id)
  const index = low & (HLL_REGISTERS - 1)
  // The 52 bits that did not choose the register: 32 of the high half, then 20 of the low one.
  const rank =
    high !== 0 ? Math.clz32(high) + 1 : 33 + Math.min(Math.clz32(low >>> HLL_PRECISION) - HLL_PRECISION, 20)
  const known = registers[index]!
  if (known >= rank) return
  registers[index] = rank
  if (histogram === undefined) return
  histogram[known]!--
  histogram[rank]!++
}

/** Registers of the union: commutative, associative, idempotent. */
export function hllMerge(into: Uint8Array, other: Uint8Array): void {
  for (let index = 0; index < HLL_REGISTERS; index++) {
    if (other[index]! > into[index]!) into[index] = other[index]!
  }
}

/** Estimated number of distinct ids, rounded. */
export function hllEstimate(registers: Uint8Array): number {
  return estimateFromHistogram(hllHistogram(registers))
}

/** How many registers hold each value: all that an estimate needs, and cheap to keep up while counting. */
export function hllHistogram(registers: Uint8Array): Uint16Array {
  const histogram = new Uint16Array(HLL_RANK_MAX + 1)
  for (let index = 0; index < HLL_REGISTERS; index++) histogram[registers[index]!]!++
  return histogram
}

export function estimateFromHistogram(histogram: Uint16Array): number {
  let sum = 0
  for (let rank = 0; rank <= HLL_RANK_MAX; rank++) sum += histogram[rank]! * 2 ** -rank
  const raw = (ALPHA * HLL_REGISTERS * HLL_REGISTERS) / sum
  const zeros = histogram[0]!
  if (raw <= 2.5 * HLL_REGISTERS && zeros > 0) {
    return Math.round(HLL_REGISTERS * Math.log(HLL_REGISTERS / zeros))
  }
  return Math.round(raw)
}
