/** What a Cassandra node is started with: its YAML, its logging, its words on the command line. */
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { LOOPBACK } from './free-ports.ts'

export interface CassandraPorts {
  /** Clients: CQL. */
  readonly client: number
  /** Nodes among themselves; there is one, but it insists. */
  readonly storage: number
  /** nodetool. */
  readonly jmx: number
}

/**
 * When a write is acknowledged. `batch`: when it is on disk. `periodic`: at once, several times faster; a killed node
 * has then forgotten the last tenth of a second of what it acknowledged (a replay reads up to the last mark in the
 * commit log, and marks are set so often). Where there are copies on other nodes that is made good by them.
 */
export type CommitLogSync = 'batch' | 'periodic'

export interface CassandraFiles {
  /** Where the node keeps everything. */
  readonly directory: string
  readonly ports: CassandraPorts
  readonly commitLogSync: CommitLogSync
}

export function cassandraYaml({ directory, ports, commitLogSync }: CassandraFiles): string {
  const folder = (name: string): string => JSON.stringify(join(directory, name))
  return `cluster_name: smacktalk
num_tokens: 16
partitioner: org.apache.cassandra.dht.Murmur3Partitioner
endpoint_snitch: SimpleSnitch
seed_provider:
  - class_name: org.apache.cassandra.locator.SimpleSeedProvider
    parameters:
      - seeds: "${LOOPBACK}:${ports.storage}"
listen_address: ${LOOPBACK}
rpc_address: ${LOOPBACK}
storage_port: ${ports.storage}
native_transport_port: ${ports.client}
data_file_directories:
  - ${folder('data')}
commitlog_directory: ${folder('commitlog')}
saved_caches_directory: ${folder('caches')}
hints_directory: ${folder('hints')}
cdc_raw_directory: ${folder('cdc')}
commitlog_sync: ${commitLogSync}
${commitLogSync === 'periodic' ? 'commitlog_sync_period: 10s\n' : ''}auto_snapshot: false
storage_compatibility_mode: NONE
`
}

/** Warnings and errors to the output, which is read and kept; without this file everything is said. */
export const CASSANDRA_LOGGING = `<?xml version="1.0" encoding="UTF-8"?>
<configuration>
  <appender name="out" class="ch.qos.logback.core.ConsoleAppender">
    <encoder><pattern>%d %-5level %logger{0}: %msg%n</pattern></encoder>
  </appender>
  <root level="WARN"><appender-ref ref="out"/></root>
</configuration>
`

/** Where the parts of a node's folder are. */
export function cassandraPaths(directory: string): {
  readonly yaml: string
  readonly logging: string
  readonly temporary: string
} {
  return {
    yaml: join(directory, 'cassandra.yaml'),
    logging: join(directory, 'logback.xml'),
    temporary: join(directory, 'tmp'),
  }
}

/** Doors of the JDK that Cassandra 5.0 goes through (its conf/jvm17-server.options). */
const EXPORTS: readonly string[] = [
  'java.base/jdk.internal.misc',
  'java.base/jdk.internal.ref',
  'java.base/java.lang.ref',
  'java.base/sun.nio.ch',
  'java.management.rmi/com.sun.jmx.remote.internal.rmi',
  'java.rmi/sun.rmi.registry',
  'java.rmi/sun.rmi.server',
  'java.sql/java.sql',
  'jdk.unsupported/sun.misc',
]
const OPENS: readonly string[] = [
  'java.base/java.lang',
  'java.base/java.lang.module',
  'java.base/java.lang.reflect',
  'java.base/java.net',
  'java.base/java.nio',
  'java.base/java.io',
  'java.base/java.util',
  'java.base/java.util.concurrent',
  'java.base/java.util.concurrent.atomic',
  'java.base/jdk.internal.loader',
  'java.base/jdk.internal.ref',
  'java.base/jdk.internal.reflect',
  'java.base/jdk.internal.math',
  'java.base/jdk.internal.module',
  'java.base/jdk.internal.util.jar',
  'java.base/sun.nio.ch',
  'jdk.management/com.sun.management.internal',
  'java.management/sun.management',
]

/** Measures objects in the heap; Cassandra does not start without it. */
const AGENT = 'jamm-0.4.0.jar'

export interface CassandraCommand {
  /** Folder of the jars. */
  readonly jars: string
  readonly directory: string
  readonly heapMegabytes: number
  readonly jmxPort: number
}

export function cassandraArguments(command: CassandraCommand): string[] {
  const { jars, directory, heapMegabytes, jmxPort } = command
  const { yaml, logging, temporary } = cassandraPaths(directory)
  return [
    `-Xms${heapMegabytes}m`,
    `-Xmx${heapMegabytes}m`,
    // One thread collects: servers of a laptop's cluster share few cores with everything else.
    '-XX:+UseSerialGC',
    '-XX:+ExitOnOutOfMemoryError',
    '-Djdk.attach.allowAttachSelf=true',
    `-javaagent:${join(jars, AGENT)}`,
    `-Djava.io.tmpdir=${temporary}`,
    `-Djna.tmpdir=${temporary}`,
    `-Dcassandra.config=${pathToFileURL(yaml).href}`,
    `-Dcassandra.storagedir=${directory}`,
    `-Dcassandra.jmx.local.port=${jmxPort}`,
    '-Dcassandra-foreground=yes',
    // Alone in its ring, it need not wait for others.
    '-Dcassandra.ring_delay_ms=100',
    '-Dcassandra.skip_wait_for_gossip_to_settle=0',
    `-Dlogback.configurationFile=${logging}`,
    ...EXPORTS.map((door) => `--add-exports=${door}=ALL-UNNAMED`),
    ...OPENS.map((door) => `--add-opens=${door}=ALL-UNNAMED`),
    '-cp',
    join(jars, '*'),
    'org.apache.cassandra.service.CassandraDaemon',
  ]
}
