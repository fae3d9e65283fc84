/** Fetching records straight from the brokers that lead their partitions. */
import { type LogRecord, LogUnavailableError } from '@smacktalk/ports'
import type { Cluster, KafkaMessage } from './kafka-client.ts'
import type { LogTopic } from './log-topic.ts'

export interface Wanted {
  readonly partition: number
  readonly offset: number
}

export interface Fetched {
  readonly partition: number
  /** Retained records from the offset asked for; may be empty. */
  readonly records: readonly LogRecord[]
  /** Where to go on: behind the records, also behind what compaction has taken away after them. */
  readonly next: number
  /** Offset behind the newest record when the broker answered. */
  readonly end: number
}

export interface FetchLimits {
  /** How long the broker may wait for something new, ms. */
  readonly waitMs: number
  readonly partitionBytes: number
  readonly bytes: number
}

/** The answer to a fetch request, as far as it is used; kafkajs types it as `any`. */
interface FetchAnswer {
  readonly responses: readonly {
    readonly partitions: readonly {
      readonly partition: number
      readonly highWatermark: string
      readonly messages: readonly FetchedMessage[]
    }[]
  }[]
}

/** What kafkajs knows of a record beyond its types. */
type FetchedMessage = KafkaMessage & {
  readonly batchContext?: { readonly firstOffset: string; readonly lastOffsetDelta: number }
  readonly isControlRecord?: boolean
}

/** One request to one broker; it answers for those partitions it leads, and fails when it does not lead one. */
export async function fetchRecords(
  cluster: Cluster,
  nodeId: string,
  topic: string,
  wanted: readonly Wanted[],
  limits: FetchLimits,
): Promise<Fetched[]> {
  const broker = await cluster.findBroker({ nodeId })
  const partitions = wanted.map(({ partition, offset }) => ({
    partition,
    fetchOffset: String(offset),
    maxBytes: limits.partitionBytes,
  }))
  const answer: FetchAnswer = await broker.fetch({
    maxWaitTime: limits.waitMs,
    minBytes: 1,
    maxBytes: limits.bytes,
    topics: [{ topic, partitions }],
  })
  const offsets = new Map(wanted.map(({ partition, offset }) => [partition, offset]))
  return answer.responses.flatMap((response) =>
    response.partitions.map(({ partition, highWatermark, messages }) => {
      const from = offsets.get(partition) ?? 0
      const last = messages.at(-1)
      const records = messages
        .filter((message) => Number(message.offset) >= from && message.isControlRecord !== true)
        .map((message) => toRecord(partition, message))
      return {
        partition,
        records,
        next: last === undefined ? from : Math.max(from, endOfBatch(last)),
        end: endOf(highWatermark, records),
      }
    }),
  )
}

/**
 * Records of one partition that is known to hold some behind `offset`. An answer with the partition but without a
 * record then means that compaction has left an empty place; an answer without it, that the broker wants a rest.
 */
export async function fetchSome(
  cluster: Cluster,
  topic: LogTopic,
  partition: number,
  offset: number,
  limits: FetchLimits,
): Promise<Fetched> {
  const [leader] = byLeader(cluster, topic.name, [partition]).keys()
  const wanted = [{ partition, offset }]
  const [fetched] =
    leader === undefined ? [] : await fetchRecords(cluster, leader, topic.name, wanted, limits)
  if (fetched === undefined || (fetched.next === offset && !(topic.compacted && fetched.end > offset))) {
    throw new LogUnavailableError(
      `No broker gives partition ${partition} of ${topic.name} from offset ${offset}`,
      'Check that all brokers run and that their quotas leave room.',
    )
  }
  return fetched.next > offset ? fetched : { ...fetched, next: offset + 1 }
}

/** Partitions by the broker that leads them now. */
export function byLeader(
  cluster: Cluster,
  topic: string,
  partitions: readonly number[],
): Map<string, number[]> {
  return new Map(Object.entries(cluster.findLeaderForPartitions(topic, [...partitions])))
}

/**
 * The time is the one the log set when it appended the batch; it is passed on as it is. A broker whose clock is set
 * back, or another leader's clock, can make it fall; nothing is made up here, because a time that depends on where
 * a reader began would judge differently on a replay.
 */
export function toRecord(partition: number, message: KafkaMessage): LogRecord {
  return {
    partition,
    offset: Number(message.offset),
    appendMs: Number(message.timestamp),
    key: message.key === null ? '' : message.key.toString('utf8'),
    value: message.value ?? EMPTY,
  }
}
const EMPTY = Buffer.alloc(0)

/** A broker looks up the end before it reads, so what it then reads may lie behind. */
export function endOf(highWatermark: string, records: readonly LogRecord[]): number {
  return Math.max(Number(highWatermark), (records.at(-1)?.offset ?? -1) + 1)
}

function endOfBatch(message: FetchedMessage): number {
  const { batchContext } = message
  const last =
    batchContext === undefined
      ? Number(message.offset)
      : Number(batchContext.firstOffset) + batchContext.lastOffsetDelta
  return Math.max(last, Number(message.offset)) + 1
}
