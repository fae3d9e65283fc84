/** A Kafka and a Cassandra of the bench's own, with topics and tables, and the roles over them. */
import { type Backend, openBackend } from '@smacktalk/backend'
import { startCassandra, startKafka } from '@smacktalk/local-cluster'
import { loadSettings, silentLogger, systemClock } from '@smacktalk/runtime'
import { type RoleCluster, roleCluster } from '../support/start-roles.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

/** As many as the product has. */
const PARTITIONS = 64

/** How surely Cassandra keeps what it acknowledges; it costs a multiple (docs/decisions.md). Said in every result. */
export const COMMIT_LOG_SYNC = 'batch'

export interface BenchCluster extends AsyncDisposable {
  readonly roles: RoleCluster
  readonly kafka: string
  /** Log and store of this process, as the roles have them. */
  open(): Promise<Backend>
}

export async function openBenchCluster(
  name: string,
  env: Readonly<Record<string, string>> = {},
): Promise<BenchCluster> {
  await using stack = new AsyncDisposableStack()
  const folder = stack.adopt(temporaryFolder(), (used) => used[Symbol.dispose]())
  const [kafka, cassandra] = await Promise.all([
    startKafka({ directory: folder.path }),
    startCassandra({ directory: folder.path, commitLogSync: COMMIT_LOG_SYNC }),
  ])
  stack.use(kafka)
  stack.use(cassandra)
  const direct = { kafka: kafka.address, cassandra: cassandra.address }
  const roles = stack.use(roleCluster({ name, partitions: PARTITIONS, direct, env }))
  await roles.migrate()
  const opened = stack.move()
  return {
    roles,
    kafka: kafka.address,
    open() {
      const { settings } = loadSettings({ env: roles.env, cwd: folder.path })
      return openBackend(settings, { clock: systemClock, logger: silentLogger, directory: folder.path })
    },
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  }
}
