/** What arrives of views, and when: how fast the way to here is, and whether anything comes at all. */
import type { View } from '@smacktalk/contract'
import type { Clock } from '@smacktalk/ports'
import { type CounterMetric, type HistogramMetric, HopMeter, type Metrics } from '@smacktalk/runtime'

/** What has arrived since the last frame. */
export interface News {
  readonly records: number
  /** When the first of it arrived, ms. */
  readonly since: number
}

export class Arrivals {
  readonly #hop: HopMeter
  readonly #views: CounterMetric<never>
  readonly #age: HistogramMetric<never>
  #viewAt: number | null = null
  #viewAgeMs = 0
  #news: News | null = null

  constructor(clock: Clock, metrics: Metrics) {
    this.#hop = new HopMeter('view', clock)
    this.#views = metrics.counter('gateway_views_total', 'Views taken from the log')
    this.#age = metrics.histogram(
      'gateway_view_age_seconds',
      'Time from the append of the newest record in a view to its arrival',
      [0.05, 0.1, 0.2, 0.3, 0.5, 1, 2, 5, 15, 60],
    )
  }

  /** When the newest view arrived, by our clock; null before the first. */
  get viewAt(): number | null {
    return this.#viewAt
  }

  /** How old the newest record of that view was then, ms. */
  get viewAgeMs(): number {
    return this.#viewAgeMs
  }

  /** A view has arrived; `knownPosition` is how far its partition was known before, if it was. */
  arrived({ position, appendMs }: View, knownPosition: number | undefined, nowMs: number): void {
    // What came between belongs to this view or to the next one of its partition.
    const records = knownPosition === undefined ? 1 : Math.max(0, position - knownPosition)
    this.#viewAt = nowMs
    this.#viewAgeMs = Math.max(0, nowMs - appendMs)
    this.#views.add(1, {})
    this.#age.observe(this.#viewAgeMs / 1_000, {})
    this.#hop.passed(records, this.#viewAgeMs)
    this.#news = { records: (this.#news?.records ?? 0) + records, since: this.#news?.since ?? nowMs }
  }

  /** What has arrived since the last call. */
  takeNews(): News | null {
    const news = this.#news
    this.#news = null
    return news
  }

  /** Append to arrival over the last minute. */
  hop(): ReturnType<HopMeter['figures']> {
    return this.#hop.figures()
  }
}
