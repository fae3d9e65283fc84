import { TABLES } from '@smacktalk/contract'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { ManualClock } from '../../../../test/conformance/manual-clock.ts'
import {
  type CassandraKeyspace,
  cassandraKeyspace,
  SILENT_LOGGER,
} from '../../../../test/support/cassandra-keyspace.ts'
import { migrateTables } from './migrate-tables.ts'
import { MigrationLock } from './migration-lock.ts'
import { openCassandraStore } from './open-cassandra-store.ts'
import { probeCassandra } from './probe-cassandra.ts'
import { createKeyspace, createLockTable } from './schema.ts'
import { Session } from './session.ts'

const COUNT = TABLES.length
let place: CassandraKeyspace
let keyspaces = 0
beforeEach(() => {
  place = cassandraKeyspace(`migrate_${++keyspaces}`)
})
afterEach(() => place[Symbol.asyncDispose]())

const tableNames = async (): Promise<string[]> => {
  const rows = await place.cql('SELECT table_name FROM system_schema.tables WHERE keyspace_name = ?', [
    place.settings.keyspace,
  ])
  return rows.map((row) => row['table_name'])
}

describe('migrating', () => {
  test('three at once make every table once; a fourth has nothing to do', async () => {
    const infos = vi.fn()
    const options = { ...place.options, logger: { ...SILENT_LOGGER, info: infos } }
    const done = await Promise.all([migrateTables(options), migrateTables(options), migrateTables(options)])
    expect(
      done.flat().filter((line) => line.startsWith(`${COUNT} of ${COUNT} tables are created`)),
    ).toHaveLength(1)
    expect(done.flat().filter((line) => line.startsWith('Schema version 1'))).toHaveLength(1)
    expect((await tableNames()).sort()).toEqual([...TABLES, 'schema_lock', 'schema_migrations'].sort())
    expect(await migrateTables(options)).toEqual([])
    expect(await place.cql(`SELECT * FROM ${place.settings.keyspace}.schema_lock`)).toEqual([])
  })

  test('what was begun is ended, another retention applied, and another replication only reported', async () => {
    await migrateTables(place.options)
    const { keyspace } = place.settings
    await place.cql(`DROP TABLE ${keyspace}.tops`)
    await place.cql(`DROP TABLE ${keyspace}.audits`)
    await place.cql(`DELETE FROM ${keyspace}.schema_migrations WHERE version = 1`)
    expect(await migrateTables(place.options)).toEqual([
      `2 of ${COUNT} tables are created.`,
      expect.stringMatching(/^Schema version 1/),
    ])
    const settings = { ...place.settings, replication: { class: 'SimpleStrategy', factor: 3 } as const }
    expect(await migrateTables({ ...place.options, settings, rowRetentionDays: 30 })).toEqual([
      expect.stringMatching(/^Retention and compaction of minutes, .*audits are changed/),
      expect.stringMatching(/has SimpleStrategy \(replication_factor 1\), the settings say .*factor 3/),
    ])
    const [row] = await place.cql(
      `SELECT default_time_to_live AS ttl FROM system_schema.tables WHERE keyspace_name = ? AND table_name = ?`,
      [keyspace, 'minutes'],
    )
    expect(row?.['ttl']).toBe(30 * 86_400)
  })

  test('a newer schema is refused, by migrating and by opening', async () => {
    await migrateTables(place.options)
    const { keyspace } = place.settings
    await place.cql(
      `INSERT INTO ${keyspace}.schema_migrations (version, name, applied_at) VALUES (2, 'later', 0)`,
    )
    for (const work of [migrateTables, openCassandraStore]) {
      await expect(work(place.options)).rejects.toMatchObject({ name: 'NewerSchemaError', retriable: false })
    }
    expect(await place.cql(`SELECT * FROM ${keyspace}.schema_lock`)).toEqual([])
  })
})

describe('opening', () => {
  test('without keyspace, tables or version says what to run', async () => {
    const refused = { name: 'StoreSchemaError', hint: expect.stringContaining('smacktalk migrate') }
    await expect(openCassandraStore(place.options)).rejects.toMatchObject(refused)
    await migrateTables(place.options)
    await place.cql(`DROP TABLE ${place.settings.keyspace}.tops`)
    await expect(openCassandraStore(place.options)).rejects.toThrow(/lacks 1 of \d+ tables .*\(tops\)/)
    await migrateTables(place.options)
    await place.cql(`DELETE FROM ${place.settings.keyspace}.schema_migrations WHERE version = 1`)
    await expect(openCassandraStore(place.options)).rejects.toThrow(/older schema/)
  })

  test('a table dropped later is a schema that is missing, not a node that is away', async () => {
    await migrateTables(place.options)
    await using store = await openCassandraStore(place.options)
    await place.cql(`DROP TABLE ${place.settings.keyspace}.tops`)
    await expect(store.load('tops', 'v1/1')).rejects.toMatchObject({ name: 'StoreSchemaError' })
  })

  test('another data center than there is is refused with the names of those there are', async () => {
    const settings = { ...place.settings, localDataCenter: 'moon' }
    const failed = openCassandraStore({ ...place.options, settings })
    await expect(failed).rejects.toMatchObject({ name: 'StoreRefusedError', retriable: false })
    await expect(failed).rejects.toThrow(/datacenter1/)
  })

  test('a cluster that is not there is worth another try', async () => {
    const settings = { ...place.settings, contactPoints: ['127.0.0.1:1'] }
    const failed = openCassandraStore({ ...place.options, settings })
    await expect(failed).rejects.toMatchObject({ name: 'StoreUnavailableError', retriable: true })
    await expect(failed).rejects.toThrow('127.0.0.1:1')
  })
})

