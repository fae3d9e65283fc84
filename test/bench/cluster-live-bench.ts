/** The live path over a real cluster: ingestor, stream job and gateway as processes of their own. */
import type { Role } from '@smacktalk/contract'
import type { RoleProcess } from '../support/start-roles.ts'
import { COMMIT_LOG_SYNC, openBenchCluster } from './bench-cluster.ts'
import type { BenchResult } from './bench-result.ts'
import { benchLive, type LiveSystem } from './live-bench.ts'
import type { SenderOptions } from './live-sender.ts'

const ROLES = ['stream-job', 'gateway', 'ingestor'] as const satisfies readonly Role[]

export function benchClusterLive(options: SenderOptions): Promise<BenchResult> {
  return benchLive(options, 'cluster-live', openRoles)
}

async function openRoles(env: Readonly<Record<string, string>>): Promise<LiveSystem> {
  await using stack = new AsyncDisposableStack()
  const cluster = stack.use(await openBenchCluster('live', env))
  const started: RoleProcess[] = ROLES.map((role) => stack.use(cluster.roles.start(role)))
  await Promise.all(started.map((role) => role.ready()))
  const gateway = started.find(({ role }) => role === 'gateway')!
  const address = await gateway.address()
  const opened = stack.move()
  return {
    what: `ingestor -> Kafka -> stream job -> Kafka -> gateway, Cassandra beside (commit log: ${COMMIT_LOG_SYNC}), all on the same cores`,
    address,
    ask: (path) => gateway.ask(path),
    async cpuSeconds() {
      const each = await Promise.all(started.map((role) => role.metric('process_cpu_seconds_total')))
      return each.reduce((sum, seconds) => sum + seconds, 0)
    },
    peakRssBytes() {
      const each = started.map((role) => role.peakRssBytes())
      return each.includes(null) ? null : each.reduce((sum: number, bytes) => sum + (bytes ?? 0), 0)
    },
    context: () => started.map((role) => role.context()).join('\n'),
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  }
}
