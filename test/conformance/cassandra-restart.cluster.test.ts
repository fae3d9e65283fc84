/** A node that is killed, or hangs, and comes back: the store says so, goes on by itself, and has lost nothing. */
import { migrateTables, openCassandraStore } from '@smacktalk/cluster'
import { type LocalServer, startCassandra } from '@smacktalk/local-cluster'
import type { RowStore } from '@smacktalk/ports'
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest'
import { type CassandraKeyspace, cassandraKeyspace } from '../support/cassandra-keyspace.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { span } from './records.ts'
import { commitOf, ownPartition, rowOf, T } from './rows.ts'

/** People may wait for so long until a page says what is wrong; a node that hangs is given 5 s to answer. */
const FAILS_WITHIN_MS = 8_000
/** A busy machine starts a node in a minute. */
const BACK = { timeout: 120_000, interval: 200 }

let server: LocalServer
let keyspace: CassandraKeyspace
const folder = temporaryFolder()

beforeAll(async () => {
  server = await startCassandra({ directory: folder.path, heapMegabytes: 512 })
  keyspace = cassandraKeyspace('restart', server.address)
  await migrateTables(keyspace.options)
})
afterAll(async () => {
  await keyspace[Symbol.asyncDispose]()
  await server[Symbol.asyncDispose]()
  folder[Symbol.dispose]()
})
beforeEach(() => expect(server.state).toBe('running'))

const sockets = (): number =>
  process.getActiveResourcesInfo().filter((name) => name === 'TCPSocketWrap').length

async function failsSoon(store: RowStore): Promise<void> {
  const begun = performance.now()
  const failed = store.write([rowOf(ownPartition(), 'a', T)])
  await expect(failed).rejects.toMatchObject({ name: 'StoreUnavailableError', retriable: true })
  await expect(failed).rejects.toThrow(server.address)
  expect(performance.now() - begun).toBeLessThan(FAILS_WITHIN_MS)
}

test('after kill -9 what was acknowledged is there, what failed is retriable, and a replay changes nothing', async () => {
  const partition = ownPartition()
  const rows = span(0, 300).map((index) => rowOf(partition, String(index + 1_000), T + index))
  const commit = commitOf(partition, T + 1_000, { rows })
  await using store = await openCassandraStore(keyspace.options)
  await store.commit(commit)
  const kept = await store.load('minutes', partition)
  const calls = span(0, 40).map((call) =>
    store.write(span(0, 200).map((row) => rowOf(`${partition}/${call}`, `${row + 100}`, T))),
  )
  const ending = Promise.allSettled(calls)
  await calls[0]
  await server.kill()
  const ended = await ending
  for (const [call, result] of ended.entries()) {
    if (result.status === 'rejected') expect(result.reason, `call ${call}`).toMatchObject({ retriable: true })
  }
  await failsSoon(store)
  await server.start()
  await vi.waitFor(async () => expect(await store.load('minutes', partition)).toEqual(kept), BACK)
  expect(await store.load('checkpoints', partition)).toEqual([commit.checkpoint])
  for (const [call, result] of ended.entries()) {
    if (result.status === 'fulfilled') {
      expect(await store.load('minutes', `${partition}/${call}`), `call ${call}`).toHaveLength(200)
    }
  }
  await store.commit(commit)
  await store.write(rows.map((row) => ({ ...row, writtenAt: row.writtenAt - 1, value: new Uint8Array(1) })))
  expect(await store.load('minutes', partition)).toEqual(kept)
})

test('a node that hangs is noticed within seconds, and used again when it goes on', async () => {
  await using store = await openCassandraStore(keyspace.options)
  const partition = ownPartition()
  await store.write([rowOf(partition, 'a', T)])
  server.pause()
  try {
    // Its threads stop one after the other: what was on its way may still be answered.
    await vi.waitFor(() => failsSoon(store), BACK)
    await Promise.all(span(0, 30).map(() => failsSoon(store)))
    // By now the connection is given up: nobody waits for the timeout again.
    const begun = performance.now()
    await expect(store.load('minutes', partition)).rejects.toMatchObject({ retriable: true })
    expect(performance.now() - begun).toBeLessThan(1_000)
  } finally {
    server.resume()
  }
  await vi.waitFor(async () => expect(await store.load('minutes', partition)).toHaveLength(1), BACK)
})

test('a store that lost its node several times leaves nothing open', async () => {
  const before = sockets()
  const store = await openCassandraStore(keyspace.options)
  for (let times = 0; times < 2; times++) {
    await server.kill()
    await failsSoon(store)
    await server.start()
    await vi.waitFor(() => store.write([rowOf(ownPartition(), 'a', T)]), BACK)
  }
  await store[Symbol.asyncDispose]()
  await vi.waitFor(() => expect(sockets()).toBe(before))
})
