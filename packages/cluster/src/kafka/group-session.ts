import { type Clock, LogMismatchError } from '@smacktalk/ports'
import type { ClusterLogger } from '../cluster-logger.ts'
import { endOf, toRecord } from './fetch-records.ts'
import { GroupCommits } from './group-commits.ts'
import type { Cluster, Consumer, EachBatchPayload, KafkaClient } from './kafka-client.ts'
import { batchesOf, type LogTopic, requireContinuous } from './log-topic.ts'
import type { OwnedPartitions } from './owned-partitions.ts'
import { Standstill } from './standstill.ts'
import { type Claim, stickyAssignor } from './sticky-assignor.ts'
import { WorkPulse } from './work-pulse.ts'

/**
 * An empty answer comes after this long, and what was resumed is fetched from then on: with kafkajs' default of 5 s a
 * partition that was taken over would stand for seconds.
 */
const FETCH_WAIT_MS = 200
/** Of one partition at once, so that one with a backlog cannot fill an answer; and of all together, compressed. */
const PARTITION_BYTES = 256 * 1024
const FETCH_BYTES = 4 * 1024 * 1024
/** Partitions in work at once: while one waits for the store, others go on. */
const AT_ONCE_MAX = 8
/** A member hears at its next heartbeat that another has left: this decides how long a graceful take-over takes. */
const HEARTBEAT_MS = 500
/** And at least so many of them fit into a session. */
const HEARTBEATS_PER_SESSION = 4
/** How long a join waits for members that are still at work. Whoever comes later is fenced by the store. */
const REBALANCE_MS = 30_000

export interface SessionOptions {
  readonly client: KafkaClient
  readonly topic: LogTopic
  /** As Kafka knows it, with the prefix. */
  readonly groupId: string
  readonly sessionTimeoutMs: number
  readonly standstillMs: number
  readonly owned: OwnedPartitions
  /** Newest generation this process has been part of; kept across sessions. */
  readonly membership: { generation: number }
  /** We are in. */
  readonly onJoin: () => void
  /** The brokers gave something else than what was asked for: where is the log now? */
  readonly doubt: (partition: number) => Promise<void>
  readonly clock: Clock
  readonly logger: ClusterLogger
}

export type SessionEnd = { readonly kind: 'crashed'; readonly error: unknown } | { readonly kind: 'stuck' }

/** One membership in a group: from joining until the client crashes or is told to leave. */
export class GroupSession implements AsyncDisposable {
  readonly #options: SessionOptions
  readonly #consumer: Consumer
  readonly #standstill: Standstill
  readonly #end = Promise.withResolvers<SessionEnd>()
  readonly #over = new AbortController()
  #cluster: Cluster | null = null
  #assigned: readonly number[] = []
  #joined = false
  #crashed = false
  /** Nothing more is to be read. */
  #held = false
  readonly #pulse: WorkPulse
  readonly #commits: GroupCommits

