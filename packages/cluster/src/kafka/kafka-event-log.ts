import {
  type Clock,
  type EventLog,
  type LogRecord,
  LogUnavailableError,
  type OutgoingRecord,
  type PartitionHandler,
  partitionOf,
  TOPICS,
  type Topic,
} from '@smacktalk/ports'
import type { ClusterLogger } from '../cluster-logger.ts'
import { BrokerLink } from './broker-link.ts'
import { consumeTopic, STANDSTILL_MS } from './consume-topic.ts'
import { followTopic } from './follow-topic.ts'
import { KafkaClient } from './kafka-client.ts'
import { RecordTooLargeError } from './kafka-errors.ts'
import { kafkaFailure } from './kafka-failures.ts'
import { intoLog, type KafkaReport } from './kafka-reports.ts'
import { groupName, type KafkaSettings, topicName } from './kafka-settings.ts'
import { logTopic } from './log-topic.ts'
import { OffsetLookup } from './offset-lookup.ts'
import { readRange } from './read-range.ts'
import { RECORD_OVERHEAD_BYTES } from './record-group.ts'
import { RecordSender, SEND_RETRIES } from './record-sender.ts'

/** What a block of one record takes beyond the record: its head, with some room. */
const BLOCK_OVERHEAD_BYTES = 128
/** Keys whose partition is remembered: more channels than anybody follows. */
const KNOWN_KEYS_MAX = 10_000

export interface KafkaEventLogOptions {
  readonly settings: KafkaSettings
  readonly clientId: string
  readonly clock: Clock
  readonly logger: ClusterLogger
  /** Largest block each topic takes, bytes, by its name in Kafka. */
  readonly blockBytesMax: ReadonlyMap<string, number>
  /** Silence of a client after which it is given up, ms. */
  readonly standstillMs?: number
}

/** The log in Kafka's topics: partitions are shared within a group, and everybody's order is the brokers'. */
export class KafkaEventLog implements EventLog {
  readonly partitions: number
  readonly #options: KafkaEventLogOptions
  readonly #sender: RecordSender
  readonly #link: BrokerLink
  readonly #lookup: OffsetLookup
  readonly #keys = new Map<string, number>()
  readonly #readers = new Set<Promise<void>>()
  /** Ends the readers; what they still append while they close is written. */
  readonly #closing = new AbortController()

  constructor(options: KafkaEventLogOptions) {
    const { settings, clock, logger } = options
    this.#options = options
    this.partitions = settings.partitions
    const failure = (doing: string, error: unknown): unknown => kafkaFailure(settings, doing, error)
    const connect = () => this.#client({ retries: SEND_RETRIES })
    this.#sender = new RecordSender({ connect, clock, logger, failure })
    const topics = TOPICS.map((topic) => topicName(settings, topic))
    this.#link = new BrokerLink({ connect: () => this.#client(), clock, topics, failure })
    this.#lookup = new OffsetLookup(this.#link)
  }

  partitionOf(key: string): number {
    const known = this.#keys.get(key)
    if (known !== undefined) return known
    const partition = partitionOf(key, this.partitions)
    if (this.#keys.size >= KNOWN_KEYS_MAX) this.#keys.clear()
    this.#keys.set(key, partition)
    return partition
  }

  async append(topic: Topic, records: readonly OutgoingRecord[]): Promise<void> {
    const { name, partitions } = logTopic(this.#options.settings, topic)
    for (const record of records) this.#checkRecord(name, record)
    if (records.length === 0) return
    const placed = records.map(({ key }) => (partitions === 1 ? 0 : this.partitionOf(key)))
    await this.#sender.append(name, records, placed)
  }

  async consume(topic: Topic, group: string, handler: PartitionHandler, signal: AbortSignal): Promise<void> {
    const { settings, clock, logger, standstillMs = STANDSTILL_MS } = this.#options
    await this.#reader(signal, (until) =>
      consumeTopic({
        topic: logTopic(settings, topic),
        groupId: groupName(settings, group),
        sessionTimeoutMs: settings.sessionTimeoutMs,
        standstillMs,
        handler,
        signal: until,
        lookup: this.#lookup,
        connect: (listen) => this.#client({ listen }),
        failure: (doing, error) => kafkaFailure(settings, doing, error),
        clock,
        logger,
      }),
    )
  }

  async follow(
    topic: Topic,
    from: 'start' | 'end',
    deliver: (records: readonly LogRecord[]) => void,
    signal: AbortSignal,
    caughtUp: () => void = () => {},
    away: (reason: string | null) => void = () => {},
  ): Promise<void> {
    const { settings, clock, logger } = this.#options
    await this.#reader(signal, (until) =>
      followTopic({
        topic: logTopic(settings, topic),
        from,
        deliver,
        caughtUp,
        away,
        signal: until,
        lookup: this.#lookup,
        link: {
          connect: () => this.#client(),
          failure: (doing, error) => kafkaFailure(settings, doing, error),
        },
        clock,
        logger,
      }),
    )
  }

