/** A keyspace of its own for a test file, and raw CQL to look behind the store. */
import type { CassandraSettings, ClusterLogger } from '@smacktalk/cluster'
import type { Clock } from '@smacktalk/ports'
import { systemClock } from '@smacktalk/runtime'
import { Client, type types } from 'cassandra-driver'
import { clusterUnderTest } from './cluster-under-test.ts'

/** Of Cassandra's SimpleSnitch, which a cluster of one node on a laptop has. */
const DATA_CENTER = 'datacenter1'
/** Creating and dropping tables takes seconds on a busy machine. */
const TIMEOUT_MS = 60_000

export const RETENTION_DAYS = 400

export const SILENT_LOGGER: ClusterLogger = { debug() {}, info() {}, warn() {}, error() {} }

export interface CassandraKeyspace extends AsyncDisposable {
  readonly settings: CassandraSettings
  /** What migrating, opening and probing take. */
  readonly options: {
    readonly settings: CassandraSettings
    readonly rowRetentionDays: number
    readonly clock: Clock
    readonly logger: ClusterLogger
  }
  /** Speaks to the node as anybody could; without a timestamp of ours a write has that of the node's clock. */
  cql(query: string, params?: readonly unknown[]): Promise<types.Row[]>
}

/** Nothing is created yet; at the end the keyspace is dropped. `address` is that of another node than the common one. */
export function cassandraKeyspace(name: string, address = clusterUnderTest().cassandra): CassandraKeyspace {
  const keyspace = `test_${name}_${process.pid}`
  // A connection for each question: none stays open while a test counts those of the store, or kills the node.
  const cql = async (query: string, params: readonly unknown[] = []): Promise<types.Row[]> => {
    const client = new Client({
      contactPoints: [address],
      localDataCenter: DATA_CENTER,
      protocolOptions: { port: Number(address.split(':').at(-1)), maxVersion: 4 },
      socketOptions: { readTimeout: TIMEOUT_MS },
    })
    try {
      return (await client.execute(query, [...params], { prepare: params.length > 0 })).rows
    } finally {
      await client.shutdown()
    }
  }
  const settings: CassandraSettings = {
    contactPoints: [address],
    localDataCenter: DATA_CENTER,
    keyspace,
    replication: { class: 'SimpleStrategy', factor: 1 },
    consistency: 'localQuorum',
    username: null,
    password: null,
    tls: null,
  }
  return {
    settings,
    options: { settings, rowRetentionDays: RETENTION_DAYS, clock: systemClock, logger: SILENT_LOGGER },
    cql,
    async [Symbol.asyncDispose]() {
      await cql(`DROP KEYSPACE IF EXISTS ${keyspace}`)
    },
  }
}
