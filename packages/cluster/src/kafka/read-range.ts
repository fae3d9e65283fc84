import type { LogRecord } from '@smacktalk/ports'
import type { BrokerLink } from './broker-link.ts'
import { type Fetched, type FetchLimits, fetchSome } from './fetch-records.ts'
import { isOutOfRange } from './kafka-failures.ts'
import { batchesOf, type LogTopic, requireContinuous } from './log-topic.ts'
import type { OffsetLookup } from './offset-lookup.ts'

/** Who reads a range is not in a hurry: longer than a broker takes to come back. */
const READ_PATIENCE_MS = 30_000
/** What is asked for is there, so the broker never waits for long; a whole batch comes even when it is larger. */
const LIMITS: FetchLimits = { waitMs: 500, partitionBytes: 1024 * 1024, bytes: 1024 * 1024 }

/** The retained records of a partition with from <= offset < to, as far as they are there when it is called. */
export async function* readRange(
  link: BrokerLink,
  lookup: OffsetLookup,
  topic: LogTopic,
  partition: number,
  from: number,
  to: number,
): AsyncGenerator<readonly LogRecord[]> {
  if (from >= to) return
  const extent = await lookup.extent(topic.name, partition)
  // What is appended meanwhile is left out, or a fast writer could keep a reader for ever.
  const until = Math.min(to, extent.end)
  let position = Math.max(from, extent.low)
  while (position < until) {
    const fetched = await fetchAt(link, topic, partition, position)
    if (fetched === 'gone') {
      // Retention was faster than the reader; what is left is read.
      const { low } = await lookup.extent(topic.name, partition)
      if (low <= position) return
      position = low
      continue
    }
    requireContinuous(topic, fetched.records, position)
    const last = fetched.records.findLastIndex(({ offset }) => offset < until)
    const records = last === fetched.records.length - 1 ? fetched.records : fetched.records.slice(0, last + 1)
    yield* batchesOf(records)
    position = fetched.next
  }
}

/** What follows `offset`; always some progress. */
async function fetchAt(
  link: BrokerLink,
  topic: LogTopic,
  partition: number,
  offset: number,
): Promise<Fetched | 'gone'> {
  return await link.run('did not give a range of the log', READ_PATIENCE_MS, async (cluster) => {
    try {
      return await fetchSome(cluster, topic, partition, offset, LIMITS)
    } catch (error) {
      if (isOutOfRange(error)) return 'gone'
      throw error
    }
  })
}
