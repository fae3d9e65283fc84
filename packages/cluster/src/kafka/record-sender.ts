/**
 * The way of records into the log: one idempotent producer, one request at a time.
 *
 * What that guarantees. The producer numbers the blocks it sends to a partition, and a broker passes over a number it
 * has had already; so a request may be repeated. It holds as long as a number always means the same block. Therefore
 * nothing overlaps (kafkajs gives the numbers of a failed request back, and the next would get them), a group is
 * repeated exactly as it was, and a producer whose request was given up is never used again: its number would go to
 * other records, and a broker that had written the first would acknowledge the second without writing them. The next
 * producer counts from the start. So nothing acknowledged is lost; what was given up may be in the log, and appending
 * it again can then make copies, which judging recognises. So can a broker that fails in the middle of a request to
 * several.
 */
import { type Clock, LogUnavailableError, type OutgoingRecord } from '@smacktalk/ports'
import type { ClusterLogger } from '../cluster-logger.ts'
import { Append, AppendQueue, type Taken } from './append-queue.ts'
import type { Producer } from './kafka-client.ts'
import { OutageReport } from './outage-report.ts'
import { withPatience } from './patience.ts'
import type { RecordGroup } from './record-group.ts'

/** An append is given up after so long without any acknowledgement: longer than a broker takes to start again. */
export const APPEND_PATIENCE_MS = 30_000
/** And when the program stops, after so long: it has ten seconds for everything. */
const CLOSING_PATIENCE_MS = 5_000
/** How often it is looked whether something has waited for too long. */
const SWEEP_MS = 1_000
/** Waiting for so long is worth a line in the log. */
const SLOW_MS = 5_000
/** A broker gives up waiting for its copies a little before we give up waiting for it. */
const ACKNOWLEDGE_MS = 8_000
/**
 * Tries of one request by kafkajs, at most a second apart: more than the patience, so that it is ours that decides.
 * While they go on, the numbers of the blocks stay the same.
 */
export const SEND_RETRIES = 45
/** Between two requests for what an answer has left out. */
const MISSING_PAUSE_MS = 100

/** What is needed of a client. */
export interface SendingClient extends AsyncDisposable {
  producer(): Pick<Producer, 'connect' | 'sendBatch'>
  cut(): void
}

export interface RecordSenderOptions {
  readonly connect: () => SendingClient
  readonly clock: Clock
  readonly logger: ClusterLogger
  readonly failure: (doing: string, error: unknown) => unknown
}

interface Line {
  readonly client: SendingClient
  readonly producer: ReturnType<SendingClient['producer']>
}

export class RecordSender implements AsyncDisposable {
  readonly #options: RecordSenderOptions
  readonly #queue = new AppendQueue()
  readonly #outage: OutageReport
  #line: Line | null = null
  #sending: Promise<void> | null = null
  /** Epoch ms, once it takes no more. */
  #closedAt: number | null = null
  /** Epoch ms of the newest acknowledgement. */
  #acknowledgedAt = 0

  constructor(options: RecordSenderOptions) {
    this.#options = options
    this.#outage = new OutageReport(options.clock, options.logger, 'Appending')
  }

