import { migrateTables, openCassandraStore } from '@smacktalk/cluster'
import { afterAll, beforeAll } from 'vitest'
import { cassandraKeyspace } from '../support/cassandra-keyspace.ts'
import { describeRowStore } from './row-store.ts'

// Creating tables takes seconds: all tests share them, each with partitions of its own.
const keyspace = cassandraKeyspace('conformance')

beforeAll(async () => {
  await migrateTables(keyspace.options)
})
afterAll(() => keyspace[Symbol.asyncDispose]())

describeRowStore('cluster', async () => {
  let store = await openCassandraStore(keyspace.options)
  return {
    store,
    async reopen() {
      await store[Symbol.asyncDispose]()
      store = await openCassandraStore(keyspace.options)
      return store
    },
    [Symbol.asyncDispose]: () => store[Symbol.asyncDispose](),
  }
})
