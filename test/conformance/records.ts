/** Records and readers that the event log's suite and its neighbours share. */
import type { EventLog, LogRecord, OutgoingRecord, Topic } from '@smacktalk/ports'

export const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text)
export const textOf = (bytes: Uint8Array): string => new TextDecoder().decode(bytes)

export function record(key: string, text: string): OutgoingRecord {
  return { key, value: bytesOf(text) }
}

/** Records of one key with the texts `from` to `from + count - 1`. */
export function numbered(key: string, count: number, from = 0): OutgoingRecord[] {
  return Array.from({ length: count }, (_, index) => record(key, String(from + index)))
}

/** Keys, one per partition, for the first `count` partitions found. */
export function keysInDistinctPartitions(log: EventLog, count: number): string[] {
  const keys = new Map<number, string>()
  for (let id = 1000; keys.size < count; id++) {
    const partition = log.partitionOf(String(id))
    if (!keys.has(partition)) keys.set(partition, String(id))
  }
  return [...keys.values()]
}

/** All retained records of a partition. */
export async function allOf(log: EventLog, topic: Topic, partition: number): Promise<LogRecord[]> {
  const { low, end } = await log.extent(topic, partition)
  return rangeOf(log, topic, partition, low, end)
}

export async function rangeOf(
  log: EventLog,
  topic: Topic,
  partition: number,
  from: number,
  to: number,
): Promise<LogRecord[]> {
  const records: LogRecord[] = []
  for await (const batch of log.read(topic, partition, from, to)) records.push(...batch)
  return records
}

export const textsOf = (records: readonly LogRecord[]): string[] => records.map(({ value }) => textOf(value))
export const offsetsOf = (records: readonly LogRecord[]): number[] => records.map(({ offset }) => offset)

/** The numbers from `from` up to but without `to`. */
export function span(from: number, to: number): number[] {
  return Array.from({ length: to - from }, (_, index) => from + index)
}
