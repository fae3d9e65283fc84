/** The rules by which a real Cassandra resolves conflicts, as far as the store builds on them. */
import type { StoredRow } from '@smacktalk/ports'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import {
  cassandraKeyspace,
  RETENTION_DAYS as DAYS,
  SILENT_LOGGER,
} from '../../../../test/support/cassandra-keyspace.ts'
import { ROW_BYTES_MAX } from './batches.ts'
import { migrateTables } from './migrate-tables.ts'
import { openCassandraStore } from './open-cassandra-store.ts'
import { alterTable, wantedOptions } from './schema.ts'

const T = 1_768_435_200_000_000
const keyspace = cassandraKeyspace('conflicts')
const { settings, options, cql } = keyspace
const minutes = `${settings.keyspace}.minutes`

beforeAll(async () => {
  await migrateTables(options)
})
afterAll(() => keyspace[Symbol.asyncDispose]())

function rowOf(partition: string, writtenAt: number, text = 'value'): StoredRow {
  const value = new TextEncoder().encode(text)
  return { table: 'minutes', partition, row: 'a', position: 1, writtenAt, value }
}

describe('equal timestamps', () => {
  const insert = `INSERT INTO ${minutes} (partition, row, position, value) VALUES (?, 'a', ?, ?) USING TIMESTAMP ?`

  test('merge cell by cell, so two writes of one timestamp may leave a row that nobody wrote', async () => {
    await cql(insert, ['torn', 9, Buffer.from([1]), T])
    await cql(insert, ['torn', 1, Buffer.from([9]), T])
    await using store = await openCassandraStore(options)
    expect(await store.load('minutes', 'torn')).toMatchObject([{ position: 9, value: new Uint8Array([9]) }])
    const two = [rowOf('torn', T, 'one'), rowOf('torn', T, 'other')]
    await expect(store.write(two)).rejects.toThrow(/two different values/)
  })

  test('keep the larger bytes without signs: -1 beats 5', async () => {
    await cql(insert, ['signs', 5, Buffer.from([1]), T])
    await cql(insert, ['signs', -1, Buffer.from([1]), T])
    expect(
      (await cql(`SELECT position FROM ${minutes} WHERE partition = 'signs'`))[0]?.['position'].toNumber(),
    ).toBe(-1)
  })

  test('a delete wins, whichever comes first, and spares the next position', async () => {
    await using store = await openCassandraStore(options)
    const remove = `DELETE FROM ${minutes} USING TIMESTAMP ? WHERE partition = ? AND row = 'a'`
    await store.write([rowOf('first', T)])
    await cql(remove, [T, 'first'])
    await cql(remove, [T, 'second'])
    await store.write([rowOf('second', T)])
    expect(await store.load('minutes', 'first')).toEqual([])
    expect(await store.load('minutes', 'second')).toEqual([])
    await store.write([rowOf('first', T + 1)])
    expect(await store.load('minutes', 'first')).toEqual([rowOf('first', T + 1)])
  })
})

describe('time to live', () => {
  const left = async (partition: string): Promise<{ ttl: number; writtenAt: number }> => {
    const [row] = await cql(
      `SELECT TTL(value) AS ttl, WRITETIME(value) AS written_at FROM ${minutes} WHERE partition = '${partition}'`,
    )
    return { ttl: row?.['ttl'], writtenAt: row?.['written_at'].toNumber() }
  }

  test('is that of the table, counted from arrival, whatever the timestamp; which stays as given', async () => {
    await using store = await openCassandraStore(options)
    const yearsAgo = 946_684_800_000_000
    await store.write([rowOf('old', yearsAgo), rowOf('new', T)])
    for (const [partition, writtenAt] of [
      ['old', yearsAgo],
      ['new', T],
    ] as const) {
      const found = await left(partition)
      expect(found.writtenAt).toBe(writtenAt)
      expect(found.ttl).toBeGreaterThan(DAYS * 86_400 - 600)
      expect(found.ttl).toBeLessThanOrEqual(DAYS * 86_400)
    }
  })

  test('holds in windows by time too, as before 5.0', async () => {
    await using store = await openCassandraStore(options)
    await cql(alterTable(settings.keyspace, 'days', wantedOptions('days', DAYS, [4, 1])))
    const [older, newer] = [T, T + 1].map((at) => ({
      ...rowOf('windows', at, `at ${at}`),
      table: 'days' as const,
    }))
    await store.write([newer!])
    await store.write([older!])
    expect(await store.load('days', 'windows')).toEqual([newer])
    const [row] = await cql(
      `SELECT TTL(value) AS ttl FROM ${settings.keyspace}.days WHERE partition = 'windows'`,
    )
    expect(row?.['ttl']).toBeGreaterThan(DAYS * 86_400 - 600)
  })

  test('a replay only moves the end; an expired row can be written again', async () => {
    await using store = await openCassandraStore(options)
    const hourly = { ...rowOf('replayed', T), table: 'hours' as const }
    await cql(`ALTER TABLE ${settings.keyspace}.hours WITH default_time_to_live = 1`)
    await store.write([hourly])
    await vi.waitFor(async () => expect(await store.load('hours', 'replayed')).toEqual([]), 20_000)
    await cql(`ALTER TABLE ${settings.keyspace}.hours WITH default_time_to_live = ${DAYS * 86_400}`)
    await vi.waitFor(async () => {
      await store.write([hourly])
      expect(await store.load('hours', 'replayed')).toEqual([hourly])
    }, 20_000)
    await store.write([hourly])
    expect(await store.load('hours', 'replayed')).toEqual([hourly])
  })
})

describe('what does not belong there', () => {
  test('a row with a missing value is never taken for an empty one', async () => {
    await using store = await openCassandraStore(options)
    await cql(`INSERT INTO ${minutes} (partition, row, position, value) VALUES ('broken', 'a', 1, null)`)
    await expect(store.load('minutes', 'broken')).rejects.toMatchObject({
      name: 'BrokenRowError',
      retriable: false,
    })
  })

  test('the largest row is taken, and one byte more is refused before it is sent', async () => {
    await using store = await openCassandraStore(options)
    const value = new Uint8Array(ROW_BYTES_MAX - 'large'.length - 1).fill(7)
    const large = { ...rowOf('large', T), value }
    await store.write([large])
    expect(Buffer.compare((await store.load('minutes', 'large'))[0]?.value ?? value.subarray(1), value)).toBe(
      0,
    )
    const larger = { ...large, value: new Uint8Array(value.length + 1) }
    await expect(store.write([larger])).rejects.toMatchObject({ name: 'RowTooLargeError', retriable: false })
  })

  test('a partition full of tombstones warns, once', async () => {
    const warn = vi.fn()
    await using store = await openCassandraStore({ ...options, logger: { ...SILENT_LOGGER, warn } })
    const keys = Array.from({ length: 1_200 }, (_, index) => ({
      table: 'minutes' as const,
      partition: 'graves',
      row: `${index}`,
    }))
    const checkpoint = { ...rowOf('graves', T), table: 'checkpoints' as const }
    const deletes = keys.map((key) => ({ ...key, writtenAt: T }))
    await store.commit({ rows: [rowOf('graves', T)], deletes, clocks: [], checkpoint })
    for (let times = 0; times < 3; times++) expect(await store.load('minutes', 'graves')).toHaveLength(1)
    const told = warn.mock.calls.filter(([, text]) => text === 'Cassandra warns')
    expect(told).toHaveLength(1)
    expect(told[0]?.[0]).toMatchObject({ warning: expect.stringMatching(/tombstone/) })
  })
})
