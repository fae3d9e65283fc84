/** A log for those who can begin without one: it opens in the background. */
import {
  type EventLog,
  type LogRecord,
  LogUnavailableError,
  type OutgoingRecord,
  type PartitionHandler,
  partitionOf,
  type Topic,
} from '@smacktalk/ports'
import { LateOpening, type Open } from './late-opening.ts'

/** Until it is open every call is refused as unavailable, which callers ride out as they do an outage. */
export class LateLog implements EventLog {
  readonly partitions: number
  readonly #opening: LateOpening<EventLog>

  constructor(partitions: number, open: Open<EventLog>) {
    this.partitions = partitions
    this.#opening = new LateOpening(open)
  }

  get failed(): Promise<never> {
    return this.#opening.failed
  }

  partitionOf(key: string): number {
    return partitionOf(key, this.partitions)
  }

  async append(topic: Topic, records: readonly OutgoingRecord[]): Promise<void> {
    return this.#opened().append(topic, records)
  }

  async consume(topic: Topic, group: string, handler: PartitionHandler, signal: AbortSignal): Promise<void> {
    return this.#opened().consume(topic, group, handler, signal)
  }

  async follow(
    topic: Topic,
    from: 'start' | 'end',
    deliver: (records: readonly LogRecord[]) => void,
    signal: AbortSignal,
    caughtUp?: () => void,
    away?: (reason: string | null) => void,
  ): Promise<void> {
    return this.#opened().follow(topic, from, deliver, signal, caughtUp, away)
  }

  async *read(
    topic: Topic,
    partition: number,
    from: number,
    to: number,
  ): AsyncGenerator<readonly LogRecord[]> {
    yield* this.#opened().read(topic, partition, from, to)
  }

  async extent(topic: Topic, partition: number): Promise<{ low: number; end: number }> {
    return this.#opened().extent(topic, partition)
  }

  async offsetAt(topic: Topic, partition: number, appendMs: number): Promise<number> {
    return this.#opened().offsetAt(topic, partition, appendMs)
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#opening[Symbol.asyncDispose]()
  }

  #opened(): EventLog {
    const log = this.#opening.opened
    if (log !== null) return log
    throw new LogUnavailableError(
      `The log is not open yet: ${this.#opening.reason}`,
      'It is tried again all the time.',
    )
  }
}
