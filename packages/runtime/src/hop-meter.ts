/** How many records pass a step of the pipeline, and how long they take, over the last minute. */
import { type Hop, MINUTE_MS } from '@smacktalk/contract'
import type { Clock } from '@smacktalk/ports'

/** The minute moves on in slices of this length. */
const SLICE_MS = 5_000
const SLICES = MINUTE_MS / SLICE_MS
/** Neighbouring latencies are told apart when they differ by 5 %: the error of a percentile. */
const RATIO = 1.05
/** Latencies are kept up to an hour; a longer one counts as that. */
const LATENCY_MS_MAX = 3_600_000
const BUCKETS = bucketOf(LATENCY_MS_MAX) + 1

/** Bounded: a count per slice and bucket of latencies, whatever the number of records. */
export class HopMeter {
  readonly #name: Hop['name']
  readonly #clock: Clock
  readonly #counts = Array.from({ length: SLICES }, () => new Uint32Array(BUCKETS))
  /** Number of the slice, counted from the epoch, that each of the arrays holds. */
  readonly #slices = new Float64Array(SLICES).fill(-1)
  #records = 0

  constructor(name: Hop['name'], clock: Clock) {
    this.#name = name
    this.#clock = clock
  }

  /** @param latencyMs of each of these records; below 0, as between two clocks, it counts as 0 */
  passed(records: number, latencyMs: number): void {
    this.#records += records
    const counts = this.#slice(Math.floor(this.#clock.now() / SLICE_MS))
    const bucket = bucketOf(Math.min(Math.max(0, latencyMs), LATENCY_MS_MAX))
    counts[bucket] = counts[bucket]! + records
  }

  figures(): Hop {
    const oldest = Math.floor(this.#clock.now() / SLICE_MS) - SLICES + 1
    const sums = new Float64Array(BUCKETS)
    let perMinute = 0
    for (const [index, counts] of this.#counts.entries()) {
      if (this.#slices[index]! < oldest) continue
      for (const [bucket, count] of counts.entries()) {
        if (count === 0) continue
        sums[bucket] = sums[bucket]! + count
        perMinute += count
      }
    }
    return {
      name: this.#name,
      records: this.#records,
      perMinute,
      p50Ms: percentile(sums, perMinute, 0.5),
      p99Ms: percentile(sums, perMinute, 0.99),
    }
  }

  #slice(number: number): Uint32Array {
    const index = number % SLICES
    const counts = this.#counts[index]!
    if (this.#slices[index] !== number) {
      counts.fill(0)
      this.#slices[index] = number
    }
    return counts
  }
}

function bucketOf(latencyMs: number): number {
  return Math.floor(Math.log1p(latencyMs) / Math.log(RATIO))
}

function percentile(sums: Float64Array, total: number, share: number): number | null {
  if (total === 0) return null
  let left = Math.max(1, Math.ceil(total * share))
  for (const [bucket, count] of sums.entries()) {
    left -= count
    if (left <= 0) return Math.round(RATIO ** (bucket + 0.5) - 1)
  }
  return LATENCY_MS_MAX
}
