import {
  type Clock,
  LogMismatchError,
  LogUnavailableError,
  type PartitionHandler,
  PipelineError,
} from '@smacktalk/ports'
import type { ClusterLogger } from '../cluster-logger.ts'
import { GroupSession, type SessionEnd } from './group-session.ts'
import type { KafkaClient } from './kafka-client.ts'
import { type KafkaReport, outOfRangePartition } from './kafka-reports.ts'
import type { LogTopic } from './log-topic.ts'
import type { Extent, OffsetLookup } from './offset-lookup.ts'
import { OutageReport } from './outage-report.ts'
import { OwnedPartitions } from './owned-partitions.ts'
import { pauses } from './patience.ts'
import { stoppable } from './stoppable.ts'

/**
 * A client of which nothing was heard for so long is stuck for good: longer than a join may take (30 s), and three
 * hundred times as long as a fetch.
 */
export const STANDSTILL_MS = 60_000
/** How often kafkajs may stumble in ways nobody foresaw before it is given up, without a join in between. */
const STUMBLES_MAX = 3
/** After a failover the new leader may know for a moment less than was acknowledged: it is asked again. */
const DOUBT_PAUSE_MS = 500
const DOUBT_LOOKS = 3

export interface ConsumeOptions {
  readonly topic: LogTopic
  /** As Kafka knows it, with the prefix. */
  readonly groupId: string
  readonly sessionTimeoutMs: number
  readonly standstillMs: number
  readonly handler: PartitionHandler
  readonly signal: AbortSignal
  readonly lookup: OffsetLookup
  /** A client for one membership; `report` is told what it says. */
  readonly connect: (report: (report: KafkaReport) => void) => KafkaClient
  readonly failure: (doing: string, error: unknown) => unknown
  readonly clock: Clock
  readonly logger: ClusterLogger
}

/**
 * Reads what the group gives this process, until the signal aborts. A client that crashes is replaced, with pauses;
 * what is open stays open meanwhile. Brokers that are away are waited for, however long.
 */
export async function consumeTopic(options: ConsumeOptions): Promise<void> {
  const { signal, logger, topic, groupId } = options
  if (signal.aborted) return
  const owned = new OwnedPartitions({
    handler: options.handler,
    signal,
    checkStart: (partition, from, until) => checkStart(options, partition, from, until),
    report: (error) =>
      logger.error({ topic: topic.name, groupId, error }, 'a partition could not be closed after a failure'),
  })
  const stopped = Promise.withResolvers<null>()
  const stop = (): void => stopped.resolve(null)
  signal.addEventListener('abort', stop, { once: true })
  try {
    await readOn(options, owned, Promise.race([stopped.promise, owned.failed.then(() => null)]))
  } finally {
    signal.removeEventListener('abort', stop)
  }
  if (owned.failure !== null) throw owned.failure.error
}

/** One membership after the other, until `over` resolves or owned.failure says why it cannot go on. */
async function readOn(options: ConsumeOptions, owned: OwnedPartitions, over: Promise<null>): Promise<void> {
  const { topic, groupId, signal, clock, logger } = options
  const membership = { generation: 0 }
  const outage = new OutageReport(clock, logger, `Reading ${topic.name} as ${groupId}`)
  let pause = pauses()
  let stumbles = 0
  const onJoin = (): void => {
    outage.over()
    pause = pauses()
    stumbles = 0
  }
  for (;;) {
    const session = openSession(options, owned, membership, onJoin)
    void session.start()
    const end = await Promise.race([session.ended, over])
    const error = end === null ? null : errorOf(options, end)
    const stumbled = end?.kind === 'crashed' && !(error instanceof PipelineError)
    const final = stumbled ? ++stumbles > STUMBLES_MAX : !(error instanceof PipelineError && error.retriable)
    if (error !== null && (final || end?.kind === 'stuck')) owned.fail(error)
    if (owned.failure !== null || signal.aborted) {
      session.hold()
      await owned.closeAll()
      await session[Symbol.asyncDispose]()
      return
    }
    await session[Symbol.asyncDispose]()
    outage.goesOn(error instanceof Error ? error : new Error(String(error)))
    await Promise.race([clock.sleep(pause.next().value, signal), over])
  }
}

