/**
 * What is usual in a channel from one moment to the next: an exponentially weighted mean of the messages per second
 * and of how far ten seconds stray from it, both with outliers clamped, so that a burst teaches little
 * (docs/moments.md). All state is whole numbers: a restart goes on with exactly the same.
 */
import type { DetectorClock, MomentThresholds } from '@smacktalk/contract'

export const BUCKET_SECONDS = 10
/** The mean forgets over this many buckets: six minutes, slower than any moment, faster than a stream's hour. */
const MEMORY_BUCKETS = 36
/** The first buckets are taken as they are; later ones stray from the mean by at most so many deviations. */
const UNCLAMPED_BUCKETS = 6
const CLAMP_DEVIATIONS = 3
/** A fresh mean may be this warm at most: after a gap of as long it is to be learned anew. */
const MILLION = 1_000_000
/** Mean absolute deviation of a normal distribution, in standard deviations. */
const MEAN_DEVIATION = 0.8

export class Baseline {
  /** Messages per second, millionths. */
  mean: number
  /** Time-outs and bans per second, millionths. */
  removals: number
  /** Thousandths of what chance alone would spread. */
  spread: number
  /** Seconds that were learned from, less those that went by unheard. */
  warmth: number

  constructor(stored?: Pick<DetectorClock, 'mean' | 'removals' | 'spread' | 'warmth'>) {
    this.mean = stored?.mean ?? 0
    this.removals = stored?.removals ?? 0
    this.spread = stored?.spread ?? 1_000
    this.warmth = stored?.warmth ?? 0
  }

  /** Messages expected in so many seconds. */
  expected(seconds: number): number {
    return (this.mean * seconds) / MILLION
  }
  expectedRemovals(seconds: number): number {
    return (this.removals * seconds) / MILLION
  }

  isWarm({ warmUpSeconds }: MomentThresholds): boolean {
    return this.warmth >= warmUpSeconds
  }

  /** Learns from ten ordinary seconds. */
  learn(messages: number, removals: number, warmUpSeconds: number): void {
    const known = Math.floor(this.warmth / BUCKET_SECONDS)
    const weight = Math.max(1 / (known + 1), 1 / MEMORY_BUCKETS)
    const usual = this.expected(BUCKET_SECONDS)
    const chance = Math.sqrt(usual + 0.5)
    const reach = (CLAMP_DEVIATIONS * chance * this.spread) / 1_000
    const clamped =
      known < UNCLAMPED_BUCKETS ? messages : Math.min(Math.max(messages, usual - reach), usual + reach)
    this.mean = mix(this.mean, (clamped / BUCKET_SECONDS) * MILLION, weight)
    const seen = Math.min(removals, this.expectedRemovals(BUCKET_SECONDS) + CLAMP_DEVIATIONS)
    this.removals = mix(this.removals, (seen / BUCKET_SECONDS) * MILLION, weight)
    if (known >= UNCLAMPED_BUCKETS) {
      const strayed = (Math.abs(clamped - usual) / chance / MEAN_DEVIATION) * 1_000
      this.spread = Math.max(1_000, mix(this.spread, strayed, weight))
    }
    this.warmth = Math.min(
      this.warmth + BUCKET_SECONDS,
      Math.max(warmUpSeconds, MEMORY_BUCKETS * BUCKET_SECONDS),
    )
  }

  /** After so many unheard seconds as many must be heard again before it is trusted; never more than a warm-up. */
  cool(seconds: number, warmUpSeconds: number): void {
    this.warmth = Math.max(0, Math.min(this.warmth, warmUpSeconds) - seconds)
  }
}

/**
 * Counts from here on lie `deviations` (hundredths) above an expected count. The square root makes the spread of
 * counts by chance the same for small and large ones (Anscombe): half a unit per standard deviation.
 */
export function countAbove(expected: number, deviations: number, spread: number): number {
  return (Math.sqrt(expected) + (deviations * spread) / 200_000) ** 2
}

function mix(old: number, seen: number, weight: number): number {
  return Math.round(old + (seen - old) * weight)
}
