/** From the bytes of the log to the bytes of rows and views: all of the stream job but log and store. */

import { DEFAULT_FOLD_SETTINGS } from '@smacktalk/stream'
import { PartitionWorker } from '@smacktalk/stream-job'
import { decodeRow, encodeFeed, encodeRecord } from '@smacktalk/wire'
import { VIEW_INTERVAL_MS } from '../../apps/stream-job/src/start-stream-job.ts'
import type { BenchResult } from './bench-result.ts'
import { compareCounts } from './compare-counts.ts'
import { FOLD_LOAD } from './fold-bench.ts'
import { isHot, JobRhythm, PARTITION_CACHE_ROWS } from './job-rhythm.ts'
import { PartitionedStore } from './partitioned-store.ts'
import { SimulatedLog } from './simulated-log.ts'
import { peakRssBytes, Stopwatch } from './stopwatch.ts'

export async function benchDecodeFold(records: number): Promise<BenchResult> {
  const log = new SimulatedLog({ ...FOLD_LOAD, records })
  await using store = new PartitionedStore()
  const settings = { fold: DEFAULT_FOLD_SETTINGS, cacheWeightMax: PARTITION_CACHE_ROWS }
  const worker = await PartitionWorker.open(0, store, settings, async () => 0)
  const watch = new Stopwatch()
  const rhythm = new JobRhythm()
  let deadLetters = 0
  let viewBytes = 0
  let logBytes = 0
  let logged = 0
  for (const piece of log.pieces()) {
    const bytes = piece.records.map(({ offset, appendMs, record }) => ({
      partition: 0,
      offset,
      appendMs,
      key: record.value.channelId,
      value: encodeRecord(record),
    }))
    logged += bytes.length
    for (const { value } of bytes) logBytes += value.byteLength
    await watch.time(async () => {
      deadLetters += (await worker.batch(bytes)).length
      for (const view of worker.views()) viewBytes += encodeFeed('view', view).byteLength
      const due = rhythm.due(piece.untilMs)
      if (due === 'flush') await worker.flush(isHot)
      if (due === 'commit') await worker.commit()
    })
  }
  await watch.time(() => worker.commit())
  const { expected } = log
  const differences = compareCounts(expected, worker.account(), messagesInMinutes(store))
  if (deadLetters > 0) differences.push(`${deadLetters} records could not be read.`)
  return {
    name: 'decode-fold',
    work:
      `the same log from Avro bytes through a partition worker into a store in memory, rows and views encoded ` +
      `(${Math.round(logBytes / logged)} bytes a record, ${Math.round(viewBytes / 1_048_576)} MB of views); memory includes the simulator and the store.`,
    records: expected.records,
    seconds: watch.seconds,
    cpuSeconds: watch.cpuSeconds,
    peakRssBytes: peakRssBytes(),
    times: { what: `batch of ${VIEW_INTERVAL_MS} ms`, ms: watch.pieceMs },
    differences,
  }
}

function messagesInMinutes(store: PartitionedStore): number {
  let sum = 0
  for (const { value } of store.rowsOfTable('minutes')) {
    sum += decodeRow('span', value).messages.reduce((a, b) => a + b, 0)
  }
  return sum
}
