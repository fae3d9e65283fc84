/** The fold alone: decoded records in, rows and views out; no bytes, no store. */
import type { SpanRow, TableName } from '@smacktalk/contract'
import { DEFAULT_FOLD_SETTINGS, type DecodedRow, PartitionFold } from '@smacktalk/stream'
import { VIEW_INTERVAL_MS } from '../../apps/stream-job/src/start-stream-job.ts'
import type { BenchResult } from './bench-result.ts'
import { compareCounts } from './compare-counts.ts'
import { isHot, JobRhythm, PARTITION_CACHE_ROWS, RHYTHM } from './job-rhythm.ts'
import { SimulatedLog, type SimulatedRecord } from './simulated-log.ts'
import { peakRssBytes, Stopwatch } from './stopwatch.ts'

export const FOLD_LOAD = { seed: 7, channels: 4, messagesPerSecond: 500, pieceMs: VIEW_INTERVAL_MS } as const

export async function benchFold(records: number): Promise<BenchResult> {
  const log = new SimulatedLog({ ...FOLD_LOAD, records })
  const folding = new Folding()
  const watch = new Stopwatch()
  const rhythm = new JobRhythm()
  let firstAt = 0
  let lastAt = 0
  for (const piece of log.pieces()) {
    await watch.time(() => {
      folding.fold(piece.records)
      const due = rhythm.due(piece.untilMs)
      if (due === 'flush') folding.flush(isHot)
      if (due === 'commit') folding.commit()
    })
    firstAt ||= piece.untilMs
    lastAt = piece.untilMs
  }
  await watch.time(() => folding.commit())
  const { expected } = log
  return {
    name: 'fold',
    work:
      `${FOLD_LOAD.channels} simulated channels in one partition, ${Math.round((lastAt - firstAt) / 1_000)} s ` +
      `of log time; in that time ${RHYTHM}; rows made storable; memory includes the simulator.`,
    records: expected.records,
    seconds: watch.seconds,
    cpuSeconds: watch.cpuSeconds,
    peakRssBytes: peakRssBytes(),
    times: { what: `batch of ${VIEW_INTERVAL_MS} ms`, ms: watch.pieceMs },
    differences: compareCounts(expected, folding.account(), folding.messagesInMinutes()),
  }
}

class Folding {
  readonly #fold = new PartitionFold(DEFAULT_FOLD_SETTINGS, null, [])
  readonly #stored = new Map<string, Map<string, DecodedRow>>()
  /** What a reader would do with the views; keeps them from being optimised away. */
  views = 0

  fold(records: readonly SimulatedRecord[]): void {
    for (const { table, partition } of this.#fold.needed(records)) {
      this.#fold.install(table, partition, [...(this.#stored.get(`${table}|${partition}`)?.values() ?? [])])
    }
    this.#fold.fold(records)
    this.#fold.evict(PARTITION_CACHE_ROWS)
    this.views += this.#fold.takeViews().length
  }

  commit(): void {
    if (this.#fold.takeCommit() !== null) this.flush(() => true)
  }

  flush(wanted: (table: TableName) => boolean): void {
    const rows = this.#fold.takeDirty(wanted)
    for (const { table, partition, row, position, state } of rows) {
      const key = `${table}|${partition}`
      const stored = this.#stored.get(key) ?? new Map<string, DecodedRow>()
      this.#stored.set(key, stored.set(row, { row, position, value: state.toStored() }))
    }
    this.#fold.acknowledge(rows)
  }

  account(): ReturnType<PartitionFold['account']> {
    return this.#fold.account()
  }

  messagesInMinutes(): number {
    let sum = 0
    for (const [key, rows] of this.#stored) {
      if (!key.startsWith('minutes|')) continue
      // The minutes table holds span rows and nothing else.
      for (const { value } of rows.values()) sum += (value as SpanRow).messages.reduce((a, b) => a + b, 0)
    }
    return sum
  }
}