  constructor(options: SessionOptions) {
    const { client, topic, groupId, sessionTimeoutMs, standstillMs, owned, clock, logger } = options
    this.#options = options
    const heartbeatMs = Math.min(HEARTBEAT_MS, Math.floor(sessionTimeoutMs / HEARTBEATS_PER_SESSION))
    this.#pulse = new WorkPulse(clock, heartbeatMs)
    this.#commits = new GroupCommits(topic.name, owned, clock, logger)
    this.#standstill = new Standstill(standstillMs, clock.now())
    const assignor = stickyAssignor(topic, () => this.#claim())
    this.#consumer = client.consumer({
      groupId,
      sessionTimeout: sessionTimeoutMs,
      heartbeatInterval: heartbeatMs,
      rebalanceTimeout: REBALANCE_MS,
      maxWaitTimeInMs: FETCH_WAIT_MS,
      maxBytesPerPartition: PARTITION_BYTES,
      maxBytes: FETCH_BYTES,
      partitionAssigners: [
        (config) => {
          this.#cluster = config.cluster
          return assignor
        },
      ],
    })
    this.#listen()
  }

  /** Resolves when this membership is beyond repair. */
  get ended(): Promise<SessionEnd> {
    return this.#end.promise
  }

  /** Joins and reads until the session is disposed or crashes. */
  async start(): Promise<void> {
    const { topic } = this.#options
    void this.#watch()
    void this.#pulse.beatUntil(this.#over.signal)
    try {
      await this.#consumer.connect()
      await this.#consumer.subscribe({ topics: [topic.name], fromBeginning: true })
      await this.#consumer.run({
        autoCommit: false,
        // What was handled is resolved slice by slice, so a batch that is left early comes again from there.
        eachBatchAutoResolve: false,
        partitionsConsumedConcurrently: AT_ONCE_MAX,
        eachBatch: (payload) => this.#eachBatch(payload),
      })
    } catch (error) {
      this.#crash(error)
    }
  }

  /** Stops reading, but stays a member: partitions are closed before others are given them. */
  hold(): void {
    this.#held = true
    this.#pause(this.#assigned)
  }

  /** Leaves the group. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#held = true
    if (!this.#pulse.interrupted && !this.#crashed) await this.#commits.last()
    this.#over.abort()
    await this.#options.client[Symbol.asyncDispose]()
  }

  #crash(error: unknown): void {
    this.#crashed = true
    this.#end.resolve({ kind: 'crashed', error })
  }

  #claim(): Claim {
    const { owned, membership } = this.#options
    return { generation: membership.generation, owned: owned.held }
  }

  #listen(): void {
    const { clock, membership } = this.#options
    const { events } = this.#consumer
    const moved = (): void => this.#standstill.moved(clock.now())
    this.#consumer.on(events.GROUP_JOIN, ({ payload }) => {
      moved()
      this.#join(payload.memberAssignment)
    })
    this.#consumer.on(events.HEARTBEAT, ({ payload }) => {
      moved()
      membership.generation = Math.max(membership.generation, payload.groupGenerationId)
    })
    this.#consumer.on(events.CRASH, ({ payload }) => this.#crash(payload.error))
    this.#consumer.on(events.FETCH_START, () => this.#pulse.goOn())
    for (const sign of [events.FETCH, events.REBALANCING, events.REQUEST_TIMEOUT, events.END_BATCH_PROCESS]) {
      this.#consumer.on(sign, moved)
    }
  }

  /**
   * Called by kafkajs right after a join, before anything is fetched, and not waited for. So first of all, in this
   * very turn, everything is paused; what is open goes on at its position, the rest once it has been opened.
   */
  #join(assignment: Readonly<Record<string, number[]>>): void {
    const { topic, owned, groupId, logger } = this.#options
    try {
      this.#joined = true
      this.#pulse.goOn()
      this.#assigned = [...(assignment[topic.name] ?? [])].sort((a, b) => a - b)
      this.#pause(this.#assigned)
      this.#options.onJoin()
      if (this.#held) return
      this.#checkPartitions()
      logger.info({ topic: topic.name, groupId, partitions: this.#assigned }, 'joined a group')
      owned.assign(this.#assigned, (partition, position) => this.#readFrom(partition, position))
    } catch (error) {
      // Thrown here it would be taken for a failed join.
      owned.fail(error)
    }
  }

  #checkPartitions(): void {
    const { topic, logger } = this.#options
    const found = this.#cluster?.findTopicPartitionMetadata(topic.name).length ?? topic.partitions
    if (found < topic.partitions) {
      throw new LogMismatchError(
        `The topic ${topic.name} has ${found} partitions, not ${topic.partitions}`,
        'It was made anew with another count: restore it, or start with an empty store and topic.',
      )
    }
    if (found > topic.partitions) {
      logger.warn(
        { topic: topic.name, partitions: found, used: topic.partitions },
        'partitions were added to a topic; they are not used, because keys would move',
      )
    }
  }

  #readFrom(partition: number, position: number): void {
    if (this.#held || this.#over.signal.aborted) return
    const { name: topic } = this.#options.topic
    unlessCrashed(() => {
      this.#consumer.seek({ topic, partition, offset: String(position) })
      this.#consumer.resume([{ topic, partitions: [partition] }])
    })
  }

  #pause(partitions: readonly number[]): void {
    if (!this.#joined || partitions.length === 0 || this.#over.signal.aborted) return
    const { name: topic } = this.#options.topic
    unlessCrashed(() => this.#consumer.pause([{ topic, partitions: [...partitions] }]))
  }

  async #eachBatch(payload: EachBatchPayload): Promise<void> {
    const { owned, topic } = this.#options
    const { partition } = payload.batch
    const position = owned.positionOf(partition)
    // Not ours, or not yet, or not any more: it comes again, to whom it belongs.
    if (position === null || this.#held) return
    this.#pulse.throwIfInterrupted()
    const { fetchedOffset } = payload.batch as EachBatchPayload['batch'] & { readonly fetchedOffset: string }
    const asked = Number(fetchedOffset)
    const inPlace = asked === position || (topic.compacted && asked > position)
    await this.#pulse.during(
      () => payload.heartbeat(),
      () => (inPlace ? this.#deliver(payload, position) : this.#stopInDoubt(partition)),
    )
  }

  async #deliver(payload: EachBatchPayload, position: number): Promise<void> {
    const { owned, topic } = this.#options
    const { batch, resolveOffset, heartbeat, commitOffsetsIfNecessary } = payload
    const { partition } = batch
    const records = batch.messages.map((message) => toRecord(partition, message))
    try {
      requireContinuous(topic, records, position)
    } catch (error) {
      owned.fail(error)
      return
    }
    const end = endOf(batch.highWatermark, records)
    for (const slice of batchesOf(records)) {
      if (this.#held || !(await owned.deliver({ partition, records: slice, end }))) return
      resolveOffset(String(slice.at(-1)?.offset))
      await this.#pulse.between(async () => {
        await heartbeat()
        await this.#commits.ifDue(commitOffsetsIfNecessary)
      })
    }
  }

  /** kafkajs went somewhere else than it was sent. Nothing of the partition is read until it is known why. */
  async #stopInDoubt(partition: number): Promise<void> {
    const { owned, doubt } = this.#options
    this.#pause([partition])
    await doubt(partition)
    const position = owned.positionOf(partition)
    if (position !== null) this.#readFrom(partition, position)
  }

  async #watch(): Promise<void> {
    const { clock } = this.#options
    while (!this.#over.signal.aborted) {
      await clock.sleep(this.#standstill.everyMs, this.#over.signal)
      if (this.#over.signal.aborted) return
      if (this.#standstill.look(clock.now(), this.#pulse.busy)) this.#end.resolve({ kind: 'stuck' })
    }
  }
}

/** kafkajs refuses to hear of partitions once it has crashed, which it says a little later. */
function unlessCrashed(act: () => void): void {
  try {
    act()
  } catch (error) {
    // Its CRASH is on the way, and the next session will be told where to read.
    if (!(error instanceof Error && error.message.startsWith('Consumer group was not initialized')))
      throw error
  }
}
