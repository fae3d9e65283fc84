/** Clusters that a real node would have to be configured for, by a stub of the protocol. */
import { setTimeout as sleep } from 'node:timers/promises'
import { inspect } from 'node:util'
import { TABLES } from '@smacktalk/contract'
import { expect, onTestFinished, test, vi } from 'vitest'
import { openCassandraStore } from './open-cassandra-store.ts'
import { wantedOptions } from './schema.ts'
import type { CassandraSettings } from './settings.ts'
import { ProtocolStub } from './testing/protocol-stub.ts'
import { BIGINT, INT, int, long, MAP_OF_TEXT, mapValue, rowsResult, VARCHAR } from './testing/wire.ts'

/** A cluster with all our tables; what was written at 1 is read with `writtenAt`. */
async function cluster(writtenAt: number, settings: Partial<CassandraSettings> = {}) {
  const stub = await ProtocolStub.start()
  onTestFinished(() => stub[Symbol.asyncDispose]())
  stub.asked = (query) => {
    if (query.includes('system_schema.keyspaces')) {
      const replication = mapValue({
        class: 'org.apache.cassandra.locator.SimpleStrategy',
        replication_factor: '1',
      })
      return rowsResult([{ name: 'replication', type: MAP_OF_TEXT }], [[replication]])
    }
    if (query.includes('system_schema.tables')) return tables()
    if (query.includes('WRITETIME'))
      return rowsResult([{ name: 'written_at', type: BIGINT }], [[long(writtenAt)]])
    if (query.includes('SELECT version'))
      return rowsResult([{ name: 'version', type: INT }], [[int(0)], [int(1)]])
    return null
  }
  const [debug, info, warn, error] = [vi.fn(), vi.fn(), vi.fn(), vi.fn()]
  const open = (rowRetentionDays = 400) =>
    openCassandraStore({
      settings: {
        contactPoints: [stub.address],
        localDataCenter: 'dc1',
        keyspace: 'smacktalk',
        replication: { class: 'SimpleStrategy', factor: 1 },
        consistency: 'localQuorum',
        username: null,
        password: null,
        tls: null,
        ...settings,
      },
      rowRetentionDays,
      clock: { now: () => Date.now(), sleep: (ms) => sleep(ms, undefined, { ref: false }) },
      logger: { debug, info, warn, error },
    })
  const logged = () => [debug, info, warn, error].flatMap(({ mock }) => mock.calls)
  return { stub, open, warn, logged }
}

function tables(): Buffer {
  const columns = [
    { name: 'table_name', type: VARCHAR },
    { name: 'default_time_to_live', type: INT },
    { name: 'gc_grace_seconds', type: INT },
    { name: 'compaction', type: MAP_OF_TEXT },
  ]
  const rows = [...TABLES, 'schema_migrations' as const].map((table) => {
    const { ttlS, graceS, compaction } = wantedOptions(
      table === 'schema_migrations' ? 'clocks' : table,
      400,
      [5, 0],
    )
    return [Buffer.from(table), int(ttlS), int(graceS), mapValue(compaction)]
  })
  return rowsResult(columns, rows)
}

test('a store whose timestamps are kept opens, with one small write that is always the same', async () => {
  const { stub, open, warn } = await cluster(1)
  for (let times = 0; times < 2; times++) await (await open())[Symbol.asyncDispose]()
  expect(stub.writes.map(({ values }) => values)).toEqual([
    [0, 'timestamps of clients are kept', 0, 1],
    [0, 'timestamps of clients are kept', 0, 1],
  ])
  expect(warn).not.toHaveBeenCalled()
})

test('a cluster that forbids timestamps of clients is refused with what to set', async () => {
  const { stub, open } = await cluster(1)
  const message =
    'Guardrail user_timestamps violated: User provided timestamps (USING TIMESTAMP) is not allowed'
  stub.faults.push({ code: 0x2200, message })
  await expect(open()).rejects.toMatchObject({
    name: 'StoreRefusedError',
    retriable: false,
    hint: expect.stringContaining('user_timestamps_enabled: true'),
  })
  await vi.waitFor(() => expect(stub.connections).toBe(0))
})

test('a password that is refused is told nowhere', async () => {
  const { stub, open, logged } = await cluster(1, { username: 'reader', password: 'hush-hush' })
  stub.guarded = true
  const failure = await open().catch((error: unknown) => error)
  expect(failure).toMatchObject({
    name: 'StoreRefusedError',
    hint: expect.stringContaining('cassandra.password'),
  })
  expect(inspect([failure, logged()], { depth: 20 })).not.toContain('hush')
})

test('a start that fails leaves no connection', async () => {
  const { stub, open } = await cluster(1, { localDataCenter: 'moon' })
  await expect(open()).rejects.toThrow(/moon.*dc1/)
  await vi.waitFor(() => expect(stub.connections).toBe(0))
})

test('a cluster that puts its own timestamps is refused', async () => {
  const { open } = await cluster(1_768_435_200_000_000)
  await expect(open()).rejects.toThrow(/1 became 1768435200000000/)
})

test('another retention or replication than the settings say is told, and no reason to stop', async () => {
  const { open, warn } = await cluster(1, { replication: { class: 'SimpleStrategy', factor: 3 } })
  await (await open(30))[Symbol.asyncDispose]()
  expect(warn.mock.calls.map(([, text]) => text)).toEqual([
    expect.stringMatching(/another retention.*smacktalk migrate/),
    expect.stringMatching(/has SimpleStrategy \(replication_factor 1\), the settings say/),
  ])
})
