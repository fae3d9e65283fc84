import { type Clock, TOPICS, type Topic } from '@smacktalk/ports'
import type { ClusterLogger } from '../cluster-logger.ts'
import { type Admin, type Cluster, KafkaClient } from './kafka-client.ts'
import { kafkaFailure } from './kafka-failures.ts'
import { intoLog } from './kafka-reports.ts'
import { type KafkaSettings, topicName } from './kafka-settings.ts'
import { withPatience } from './patience.ts'
import { topicFacts } from './topic-facts.ts'

/** A person waits for the answer. */
const PROBE_PATIENCE_MS = 5_000

export interface ProbedTopic {
  readonly topic: Topic
  /** As Kafka knows it. */
  readonly name: string
  /** Null when it does not exist; everything else is empty then. */
  readonly partitions: number | null
  readonly replication: number
  readonly config: ReadonlyMap<string, string>
  /** First retained and next offset, by partition. */
  readonly extents: readonly { readonly low: number; readonly end: number }[]
  /** Records that are there. */
  readonly records: number
}

export interface KafkaProbe {
  readonly brokers: number
  readonly clusterId: string
  /** What the versions of its requests tell about the release, as in `4.0 or newer`. */
  readonly release: string
  readonly topics: readonly ProbedTopic[]
  /** Time for one question and its answer, ms. */
  readonly answerMs: number
}

export interface ProbeOptions {
  readonly settings: KafkaSettings
  readonly clock: Clock
  readonly logger: ClusterLogger
}

/** Looks at the brokers and the topics, for `smacktalk doctor`; what keeps it from doing so is thrown with a hint. */
export async function probeKafka({ settings, clock, logger }: ProbeOptions): Promise<KafkaProbe> {
  await using client = new KafkaClient({
    settings,
    clientId: 'smacktalk-doctor',
    clock,
    report: intoLog(logger),
  })
  const admin = client.admin()
  const cluster = client.cluster()
  const patience = {
    clock,
    ms: PROBE_PATIENCE_MS,
    failure: (error: unknown) => kafkaFailure(settings, 'did not answer', error),
  }
  return await withPatience(patience, async () => {
    await admin.connect()
    await cluster.connect()
    const asked = clock.now()
    const { brokers, clusterId } = await admin.describeCluster()
    const answerMs = clock.now() - asked
    return {
      brokers: brokers.length,
      clusterId,
      release: await releaseOf(cluster),
      topics: await probeTopics(admin, settings),
      answerMs,
    }
  })
}

async function probeTopics(admin: Admin, settings: KafkaSettings): Promise<ProbedTopic[]> {
  const facts = await topicFacts(
    admin,
    TOPICS.map((topic) => topicName(settings, topic)),
  )
  return await Promise.all(
    TOPICS.map(async (topic) => {
      const name = topicName(settings, topic)
      const fact = facts.get(name)
      if (fact === undefined) {
        return { topic, name, partitions: null, replication: 0, config: new Map(), extents: [], records: 0 }
      }
      const offsets = await admin.fetchTopicOffsets(name)
      const extents = offsets
        .sort((a, b) => a.partition - b.partition)
        .map(({ low, high }) => ({ low: Number(low), end: Number(high) }))
      const records = extents.reduce((sum, { low, end }) => sum + end - low, 0)
      const { partitions, replication, config } = fact
      return { topic, name, partitions, replication, config, extents, records }
    }),
  )
}

/** Number of the request for fetching records, and which versions of it which release brought. */
const FETCH = 1
/** Kafka 4.0 dropped the versions before this one (KIP-896). */
const FETCH_MIN_OF_4 = 4
const FETCH_RELEASES: readonly (readonly [number, string])[] = [
  [17, '3.9'],
  [16, '3.7'],
  [15, '3.5'],
  [13, '3.1'],
  [12, '2.7'],
  [11, '2.3'],
  [10, '2.1'],
]

async function releaseOf(cluster: Cluster): Promise<string> {
  await cluster.refreshMetadata()
  const [nodeId] = cluster.getNodeIds()
  const broker = await cluster.findBroker({ nodeId: String(nodeId) })
  const { minVersion = 0, maxVersion = 0 } = (await broker.apiVersions())[FETCH] ?? {}
  if (minVersion >= FETCH_MIN_OF_4) return '4.0 or newer'
  const [, release] = FETCH_RELEASES.find(([version]) => maxVersion >= version) ?? [0, null]
  return release === null ? 'older than 2.1' : `${release} or newer`
}
