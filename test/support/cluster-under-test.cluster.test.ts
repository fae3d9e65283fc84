import { askCassandra, askKafka } from '@smacktalk/local-cluster'
import { expect, test } from 'vitest'
import { clusterUnderTest } from './cluster-under-test.ts'

function place(address: string): [string, number] {
  const [host = '', port] = address.split(':')
  return [host, Number(port)]
}

test('the Kafka under test tells of its brokers', async () => {
  const addresses = clusterUnderTest().kafka.split(',')
  const { brokers } = await askKafka(...place(addresses[0] ?? ''))
  expect(brokers).toEqual(expect.arrayContaining(addresses))
})

test('the Cassandra under test answers CQL', async () => {
  await askCassandra(...place(clusterUnderTest().cassandra))
})
