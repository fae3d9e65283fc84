import type { LogRecord } from '@smacktalk/ports'
import type { Doorbell } from './doorbell.ts'

/** A batch ends at this many records or bytes, whichever comes first, but holds at least one record. */
export const BATCH_RECORDS_MAX = 1_000
export const BATCH_BYTES_MAX = 1024 * 1024

/** What the readers of a topic need to know of where it is kept. Partitions outside the topic are a RangeError. */
export interface TopicStorage {
  readonly name: string
  readonly partitions: number
  /** Rings after records have become readable. */
  readonly appended: Doorbell
  /** First retained offset; the end when nothing is retained. */
  low(partition: number): number
  /** The offset the next record will get. */
  end(partition: number): number
  /** The first retained records with from <= offset < to, one batch; empty when there are none. */
  read(partition: number, from: number, to: number): readonly LogRecord[]
  /** Offset from which all records were appended at or after `appendMs`; the end when there are none. */
  offsetAt(partition: number, appendMs: number): number
}

export function checkPartition(topic: string, partition: number, partitions: number): void {
  if (Number.isInteger(partition) && partition >= 0 && partition < partitions) return
  throw new RangeError(`The topic ${topic} has partitions 0 to ${partitions - 1}, not ${partition}`)
}
