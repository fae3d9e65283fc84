import { setImmediate as nextTurn } from 'node:timers/promises'
import { LogMismatchError, type PartitionHandler } from '@smacktalk/ports'
import type { TopicStorage } from './topic.ts'

/**
 * Reads all partitions for one handler: opens each, then delivers one batch at a time, partition after partition,
 * until the signal aborts; then closes what is open. In one process with one thread there is nothing to gain from
 * several batches at once, and in between the event loop is free for everybody else.
 *
 * After a failure no more is delivered: the partition whose call threw is not called again, because what became
 * of it is unknown; the others are closed; the failure is thrown, later ones go to `report`. A handler that throws
 * the signal's own reason once it has aborted has stopped, not failed.
 */
export async function consumeTopic(
  topic: TopicStorage,
  handler: PartitionHandler,
  signal: AbortSignal,
  report: (error: unknown) => void,
): Promise<void> {
  /** The open partitions and the offset each is read from next. */
  const positions = new Map<number, number>()
  let failure: { error: unknown } | null = null
  try {
    await openAll(topic, handler, signal, positions)
    while (!signal.aborted) {
      const delivered = await deliverRound(topic, handler, signal, positions)
      // Without a delivery nothing was awaited since the partitions were looked at, so no ring can be missed.
      if (!delivered) await topic.appended.wait(signal)
    }
  } catch (error) {
    if (!isStop(error, signal)) failure = { error }
  }
  for (const partition of positions.keys()) {
    try {
      await handler.close(partition)
    } catch (error) {
      if (failure === null) failure = { error }
      else report(error)
    }
  }
  if (failure !== null) throw failure.error
}

async function openAll(
  topic: TopicStorage,
  handler: PartitionHandler,
  signal: AbortSignal,
  positions: Map<number, number>,
): Promise<void> {
  for (let partition = 0; partition < topic.partitions && !signal.aborted; partition++) {
    const from = await handler.open(partition, signal)
    checkStart(topic, partition, from)
    positions.set(partition, from)
    await nextTurn()
  }
}

/** At most one batch of each partition; whether there was any. */
async function deliverRound(
  topic: TopicStorage,
  handler: PartitionHandler,
  signal: AbortSignal,
  positions: Map<number, number>,
): Promise<boolean> {
  let delivered = false
  for (const [partition, from] of positions) {
    if (signal.aborted) break
    const end = topic.end(partition)
    if (from >= end) continue
    const records = topic.read(partition, from, end)
    const last = records.at(-1)
    // Retention or compaction may have removed what was there; the position goes on behind it.
    positions.set(partition, last === undefined ? end : last.offset + 1)
    if (last === undefined) continue
    try {
      await handler.batch({ partition, records, end }, signal)
    } catch (error) {
      if (!isStop(error, signal)) positions.delete(partition)
      throw error
    }
    delivered = true
    await nextTurn()
  }
  return delivered
}

function isStop(error: unknown, signal: AbortSignal): boolean {
  return signal.aborted && error === signal.reason
}

function checkStart(topic: TopicStorage, partition: number, from: number): void {
  const low = topic.low(partition)
  const end = topic.end(partition)
  if (Number.isSafeInteger(from) && from >= low && from <= end) return
  throw new LogMismatchError(
    `Partition ${partition} of ${topic.name} holds the offsets ${low} to ${end}, reading was to start at ${from}`,
    'The log and the rows do not belong together: restore both from the same copy, or choose another dataDir.',
  )
}
