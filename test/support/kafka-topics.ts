/** Topics of its own for a test, on the Kafka under test or another one. */
import { type ClusterLogger, type KafkaSettings, migrateTopics, openKafkaLog } from '@smacktalk/cluster'
import { LOG_PARTITIONS } from '@smacktalk/contract'
import type { EventLog } from '@smacktalk/ports'
import { systemClock } from '@smacktalk/runtime'
import kafkajs from 'kafkajs'
import { clusterUnderTest } from './cluster-under-test.ts'

export const SILENT: ClusterLogger = { debug() {}, info() {}, warn() {}, error() {} }

export interface KafkaTopics extends AsyncDisposable {
  readonly settings: KafkaSettings
  /** Another client on the same topics; closed before the topics are deleted. */
  open(options?: { readonly logger?: ClusterLogger; readonly standstillMs?: number }): Promise<EventLog>
  /** kafkajs as it is, to do what our own code would not. */
  admin<T>(act: (admin: ReturnType<InstanceType<typeof kafkajs.Kafka>['admin']>) => Promise<T>): Promise<T>
}

let prefixes = 0

export interface TopicsOptions {
  /** Default the Kafka under test. */
  readonly brokers?: readonly string[]
  readonly settings?: Partial<KafkaSettings>
  /** Whether the topics are made; default yes. */
  readonly migrate?: boolean
}

/** A prefix nobody else has; its topics are deleted at the end. */
export async function kafkaTopics(options: TopicsOptions = {}): Promise<KafkaTopics> {
  const settings: KafkaSettings = {
    brokers: options.brokers ?? clusterUnderTest().kafka.split(','),
    ssl: null,
    sasl: null,
    topicPrefix: `test-${process.pid}-${++prefixes}.`,
    partitions: LOG_PARTITIONS,
    replication: 1,
    sessionTimeoutMs: 6_000,
    ...options.settings,
  }
  if (options.migrate !== false) {
    await migrateTopics({ settings, logRetentionMs: 86_400_000, clock: systemClock, logger: SILENT })
  }
  const opened: EventLog[] = []
  const admin: KafkaTopics['admin'] = async (act) => {
    const client = new kafkajs.Kafka({ brokers: [...settings.brokers], logLevel: kafkajs.logLevel.NOTHING })
    const own = client.admin()
    await own.connect()
    try {
      return await act(own)
    } finally {
      await own.disconnect()
    }
  }
  return {
    settings,
    admin,
    async open({ logger = SILENT, ...rest } = {}) {
      const log = await openKafkaLog({ settings, clientId: 'test', clock: systemClock, logger, ...rest })
      opened.push(log)
      return log
    },
    async [Symbol.asyncDispose]() {
      await Promise.all(opened.map((log) => log[Symbol.asyncDispose]()))
      await admin(async (own) => {
        const ours = (await own.listTopics()).filter((name) => name.startsWith(settings.topicPrefix))
        if (ours.length > 0) await own.deleteTopics({ topics: ours })
      })
    },
  }
}
