/** How far log and rows are, from the data themselves. */
import { CHECKPOINTS_PARTITION } from '@smacktalk/contract'
import type { EventLog, RowStore, Topic } from '@smacktalk/ports'
import { decodeRow } from '@smacktalk/wire'

/** Partitions asked for at once. */
const AT_ONCE = 8

/** The end of a topic. */
export interface Newest {
  /** Offset after the newest record, by partition. */
  readonly ends: readonly number[]
  /** When the newest record was appended; null without any. */
  readonly appendedAt: number | null
}

export async function newestOf(log: EventLog, topic: Topic): Promise<Newest> {
  const ends: number[] = []
  let appendedAt: number | null = null
  for (let first = 0; first < log.partitions; first += AT_ONCE) {
    const some = Array.from({ length: Math.min(AT_ONCE, log.partitions - first) }, (_, at) => first + at)
    const found = await Promise.all(some.map((partition) => newestIn(log, topic, partition)))
    for (const { end, appendMs } of found) {
      ends.push(end)
      if (appendMs !== null) appendedAt = Math.max(appendedAt ?? appendMs, appendMs)
    }
  }
  return { ends, appendedAt }
}

async function newestIn(log: EventLog, topic: Topic, partition: number) {
  const { low, end } = await log.extent(topic, partition)
  let appendMs: number | null = null
  if (end > low) {
    for await (const records of log.read(topic, partition, end - 1, end)) {
      appendMs = records.at(-1)?.appendMs ?? appendMs
    }
  }
  return { end, appendMs }
}

/** How far the rows are behind the log. */
export interface Rows {
  /** Records in the log and not in the rows. */
  readonly waiting: number
  /** Partitions whose rows know more than the log holds: they were counted from another log. */
  readonly ahead: readonly number[]
  /** When the newest record in the rows was appended; null without any. */
  readonly appendedAt: number | null
}

export async function rowsOf(log: EventLog, store: RowStore, ends: readonly number[]): Promise<Rows> {
  const positions = new Map<number, number>()
  let appendedAt: number | null = null
  for (const { row, value } of await store.load('checkpoints', CHECKPOINTS_PARTITION)) {
    const { position, appendMs } = decodeRow('checkpoint', value)
    positions.set(Number(row), position)
    appendedAt = Math.max(appendedAt ?? appendMs, appendMs)
  }
  let waiting = 0
  const ahead: number[] = []
  for (let partition = 0; partition < log.partitions; partition++) {
    const behind = (ends[partition] ?? 0) - ((positions.get(partition) ?? -1) + 1)
    waiting += Math.max(0, behind)
    // A job at work may have stored more since the ends were asked for.
    if (behind < 0 && (positions.get(partition) ?? -1) >= (await log.extent('chat', partition)).end) {
      ahead.push(partition)
    }
  }
  return { waiting, ahead, appendedAt }
}