  /** Resolves when all records are durable; appends are served in the order of their calls. */
  append(topic: string, records: readonly OutgoingRecord[], partitions: readonly number[]): Promise<void> {
    if (this.#closedAt !== null) {
      return Promise.reject(
        new LogUnavailableError('The log is closed', 'It is closed when the program stops.'),
      )
    }
    const append = new Append(topic, records, partitions, this.#options.clock.now())
    this.#queue.add(append)
    this.#sending ??= this.#sendAll()
    return append.done
  }

  /** Sends what waits, for a limited time, then says goodbye. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#closedAt = this.#options.clock.now()
    await this.#sending
    const line = this.#line
    this.#line = null
    await line?.client[Symbol.asyncDispose]()
  }

  async #sendAll(): Promise<void> {
    // A turn later, so that calls of the same moment share a request.
    await Promise.resolve()
    for (let taken = this.#queue.take(); taken !== null; taken = this.#queue.take())
      await this.#sendOne(taken)
    this.#sending = null
  }

  async #sendOne(taken: Taken): Promise<void> {
    const givenUp = new AbortController()
    const over = new AbortController()
    const watching = this.#watch(taken, givenUp, over.signal)
    try {
      await unlessAborted(this.#deliver(taken.group, givenUp.signal), givenUp.signal)
      this.#acknowledgedAt = this.#options.clock.now()
      this.#outage.over()
      for (const { append, count } of taken.parts) append.acknowledge(count)
    } catch (error) {
      this.#dropLine()
      const failure = this.#options.failure('did not take what was appended', error)
      for (const { append } of taken.parts) append.reject(failure)
    } finally {
      over.abort()
      await watching
    }
  }

  /** Ends when every record of the group is durable. */
  async #deliver(group: RecordGroup, signal: AbortSignal): Promise<void> {
    const { clock, logger } = this.#options
    const producer = await this.#producer(signal)
    for (;;) {
      const { topicMessages, compression } = group
      group.acknowledge(
        await producer.sendBatch({ topicMessages, compression, acks: -1, timeout: ACKNOWLEDGE_MS }),
      )
      if (group.done) return
      logger.debug(
        { records: group.records },
        'partitions are missing in the brokers’ answer: they are sent again',
      )
      await clock.sleep(MISSING_PAUSE_MS, signal)
      signal.throwIfAborted()
    }
  }

  async #producer(signal: AbortSignal): Promise<Line['producer']> {
    if (this.#line !== null) return this.#line.producer
    const { connect, clock, failure } = this.#options
    const patience = {
      clock,
      ms: APPEND_PATIENCE_MS,
      signal,
      failure: (error: unknown) => failure('cannot be appended to', error),
    }
    this.#line = await withPatience(patience, async () => {
      const client = connect()
      try {
        const producer = client.producer()
        await producer.connect()
        signal.throwIfAborted()
        return { client, producer }
      } catch (error) {
        client.cut()
        throw error
      }
    })
    return this.#line.producer
  }

  /** Cut at once, so that nothing of a request that was given up is sent later. */
  #dropLine(): void {
    this.#line?.client.cut()
    this.#line = null
  }

  /** While a group is under way: rejects appends that have waited too long; with all of its own it is given up. */
  async #watch(taken: Taken, givenUp: AbortController, signal: AbortSignal): Promise<void> {
    const { clock } = this.#options
    const begun = clock.now()
    for (;;) {
      await clock.sleep(SWEEP_MS, signal)
      if (signal.aborted) return
      const now = clock.now()
      const waited = (append: Append): number => now - Math.max(append.since, this.#acknowledgedAt)
      const closing = this.#closedAt !== null && now - this.#closedAt >= CLOSING_PATIENCE_MS
      const patience = closing ? CLOSING_PATIENCE_MS : APPEND_PATIENCE_MS
      const isOverdue = (append: Append): boolean => !append.settled && waited(append) >= patience
      if (now - begun >= SLOW_MS) this.#outage.goesOn(notAcknowledged(now - begun))
      this.#queue.rejectOverdue(isOverdue, (append) => append.reject(notAcknowledged(waited(append))))
      for (const { append } of taken.parts)
        if (isOverdue(append)) append.reject(notAcknowledged(waited(append)))
      if (taken.parts.every(({ append }) => append.settled)) givenUp.abort(notAcknowledged(now - begun))
    }
  }
}

function notAcknowledged(ms: number): LogUnavailableError {
  return new LogUnavailableError(
    `The brokers have acknowledged nothing for ${Math.round(ms / 1000)} s`,
    'Check that they run and can be reached; what was appended may or may not be written, appending it again is safe.',
  )
}

/** The outcome of `work`, or the signal's reason as soon as it aborts. */
async function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  const aborted = Promise.withResolvers<never>()
  const abort = (): void => aborted.reject(signal.reason)
  signal.addEventListener('abort', abort, { once: true })
  try {
    return await Promise.race([work, aborted.promise])
  } finally {
    signal.removeEventListener('abort', abort)
    work.catch(() => {
      // Thrown above, or given up: then nobody waits for it any more.
    })
  }
}
