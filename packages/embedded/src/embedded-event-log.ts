import { setImmediate as nextTurn } from 'node:timers/promises'
import { LOG_PARTITIONS } from '@smacktalk/contract'
import {
  type Clock,
  DataLockedError,
  type EventLog,
  type LogRecord,
  LogUnavailableError,
  type OutgoingRecord,
  type PartitionHandler,
  partitionOf,
  type Topic,
} from '@smacktalk/ports'
import { consumeTopic } from './consumer.ts'
import type { Database } from './database.ts'
import { asLog, logFailure } from './failures.ts'
import { followTopic } from './follower.ts'
import type { EmbeddedLogger } from './logger.ts'
import { STORED_TOPICS, type StoredTopic } from './schema.ts'
import type { TopicStorage } from './topic.ts'
import { TopicRing } from './topic-ring.ts'
import { type CallTimes, TopicTable } from './topic-table.ts'
import { transactionSlices, WriteQueue } from './write-queue.ts'

/** The log in tables of one file. One process reads and writes it, so a group always gets all partitions. */
export class EmbeddedEventLog implements EventLog {
  readonly partitions = LOG_PARTITIONS
  readonly #clock: Clock
  readonly #logger: EmbeddedLogger
  readonly #tables: Readonly<Record<StoredTopic, TopicTable>>
  readonly #views = new TopicRing('views', LOG_PARTITIONS)
  readonly #queue: WriteQueue
  readonly #groups = new Set<string>()
  readonly #readers = new Set<Promise<void>>()
  /** Ends the readers; what they still append while they close is written. */
  readonly #closing = new AbortController()
  #closed = false

  constructor(database: Database, clock: Clock, logger: EmbeddedLogger) {
    this.#clock = clock
    this.#logger = logger
    this.#tables = {
      chat: new TopicTable(database, 'chat', LOG_PARTITIONS, false),
      'dead-letters': new TopicTable(database, 'dead-letters', 1, false),
      channels: new TopicTable(database, 'channels', 1, true),
      alerts: new TopicTable(database, 'alerts', 1, false),
    }
    this.#queue = new WriteQueue(database, {
      kept: () => {
        for (const topic of STORED_TOPICS) this.#tables[topic].kept()
      },
      dropped: () => {
        for (const topic of STORED_TOPICS) this.#tables[topic].dropped()
      },
      failure: logFailure,
      refused: (message) =>
        new LogUnavailableError(`The log ${message}`, 'Nothing was written; try again later.'),
    })
  }

  /** The table of a topic, for retention. */
  table(topic: StoredTopic): TopicTable {
    return this.#tables[topic]
  }

  partitionOf(key: string): number {
    return partitionOf(key, LOG_PARTITIONS)
  }

  async append(topic: Topic, records: readonly OutgoingRecord[]): Promise<void> {
    for (const record of records) checkRecord(topic, record)
    const nowMs = (): number => Math.floor(this.#clock.now())
    if (topic === 'views') {
      if (this.#closed) throw closedError()
      this.#views.append(records, nowMs())
      return
    }
    const table = this.#tables[topic]
    const times: CallTimes = new Map()
    const units = transactionSlices(records, ({ key, value }) => key.length + value.length).map(
      ({ items, bytes }) => ({ rows: items.length, bytes, run: () => table.insert(items, times, nowMs) }),
    )
    await this.#queue.write(units)
  }

  async consume(topic: Topic, group: string, handler: PartitionHandler, signal: AbortSignal): Promise<void> {
    const name = `${topic}/${group}`
    if (this.#groups.has(name)) {
      throw new DataLockedError(
        `The group "${group}" reads ${topic} already`,
        'Stop the first reader, or give this one a group of its own.',
      )
    }
    const report = (error: unknown): void =>
      this.#logger.error('a partition could not be closed after a failure', { topic, group, error })
    this.#groups.add(name)
    try {
      await this.#reader(signal, (until) => consumeTopic(this.#storage(topic), handler, until, report))
    } finally {
      this.#groups.delete(name)
    }
  }

  follow(
    topic: Topic,
    from: 'start' | 'end',
    deliver: (records: readonly LogRecord[]) => void,
    signal: AbortSignal,
    caughtUp: () => void = () => {},
  ): Promise<void> {
    return this.#reader(signal, (until) => followTopic(this.#storage(topic), from, deliver, until, caughtUp))
  }

  async *read(
    topic: Topic,
    partition: number,
    from: number,
    to: number,
  ): AsyncGenerator<readonly LogRecord[]> {
    const storage = this.#storage(topic)
    // What is appended meanwhile is left out, or a fast writer could keep a reader for ever.
    const until = Math.min(to, storage.end(partition))
    let position = from
    while (position < until) {
      const records = asLog(() => storage.read(partition, position, until))
      const last = records.at(-1)
      if (last === undefined) return
      yield records
      position = last.offset + 1
      await nextTurn()
    }
  }

  async extent(topic: Topic, partition: number): Promise<{ low: number; end: number }> {
    const storage = this.#storage(topic)
    return asLog(() => ({ low: storage.low(partition), end: storage.end(partition) }))
  }

  async offsetAt(topic: Topic, partition: number, appendMs: number): Promise<number> {
    const storage = this.#storage(topic)
    return asLog(() => storage.offsetAt(partition, appendMs))
  }

  /** Lets every reader close its partitions, then writes what waits. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#closing.abort(closedError())
    await Promise.allSettled(this.#readers)
    this.#closed = true
    this.#queue.close()
  }

  #storage(topic: Topic): TopicStorage {
    return topic === 'views' ? this.#views : this.#tables[topic]
  }

  /** Runs a reader until its own signal aborts; one that the closing log ends fails, as the port promises. */
  async #reader(signal: AbortSignal, run: (until: AbortSignal) => Promise<void>): Promise<void> {
    const closing = this.#closing.signal
    if (closing.aborted) throw closedError()
    const running = run(AbortSignal.any([signal, closing])).catch((error: unknown) => {
      throw logFailure(error)
    })
    this.#readers.add(running)
    try {
      await running
    } finally {
      this.#readers.delete(running)
    }
    if (!signal.aborted) throw closedError()
  }
}

function closedError(): LogUnavailableError {
  return new LogUnavailableError('The log is closed', 'It is closed when the program stops.')
}

/** Types do not reach into what others computed, and SQLite would store NULL for a missing value without a word. */
function checkRecord(topic: Topic, { key, value }: OutgoingRecord): void {
  if (typeof key === 'string' && value instanceof Uint8Array) return
  throw new TypeError(`A record for ${topic} needs a key of text and a value of bytes`)
}