describe('probing', () => {
  test('tells what is there before and after migrating', async () => {
    const before = await probeCassandra(place.options)
    expect(before).toMatchObject({ replication: null, schemaVersion: null, tablesMissing: TABLES })
    await migrateTables(place.options)
    const after = await probeCassandra({ ...place.options, rowRetentionDays: 30 })
    expect(after).toMatchObject({
      version: expect.stringMatching(/^\d+\.\d+$/),
      dataCenters: ['datacenter1'],
      hosts: [{ address: place.settings.contactPoints[0], dataCenter: 'datacenter1', up: true }],
      replication: 'SimpleStrategy: replication_factor 1',
      replicationDiffers: null,
      schemaVersion: 1,
      tablesMissing: [],
      clientTimestamps: true,
    })
    expect(after.tablesOutdated).toContain('minutes')
    expect(Math.abs(after.clockSkewMs)).toBeLessThan(5_000)
  })
})

describe('the lock', () => {
  async function opened() {
    const { settings } = place
    const session = await Session.open(place.options)
    await session.changeSchema(createKeyspace(settings.keyspace, settings.replication))
    await session.changeSchema(createLockTable(settings.keyspace))
    const clock = new ManualClock()
    const warn = vi.fn()
    const info = vi.fn()
    const logger = { ...SILENT_LOGGER, warn, info }
    const take = (owner: string, waitMs = 60_000): Promise<MigrationLock> =>
      MigrationLock.take({ session, keyspace: settings.keyspace, owner, waitMs, clock, logger })
    const owner = async (): Promise<string | undefined> =>
      (await place.cql(`SELECT owner FROM ${settings.keyspace}.schema_lock`))[0]?.['owner']
    return { session, clock, take, owner, info, lockTable: `${settings.keyspace}.schema_lock` }
  }

  test('is held by one; others wait with progress, and get it when it is released', async () => {
    const { session, clock, take, owner, info } = await opened()
    await using _ = session
    const first = await take('first')
    const second = take('second')
    await vi.waitFor(() => {
      clock.advance(1_000)
      expect(info).toHaveBeenCalledWith(
        expect.objectContaining({ holder: 'first' }),
        expect.stringMatching(/waiting/),
      )
    }, 20_000)
    expect(await owner()).toBe('first')
    await first[Symbol.asyncDispose]()
    await vi.waitFor(async () => {
      clock.advance(1_000)
      expect(await owner()).toBe('second')
    }, 20_000)
    await (await second)[Symbol.asyncDispose]()
    expect(await owner()).toBeUndefined()
  })

  test('is not waited for without end', async () => {
    const { session, clock, take } = await opened()
    await using _ = session
    await using _first = await take('first')
    const failed = expect(take('second', 5_000)).rejects.toMatchObject({
      name: 'MigrationLockedError',
      retriable: true,
    })
    const ticking = setInterval(() => clock.advance(1_000), 50)
    await failed
    clearInterval(ticking)
  })

  test('expires when its holder dies, and is renewed while it lives', async () => {
    const { session, clock, take, lockTable } = await opened()
    await using _ = session
    await using lock = await take('first')
    const ttl = async (): Promise<number> =>
      (await place.cql(`SELECT TTL(owner) AS ttl FROM ${lockTable}`))[0]?.['ttl']
    await vi.waitFor(async () => expect(await ttl()).toBeLessThan(29), 20_000)
    clock.advance(10_000)
    await vi.waitFor(async () => expect(await ttl()).toBeGreaterThanOrEqual(29), 20_000)
    lock.check()
  })

  test('that another has taken over stops the work, and is left to the other', async () => {
    const { session, clock, take, owner, lockTable } = await opened()
    await using _ = session
    const lock = await take('first')
    await session.conditional(
      `UPDATE ${lockTable} SET owner = 'other' WHERE name = 'migrate' IF owner = 'first'`,
    )
    await vi.waitFor(() => {
      clock.advance(10_000)
      expect(() => lock.check()).toThrow(/taken over/)
    }, 20_000)
    await lock[Symbol.asyncDispose]()
    expect(await owner()).toBe('other')
  })
})
