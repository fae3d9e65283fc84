/** One Cassandra node. */
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import {
  CASSANDRA_LOGGING,
  type CassandraPorts,
  type CommitLogSync,
  cassandraArguments,
  cassandraPaths,
  cassandraYaml,
} from './cassandra-files.ts'
import { askCassandra } from './cassandra-probe.ts'
import { freePorts, LOOPBACK, requireFree } from './free-ports.ts'
import { CASSANDRA_JARS, ensureJars } from './jars.ts'
import { findJava } from './java.ts'
import { emptyFolder, type LocalServer, localServer } from './local-server.ts'
import type { StartOptions } from './start-kafka.ts'

export interface CassandraOptions extends StartOptions {
  /** Default a free one. */
  readonly port?: number
  /** Default `batch`: this node has the only copy, so what it acknowledges must survive its death. */
  readonly commitLogSync?: CommitLogSync
  /** Of the Java heap; default 768. */
  readonly heapMegabytes?: number
}

const HEAP_MEGABYTES = 768
/** A graceful stop of everything has 10 s. */
const STOP_MS = 7_000

/**
 * Resolves when CQL is answered. The data centre is `datacenter1`.
 * @throws {LocalClusterError} of the kind that says what is missing.
 */
export async function startCassandra(options: CassandraOptions): Promise<LocalServer> {
  const { signal, env = process.env, say = () => undefined } = options
  const { commitLogSync = 'batch', heapMegabytes = HEAP_MEGABYTES } = options
  const java = await findJava(env)
  const jars = await ensureJars(CASSANDRA_JARS, { env, say, signal })
  const ports = await choosePorts(options.port)
  const directory = join(options.directory, 'cassandra')
  const server = localServer(
    {
      name: 'Cassandra',
      address: `${LOOPBACK}:${ports.client}`,
      directory,
      file: java,
      args: cassandraArguments({ jars, directory, heapMegabytes, jmxPort: ports.jmx }),
      stopMs: STOP_MS,
      async prepare() {
        const paths = cassandraPaths(directory)
        await writeFile(paths.yaml, cassandraYaml({ directory, ports, commitLogSync }))
        await writeFile(paths.logging, CASSANDRA_LOGGING)
        await emptyFolder(paths.temporary)
      },
      async ask() {
        await askCassandra(LOOPBACK, ports.client)
        return true
      },
    },
    { onUnexpectedEnd: options.onUnexpectedEnd },
  )
  await server.start(signal)
  return server
}

async function choosePorts(given?: number): Promise<CassandraPorts> {
  if (given !== undefined) await requireFree([{ port: given, what: 'Cassandra' }])
  const [client = 0, storage = 0, jmx = 0] = await freePorts(3)
  return { client: given ?? client, storage, jmx }
}