  async *read(
    topic: Topic,
    partition: number,
    from: number,
    to: number,
  ): AsyncGenerator<readonly LogRecord[]> {
    this.#checkPartition(topic, partition)
    yield* readRange(this.#link, this.#lookup, logTopic(this.#options.settings, topic), partition, from, to)
  }

  async extent(topic: Topic, partition: number): Promise<{ low: number; end: number }> {
    this.#checkPartition(topic, partition)
    return await this.#lookup.extent(topicName(this.#options.settings, topic), partition)
  }

  async offsetAt(topic: Topic, partition: number, appendMs: number): Promise<number> {
    this.#checkPartition(topic, partition)
    return await this.#lookup.offsetAt(topicName(this.#options.settings, topic), partition, appendMs)
  }

  /** Lets every reader close its partitions, then sends what waits. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#closing.abort(closedError())
    await Promise.allSettled(this.#readers)
    await Promise.all([this.#sender[Symbol.asyncDispose](), this.#link[Symbol.asyncDispose]()])
  }

  #client(own: { listen?: (report: KafkaReport) => void; retries?: number } = {}): KafkaClient {
    const { settings, clientId, clock, logger } = this.#options
    const { listen, ...retries } = own
    const write = intoLog(logger)
    const report = (said: KafkaReport): void => {
      write(said)
      listen?.(said)
    }
    return new KafkaClient({ settings, clientId, clock, report, ...retries })
  }

  /** Runs a reader until its own signal aborts; one that the closing log ends fails, as the port promises. */
  async #reader(signal: AbortSignal, run: (until: AbortSignal) => Promise<void>): Promise<void> {
    const closing = this.#closing.signal
    if (closing.aborted) throw closedError()
    const running = run(AbortSignal.any([signal, closing]))
    this.#readers.add(running)
    try {
      await running
    } finally {
      this.#readers.delete(running)
    }
    if (!signal.aborted) throw closedError()
  }

  #checkPartition(topic: Topic, partition: number): void {
    const { name, partitions } = logTopic(this.#options.settings, topic)
    if (Number.isInteger(partition) && partition >= 0 && partition < partitions) return
    throw new RangeError(`The topic ${name} has partitions 0 to ${partitions - 1}, not ${partition}`)
  }

  /** Refused here, because together with others in one request it would take them down with it. */
  #checkRecord(name: string, { key, value }: OutgoingRecord): void {
    if (typeof key !== 'string' || !(value instanceof Uint8Array)) {
      throw new TypeError(`A record for ${name} needs a key of text and a value of bytes`)
    }
    const max = this.#options.blockBytesMax.get(name)
    const bytes = 3 * key.length + value.length
    if (max === undefined || bytes + RECORD_OVERHEAD_BYTES + BLOCK_OVERHEAD_BYTES <= max) return
    throw new RecordTooLargeError(
      `A record of ${value.length} bytes is larger than ${name} takes (${max} bytes)`,
      'Raise max.message.bytes of the topic, or send smaller records.',
    )
  }
}

function closedError(): LogUnavailableError {
  return new LogUnavailableError('The log is closed', 'It is closed when the program stops.')
}
