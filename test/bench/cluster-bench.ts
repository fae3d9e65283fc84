/** All that is measured on a real Kafka and a real Cassandra. */
import type { BenchResult } from './bench-result.ts'
import { benchClusterBacklog } from './cluster-backlog-bench.ts'
import { benchClusterLive } from './cluster-live-bench.ts'
import { benchTakeOver } from './cluster-take-over-bench.ts'
import type { SenderOptions } from './live-sender.ts'

/** @param backlog records */
export async function benchCluster(backlog: number, live: SenderOptions): Promise<BenchResult[]> {
  return [...(await benchClusterBacklog(backlog)), await benchClusterLive(live), ...(await benchTakeOver())]
}
