/**
 * What is usual in a channel from one moment to the next: an exponentially weighted mean of the messages per second
 * and of how far ten seconds stray from it, both with outliers clamped, so that a burst teaches little
 * (docs/moments.md). All state is whole numbers: a restart goes on with exactly the same.
 */
import type { DetectorClock, MomentThresholds } from '@smacktalk/contract'

export const BUCKET_SECONDS = 10
/** The mean forgets over this many buckets: four minutes, slower than any moment, fast enough to follow a drift. */
const MEMORY_BUCKETS = 24
/** A bucket teaches at most what lies so many deviations from the mean: bursts teach little. */
const CLAMP_DEVIATIONS = 1.5
/** Buckets of a warm-up that are kept; of a longer one the newest. */
const WARMING_MAX = 60
/** How far the spread moves with one bucket: it follows the median of what the buckets stray. */
const SPREAD_STEP = 0.05
/** Median of the absolute deviation of a normal distribution, in standard deviations. */
const MEDIAN_DEVIATION = 0.6745
/** A silence this improbable (e^-10) is no silence: nobody listened, or the chat was away. */
const SILENCE_EXPECTED = 10
const SILENCE_SECONDS_MIN = 10
const SILENCE_SECONDS_MAX = 600
const MILLION = 1_000_000

export class Baseline {
  /** Messages per second, millionths. */
  mean: number
  /** Time-outs and bans per second, millionths. */
  removals: number
  /** Thousandths of what chance alone would spread. */
  spread: number
  /** Seconds that were learned from, less those that went by unheard. */
  warmth: number

  /** Messages of the buckets of a warm-up; empty afterwards. */
  #warming: number[]

  constructor(stored?: Pick<DetectorClock, 'mean' | 'removals' | 'spread' | 'warmth' | 'warming'>) {
    this.mean = stored?.mean ?? 0
    this.removals = stored?.removals ?? 0
    this.spread = stored?.spread ?? 1_000
    this.warmth = stored?.warmth ?? 0
    this.#warming = [...(stored?.warming ?? [])]
  }

  get warming(): readonly number[] {
    return this.#warming
  }

  /** Messages expected in so many seconds. */
  expected(seconds: number): number {
    return (this.mean * seconds) / MILLION
  }
  expectedRemovals(seconds: number): number {
    return (this.removals * seconds) / MILLION
  }

  /** Whether so many seconds without a record are more than a silence. */
  isGap(seconds: number): boolean {
    if (seconds < SILENCE_SECONDS_MIN) return false
    return seconds > SILENCE_SECONDS_MAX || this.expected(seconds) >= SILENCE_EXPECTED
  }

  isWarm({ warmUpSeconds }: MomentThresholds): boolean {
    return this.warmth >= warmUpSeconds
  }

  /** Learns from ten ordinary seconds. */
  learn(messages: number, removals: number, warmUpSeconds: number): void {
    const known = Math.floor(this.warmth / BUCKET_SECONDS)
    const weight = Math.max(1 / (known + 1), 1 / MEMORY_BUCKETS)
    const seen = Math.min(removals, this.expectedRemovals(BUCKET_SECONDS) + 3)
    this.removals = mix(this.removals, perSecond(seen), weight)
    // A channel that was warm before a gap goes on with what it knew.
    if (known === 0 || this.#warming.length > 0) this.#warm(messages)
    else this.#follow(messages, weight)
    this.warmth = Math.min(
      this.warmth + BUCKET_SECONDS,
      Math.max(warmUpSeconds, MEMORY_BUCKETS * BUCKET_SECONDS),
    )
    if (this.warmth >= warmUpSeconds) this.#warming = []
  }

  /** All of the warm-up together: bursts in it are cut down to what lies around the median. */
  #warm(messages: number): void {
    this.#warming.push(messages)
    if (this.#warming.length > WARMING_MAX) this.#warming.shift()
    const middle = medianOf(this.#warming)
    const most = middle + 2 * Math.sqrt(middle + 1)
    let sum = 0
    for (const count of this.#warming) sum += Math.min(count, most)
    this.mean = Math.round(perSecond(sum / this.#warming.length))
    const strayed = medianOf(this.#warming.map((count) => Math.abs(count - middle)))
    const chance = Math.sqrt(middle + 0.5) * MEDIAN_DEVIATION
    this.spread = Math.max(1_000, Math.round((strayed / chance) * 1_000))
  }

  #follow(messages: number, weight: number): void {
    const usual = this.expected(BUCKET_SECONDS)
    const chance = Math.sqrt(usual + 0.5)
    const reach = (CLAMP_DEVIATIONS * chance * this.spread) / 1_000
    const clamped = Math.min(Math.max(messages, usual - reach), usual + reach)
    this.mean = mix(this.mean, perSecond(clamped), weight)
    const strayed = (Math.abs(messages - usual) / chance / MEDIAN_DEVIATION) * 1_000
    const step = strayed > this.spread ? 1 + SPREAD_STEP : 1 - SPREAD_STEP
    this.spread = Math.max(1_000, Math.round(this.spread * step))
  }

  /** After so many unheard seconds as many must be heard again before it is trusted; never more than a warm-up. */
  cool(seconds: number, warmUpSeconds: number): void {
    this.warmth = Math.max(0, Math.min(this.warmth, warmUpSeconds) - seconds)
    if (this.warmth === 0) this.#warming = []
  }
}

/**
 * Counts from here on lie `deviations` (hundredths) above an expected count. The square root makes the spread of
 * counts by chance the same for small and large ones (Anscombe): half a unit per standard deviation.
 */
export function countAbove(expected: number, deviations: number, spread: number): number {
  return (Math.sqrt(expected) + (deviations * spread) / 200_000) ** 2
}

function perSecond(inBucket: number): number {
  return (inBucket / BUCKET_SECONDS) * MILLION
}

function medianOf(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2
}

function mix(old: number, seen: number, weight: number): number {
  return Math.round(old + (seen - old) * weight)
}
