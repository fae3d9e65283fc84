import { setImmediate as nextTurn } from 'node:timers/promises'
import type { LogRecord } from '@smacktalk/ports'
import type { TopicStorage } from './topic.ts'

/**
 * Hands every record of all partitions to `deliver`, in batches of one partition each, until the signal aborts.
 * `caughtUp` is called once, when all that was there at the call has been delivered.
 */
export async function followTopic(
  topic: TopicStorage,
  from: 'start' | 'end',
  deliver: (records: readonly LogRecord[]) => void,
  signal: AbortSignal,
  caughtUp: () => void,
): Promise<void> {
  const ends = Array.from({ length: topic.partitions }, (_, partition) => topic.end(partition))
  const positions = from === 'end' ? [...ends] : ends.map((_, partition) => topic.low(partition))
  let behind = true
  while (!signal.aborted) {
    let delivered = false
    for (let partition = 0; partition < topic.partitions && !signal.aborted; partition++) {
      const position = positions[partition]!
      const end = topic.end(partition)
      if (position >= end) continue
      const records = topic.read(partition, position, end)
      const last = records.at(-1)
      positions[partition] = last === undefined ? end : last.offset + 1
      if (last === undefined) continue
      deliver(records)
      delivered = true
      await nextTurn()
    }
    if (signal.aborted) return
    if (behind && positions.every((position, partition) => position >= ends[partition]!)) {
      behind = false
      caughtUp()
    }
    if (!delivered) await topic.appended.wait(signal)
  }
}
