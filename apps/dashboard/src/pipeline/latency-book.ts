/** How far this screen is behind chat: one sample per frame, of the newest message in it. */

/** Samples are kept for this long, ms. */
export const LATENCY_KEPT_MS = 300_000
/** Five frames a second for that long, and some to spare. */
const SAMPLES_KEPT = 1_600
/** Cut to that only now and then. */
const SAMPLES_MAX = 2 * SAMPLES_KEPT

interface Sample {
  readonly at: number
  readonly ms: number
}

export interface Latencies {
  readonly samples: number
  readonly p50Ms: number
  readonly p95Ms: number
  readonly p99Ms: number
  readonly slowestMs: number
  /** Median of the last minute; null without a sample in it. */
  readonly minuteMs: number | null
  /** Samples by bar, of equal ratio: see BARS. */
  readonly bars: readonly number[]
}

const BARS_FROM_MS = 50
const BARS_PER_DOUBLING = 3
const DOUBLINGS = 7
export const BARS = BARS_PER_DOUBLING * DOUBLINGS
const MINUTE_MS = 60_000

/** The bar of a latency; the first and the last take what lies beyond. May be a fraction, for marks. */
export function barOf(ms: number): number {
  const bar = Math.log2(Math.max(ms, BARS_FROM_MS) / BARS_FROM_MS) * BARS_PER_DOUBLING
  return Math.min(BARS - 0.001, bar)
}

/** Where a bar begins, ms. */
export function barStart(bar: number): number {
  return BARS_FROM_MS * 2 ** (bar / BARS_PER_DOUBLING)
}

export class LatencyBook {
  #samples: Sample[] = []
  #newest = 0

  /** A frame came at `at` whose newest message was sent at `sentAt`; one without news is no sample. */
  see(at: number, sentAt: number): void {
    if (sentAt <= this.#newest) return
    this.#newest = sentAt
    this.#samples.push({ at, ms: Math.max(0, at - sentAt) })
    if (this.#samples.length > SAMPLES_MAX) this.#samples = this.#samples.slice(-SAMPLES_KEPT)
  }

  /** Null before the first sample. */
  read(now: number): Latencies | null {
    const kept = this.#samples.filter(({ at }) => now - at <= LATENCY_KEPT_MS)
    if (kept.length === 0) return null
    const sorted = kept.map(({ ms }) => ms).sort((a, b) => a - b)
    const minute = kept
      .filter(({ at }) => now - at <= MINUTE_MS)
      .map(({ ms }) => ms)
      .sort((a, b) => a - b)
    const bars = new Array<number>(BARS).fill(0)
    for (const ms of sorted) {
      const bar = Math.floor(barOf(ms))
      bars[bar] = bars[bar]! + 1
    }
    return {
      samples: sorted.length,
      p50Ms: within(sorted, 0.5),
      p95Ms: within(sorted, 0.95),
      p99Ms: within(sorted, 0.99),
      slowestMs: sorted.at(-1)!,
      minuteMs: minute.length === 0 ? null : within(minute, 0.5),
      bars,
    }
  }
}

function within(sorted: readonly number[], share: number): number {
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)]!
}
