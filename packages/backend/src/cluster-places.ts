/** Where Kafka and Cassandra keep the data of a source, from the settings. */
import { readFileSync } from 'node:fs'
import { type CassandraSettings, type KafkaSettings, parseReplication } from '@smacktalk/cluster'
import { SettingsError } from '@smacktalk/ports'
import type { Settings } from '@smacktalk/runtime'

export type DataSource = 'twitch' | 'demo'

export interface ClusterPlaces {
  readonly kafka: KafkaSettings
  readonly cassandra: CassandraSettings
}

/** The demo world has topics and a keyspace of its own, so that invented numbers never meet real ones. */
const DEMO_TOPICS = 'demo.'
const DEMO_KEYSPACE = '_demo'

/** Reads the certificates that the settings name; throws SettingsError. */
export function clusterPlaces(
  { kafka, cassandra }: Pick<Settings, 'kafka' | 'cassandra'>,
  source: DataSource,
): ClusterPlaces {
  const { sasl, username, password } = kafka
  const replication = parseReplication(cassandra.replication)
  if (replication === null) {
    throw new SettingsError(
      `cassandra.replication is "${cassandra.replication}".`,
      'Give a number of copies, or one per data centre as in dc1:3,dc2:2.',
    )
  }
  const isDemo = source === 'demo'
  return {
    kafka: {
      brokers: kafka.brokers,
      ssl: kafka.ssl ? { ca: certificate('kafka.sslCaFile', kafka.sslCaFile) } : null,
      sasl: sasl === 'none' ? null : { mechanism: sasl, username, password: password ?? '' },
      topicPrefix: isDemo ? `${kafka.topicPrefix}${DEMO_TOPICS}` : kafka.topicPrefix,
      partitions: kafka.partitions,
      replication: kafka.replication,
      sessionTimeoutMs: kafka.sessionTimeoutMs,
    },
    cassandra: {
      contactPoints: cassandra.contactPoints,
      localDataCenter: cassandra.localDataCenter,
      keyspace: isDemo ? `${cassandra.keyspace}${DEMO_KEYSPACE}` : cassandra.keyspace,
      replication,
      consistency: cassandra.consistency,
      username: cassandra.username === '' ? null : cassandra.username,
      password: cassandra.password,
      tls: cassandra.tls ? { ca: certificate('cassandra.tlsCaFile', cassandra.tlsCaFile) } : null,
    },
  }
}

function certificate(setting: string, path: string): string | null {
  if (path === '') return null
  try {
    return readFileSync(path, 'utf8')
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new SettingsError(
      `${setting} names ${path}, which cannot be read (${reason}).`,
      'Check the path and its rights.',
      cause,
    )
  }
}
