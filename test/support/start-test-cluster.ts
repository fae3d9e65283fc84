/**
 * Runs once before the project `cluster` (a global set-up of Vitest): starts one Kafka and one Cassandra for all
 * its files, unless SMACKTALK_TEST_CLUSTER names a cluster that runs already. A missing Java or Maven is a failure.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { LocalClusterError, startLocalCluster } from '@smacktalk/local-cluster'
import { TEST_CLUSTER_VARIABLE } from './cluster-under-test.ts'

export default async function startTestCluster(): Promise<(() => Promise<void>) | undefined> {
  if (process.env[TEST_CLUSTER_VARIABLE] !== undefined) return undefined
  const folder = mkdtempSync(join(tmpdir(), 'smacktalk-cluster-'))
  const remove = (): void => rmSync(folder, { recursive: true, force: true })
  const say = (line: string): void => void process.stderr.write(`${line}\n`)
  try {
    const cluster = await startLocalCluster({
      directory: join(folder, 'data'),
      // Nobody kills this one: tests that kill servers start their own.
      commitLogSync: 'periodic',
      say,
      onUnexpectedEnd: (error) => say(`${error.message}\n${error.hint}`),
    })
    const file = join(folder, 'addresses.json')
    writeFileSync(file, JSON.stringify(cluster.addresses))
    process.env[TEST_CLUSTER_VARIABLE] = file
    say(`Kafka answers on ${cluster.addresses.kafka}, Cassandra on ${cluster.addresses.cassandra}.`)
    return async () => {
      await cluster[Symbol.asyncDispose]()
      delete process.env[TEST_CLUSTER_VARIABLE]
      remove()
    }
  } catch (error) {
    remove()
    if (error instanceof LocalClusterError) error.message += `\n${error.hint}`
    throw error
  }
}
