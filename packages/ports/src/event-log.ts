/**
 * The log: topics of partitions of records, in order per key. Kept by SQLite tables or Kafka topics; the
 * promises are those that both can keep. `views` is a feed: short-lived, and a restart of the embedded log
 * forgets it with its offsets.
 */
export const TOPICS = ['chat', 'views', 'dead-letters', 'channels', 'alerts'] as const
export type Topic = (typeof TOPICS)[number]

export interface OutgoingRecord {
  /** Decides the partition (murmur2, as in Kafka's own clients). */
  readonly key: string
  readonly value: Uint8Array
}

export interface LogRecord {
  readonly partition: number
  /** Grows by one per record and partition, without holes. */
  readonly offset: number
  /** Set by the log when it appends; never falls within a partition. */
  readonly appendMs: number
  readonly key: string
  readonly value: Uint8Array
}

export interface RecordBatch {
  readonly partition: number
  /** At least one; offsets ascend by one. */
  readonly records: readonly LogRecord[]
  /** Offset after the newest record of the partition when the batch was read: lag = end - last - 1. */
  readonly end: number
}

export interface PartitionHandler {
  /**
   * The partition is ours. Resolves to the offset to read from; nothing of it is delivered before.
   * The handler reads its checkpoint here: the log's own memory of positions is never asked.
   */
  open(partition: number, signal: AbortSignal): Promise<number>
  /** Batches of one partition come one after the other; the next waits until this one resolves. */
  batch(batch: RecordBatch, signal: AbortSignal): Promise<void>
  /** The partition moves away or the reader stops; no batch of it is running. Commit here. */
  close(partition: number): Promise<void>
}

export interface EventLog extends AsyncDisposable {
  /** Partitions of the topics `chat` and `views`, and of `channels` where several processes share the log. */
  readonly partitions: number
  partitionOf(key: string): number

  /**
   * Appends in the given order; resolves when all are durable. Calls are served one after the other. After a
   * rejection some may have been written: appending them again can only add copies, which judging recognises.
   */
  append(topic: Topic, records: readonly OutgoingRecord[]): Promise<void>

  /**
   * Reads the partitions this process is given among all that consume as `group`. Resolves after `signal` has
   * aborted and every partition is closed; rejects when reading has become impossible or a handler threw: then
   * the partition whose call threw is not called again, the others are closed. A start outside the retained log
   * is a LogMismatchError.
   */
  consume(topic: Topic, group: string, handler: PartitionHandler, signal: AbortSignal): Promise<void>

  /**
   * Reads all partitions, for everyone who wants it: from the start (a compacted topic: at least the newest
   * record per key) or only what comes after the call. `caughtUp` is called once, when all that was there
   * has been delivered. While the log cannot be reached, a follower that rides that out tells `away` why, and null
   * when it goes on where it was.
   */
  follow(
    topic: Topic,
    from: 'start' | 'end',
    deliver: (records: readonly LogRecord[]) => void,
    signal: AbortSignal,
    caughtUp?: () => void,
    away?: (reason: string | null) => void,
  ): Promise<void>

  /** The retained records from `from` up to but without `to`, in batches. */
  read(topic: Topic, partition: number, from: number, to: number): AsyncIterable<readonly LogRecord[]>

  /** First retained offset, and the offset the next record will get. */
  extent(topic: Topic, partition: number): Promise<{ low: number; end: number }>

  /** Offset of the first record appended at or after `appendMs`; the end when there is none. */
  offsetAt(topic: Topic, partition: number, appendMs: number): Promise<number>
}
