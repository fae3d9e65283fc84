/** Prometheus figures with a bounded number of series. The only file that knows prom-client. */
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'

/** Label sets one metric may have; what comes later is counted under `other` (never a label per chatter). */
const SERIES_MAX = 200
const OTHER = 'other'

const PREFIX = 'smacktalk_'

export type Labels<L extends string> = Readonly<Record<L, string>>

export interface CounterMetric<L extends string> {
  add(amount: number, labels: Labels<L>): void
}
export interface GaugeMetric<L extends string> {
  set(value: number, labels: Labels<L>): void
}
export interface HistogramMetric<L extends string> {
  observe(value: number, labels: Labels<L>): void
}

/** Names are without the prefix `smacktalk_`; asking for the same name again gives the same metric. */
export interface Metrics {
  counter<L extends string = never>(name: string, help: string, labels?: readonly L[]): CounterMetric<L>
  gauge<L extends string = never>(name: string, help: string, labels?: readonly L[]): GaugeMetric<L>
  /** A gauge that is asked when somebody looks; a later reader replaces an earlier one. */
  gaugeOf(name: string, help: string, read: () => number): void
  /** Bucket limits ascending, in the unit that the name ends with. */
  histogram<L extends string = never>(
    name: string,
    help: string,
    buckets: readonly number[],
    labels?: readonly L[],
  ): HistogramMetric<L>
  /** The page for Prometheus. */
  text(): Promise<string>
  readonly contentType: string
}

/** One registry per process, with the process's own figures (memory, event loop, garbage collection). */
export function createMetrics(): Metrics {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry })
  const made = new Map<string, unknown>()
  const readers = new Map<string, () => number>()

  /** The caller's make decides the type; one name is made by one kind only. */
  function once<T>(kind: string, name: string, make: (fullName: string) => T): T {
    const key = `${kind} ${name}`
    const known = made.get(key)
    if (known !== undefined) return known as T
    const metric = make(`${PREFIX}${name}`)
    made.set(key, metric)
    return metric
  }

  return {
    counter(name, help, labels = []) {
      return once('counter', name, (fullName) => {
        const inner = new Counter({ name: fullName, help, labelNames: [...labels], registers: [registry] })
        const bounded = boundedLabels(labels)
        return { add: (amount, values) => inner.inc(bounded(values), amount) }
      })
    },
    gauge(name, help, labels = []) {
      return once('gauge', name, (fullName) => {
        const inner = new Gauge({ name: fullName, help, labelNames: [...labels], registers: [registry] })
        const bounded = boundedLabels(labels)
        return { set: (value, values) => inner.set(bounded(values), value) }
      })
    },
    gaugeOf(name, help, read) {
      readers.set(name, read)
      once('gaugeOf', name, (fullName) => {
        return new Gauge({
          name: fullName,
          help,
          registers: [registry],
          collect() {
            this.set(readers.get(name)?.() ?? 0)
          },
        })
      })
    },
    histogram(name, help, buckets, labels = []) {
      return once('histogram', name, (fullName) => {
        const settings = { name: fullName, help, labelNames: [...labels], buckets: [...buckets] }
        const inner = new Histogram({ ...settings, registers: [registry] })
        const bounded = boundedLabels(labels)
        return { observe: (value, values) => inner.observe(bounded(values), value) }
      })
    },
    text: () => registry.metrics(),
    contentType: registry.contentType,
  }
}

function boundedLabels<L extends string>(names: readonly L[]): (values: Labels<L>) => Record<L, string> {
  const seen = new Set<string>()
  return (values) => {
    const key = names.map((name) => values[name]).join('\u0000')
    if (!seen.has(key)) {
      if (seen.size >= SERIES_MAX) {
        return Object.fromEntries(names.map((name) => [name, OTHER])) as Record<L, string>
      }
      seen.add(key)
    }
    return { ...values }
  }
}
