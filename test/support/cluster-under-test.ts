/** Where tests find the real Kafka and the real Cassandra. */
import { readFileSync } from 'node:fs'

/** Path of a JSON file: `{"kafka": "host:port[,host:port]", "cassandra": "host:port"}`. */
export const TEST_CLUSTER_VARIABLE = 'SMACKTALK_TEST_CLUSTER'

export interface ClusterUnderTest {
  /** `host:port`, or several with commas. */
  readonly kafka: string
  readonly cassandra: string
}

const HOW = 'Run the test with `vitest run --project cluster`, which starts both servers'

/** @throws when the servers' addresses are not known: a test of this kind never passes without them. */
export function clusterUnderTest(): ClusterUnderTest {
  const file = process.env[TEST_CLUSTER_VARIABLE]
  if (file === undefined || file === '') throw new Error(`${TEST_CLUSTER_VARIABLE} is not set. ${HOW}.`)
  const { kafka, cassandra } = JSON.parse(readFileSync(file, 'utf8')) as Partial<ClusterUnderTest>
  if (typeof kafka === 'string' && typeof cassandra === 'string') return { kafka, cassandra }
  throw new Error(`${file} does not hold the addresses of a Kafka and a Cassandra. ${HOW}.`)
}