function errorOf({ topic, groupId, standstillMs, failure }: ConsumeOptions, end: SessionEnd): unknown {
  if (end.kind === 'crashed') return failure(`gave up the group ${groupId}`, end.error)
  return new LogUnavailableError(
    `The Kafka client that reads ${topic.name} has stood still for ${standstillMs / 1000} s without any work to do`,
    'This process has to be started again; its supervisor does that.',
  )
}

function openSession(
  options: ConsumeOptions,
  owned: OwnedPartitions,
  membership: { generation: number },
  onJoin: () => void,
): GroupSession {
  const { topic, groupId, sessionTimeoutMs, standstillMs, clock, logger } = options
  const doubt = async (partition: number, refused: boolean): Promise<void> => {
    try {
      await settleDoubt(options, owned, partition, refused)
    } catch (error) {
      owned.fail(error)
    }
  }
  const client = options.connect((report) => {
    const partition = outOfRangePartition(report)
    if (partition !== null) void doubt(partition, true)
  })
  return new GroupSession({
    client,
    topic,
    groupId,
    sessionTimeoutMs,
    standstillMs,
    owned,
    membership,
    doubt: (partition) => doubt(partition, false),
    onJoin,
    clock,
    logger,
  })
}

/** A handler's start has to lie in the retained log. */
async function checkStart(
  options: ConsumeOptions,
  partition: number,
  from: number,
  signal: AbortSignal,
): Promise<void> {
  const extent = await extentFor(options, partition, from, signal)
  if (extent === null) return
  throw new LogMismatchError(
    `Partition ${partition} of ${options.topic.name} holds the offsets ${extent.low} to ${extent.end}, reading was to start at ${from}`,
    from < extent.low
      ? 'The log has dropped what is not counted yet: longer retention is needed, or the store starts anew.'
      : 'The log was made anew or cut off: restore it, or start with an empty store (another keyspace).',
  )
}

/**
 * kafkajs was not where it was sent to: either the log has changed, or it has to be sent there once more. An offset
 * that a broker has `refused` was not in the log then; when it is now, the log was made anew and filled again.
 */
async function settleDoubt(
  options: ConsumeOptions,
  owned: OwnedPartitions,
  partition: number,
  refused: boolean,
): Promise<void> {
  const { topic, signal, lookup, logger } = options
  const position = owned.positionOf(partition)
  if (position === null) return
  const outside = await extentFor(options, partition, position, signal)
  if (signal.aborted) return
  if (outside === null && !refused) {
    logger.warn(
      { topic: topic.name, partition, position },
      'the client lost its place, and is sent back to it',
    )
    return
  }
  const { low, end } = outside ?? (await lookup.extent(topic.name, partition))
  throw new LogMismatchError(
    `Partition ${partition} of ${topic.name} was read at ${position}, which was not in it; it holds the offsets ${low} to ${end}`,
    'The topic was made anew or cut off while it was read: restore it, or start with an empty store (another keyspace).',
  )
}

/** What the partition holds when `position` is certainly not in it; null when it is, or when nobody wants to know. */
async function extentFor(
  { lookup, topic, clock }: ConsumeOptions,
  partition: number,
  position: number,
  signal: AbortSignal,
): Promise<Extent | null> {
  let looks = 0
  while (!signal.aborted) {
    try {
      const extent = await stoppable(lookup.extent(topic.name, partition), signal)
      if (extent === null) return null
      if (Number.isSafeInteger(position) && position >= extent.low && position <= extent.end) return null
      if (!(position > extent.end) || ++looks >= DOUBT_LOOKS) return extent
    } catch (error) {
      // Brokers that are away are waited for; the session says so.
      if (!(error instanceof PipelineError && error.retriable)) throw error
    }
    await clock.sleep(DOUBT_PAUSE_MS, signal)
  }
  return null
}
