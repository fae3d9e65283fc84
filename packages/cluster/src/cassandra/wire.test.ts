/** What goes over the wire, seen by a stub of the protocol: no real node tells. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { Commit, StoredRow } from '@smacktalk/ports'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { CassandraRowStore } from './cassandra-row-store.ts'
import { Session } from './session.ts'
import type { CassandraSettings } from './settings.ts'
import { ProtocolStub, type SeenWrite, WRITE_TIMEOUT } from './testing/protocol-stub.ts'
import { type SelfSigned, selfSigned } from './testing/self-signed.ts'

const T = 1_768_435_200_000_000

async function opened(certificate: SelfSigned | null = null, tls: CassandraSettings['tls'] = null) {
  const stub = await ProtocolStub.start(certificate)
  onTestFinished(() => stub[Symbol.asyncDispose]())
  const settings: CassandraSettings = {
    contactPoints: [stub.address],
    localDataCenter: 'dc1',
    keyspace: 'smacktalk',
    replication: { class: 'SimpleStrategy', factor: 1 },
    consistency: 'localQuorum',
    username: null,
    password: null,
    tls,
  }
  const clock = { now: () => Date.now(), sleep: (ms: number) => sleep(ms, undefined, { ref: false }) }
  const logger = { debug: vi.fn(), info: vi.fn(), warn: vi.fn(), error: vi.fn() }
  const session = await Session.open({ settings, clock, logger })
  const store = new CassandraRowStore(session, 'smacktalk')
  onTestFinished(() => store[Symbol.asyncDispose]())
  return { stub, store, session, logger }
}

const rowOf = (partition: string, row: string, writtenAt = T, text = 'value'): StoredRow => ({
  table: 'minutes',
  partition,
  row,
  position: 7,
  writtenAt,
  value: new TextEncoder().encode(text),
})

const commitOf = (parts: Partial<Commit>): Commit => ({
  rows: [],
  deletes: [],
  clocks: [],
  checkpoint: { ...rowOf('v1/chat', '0000', T + 9), table: 'checkpoints' },
  ...parts,
})

const timestampOf = ({ query, values }: SeenWrite): unknown => values[query.startsWith('DELETE') ? 0 : 4]

describe('timestamps', () => {
  test('every write carries its own timestamp, and no request one of the driver', async () => {
    const { stub, store } = await opened()
    await store.write([rowOf('a', '1', T + 1), rowOf('a', '2', T + 2), rowOf('b', '1', T + 3)])
    const deletes = [{ table: 'minutes' as const, partition: 'a', row: '3', writtenAt: T + 4 }]
    await store.commit(commitOf({ rows: [rowOf('c', '1', T + 5)], deletes }))
    expect(stub.writes.map(timestampOf).sort()).toEqual([T + 1, T + 2, T + 3, T + 4, T + 5, T + 9])
    expect(stub.writes.every(({ query }) => query.includes('USING TIMESTAMP ?'))).toBe(true)
    expect(stub.requests.map(({ requestTimestamp }) => requestTimestamp)).toEqual([
      null,
      null,
      null,
      null,
      null,
    ])
  })

  test('reads carry none either', async () => {
    const { stub, store } = await opened()
    await store.write([rowOf('a', '1')])
    expect(await store.load('minutes', 'a')).toEqual([rowOf('a', '1')])
    expect(stub.requests).toHaveLength(1)
  })

  test('after a write timeout the driver tries again, with the same timestamps and bytes', async () => {
    const { stub, store } = await opened()
    for (const rows of [[rowOf('a', '1')], [rowOf('b', '1', T + 1), rowOf('b', '2', T + 2)]]) {
      stub.requests.length = 0
      stub.faults.push(WRITE_TIMEOUT)
      await store.write(rows)
      expect(stub.requests).toHaveLength(2)
      expect(stub.requests[1]).toEqual(stub.requests[0])
    }
  })

  test('a second failure is the caller’s: it says which node and is retriable', async () => {
    const { stub, store } = await opened()
    stub.faults.push(WRITE_TIMEOUT, WRITE_TIMEOUT)
    const failed = store.write([rowOf('a', '1')])
    await expect(failed).rejects.toMatchObject({ name: 'StoreUnavailableError', retriable: true })
    await expect(failed).rejects.toThrow(stub.address)
    expect(stub.requests).toHaveLength(2)
  })

  test('a write that was done and never answered is done again with the same timestamp, and changes nothing', async () => {
    const { stub, store } = await opened()
    stub.faults.push('silence')
    const first = store.write([rowOf('a', '1')])
    await expect(first).rejects.toMatchObject({ name: 'StoreUnavailableError', retriable: true })
    await expect(first).rejects.toThrow(stub.address)
    const after = new Map(stub.rows)
    await store.write([rowOf('a', '1')])
    expect(stub.writes.map(timestampOf)).toEqual([T, T])
    expect(stub.rows).toEqual(after)
  })

  test('after a broken connection the session is whole again, and the write has its timestamp', async () => {
    const { stub, store } = await opened()
    stub.faults.push('cut')
    await expect(store.write([rowOf('a', '1')])).rejects.toMatchObject({ retriable: true })
    await vi.waitFor(() => store.write([rowOf('a', '1')]), { timeout: 60_000, interval: 100 })
    expect(new Set(stub.writes.map(timestampOf))).toEqual(new Set([T]))
  })
})

describe('values', () => {
  test('nothing is ever null or left out', async () => {
    const { stub, store } = await opened()
    const empty = { ...rowOf('a', ''), value: new Uint8Array(0), position: 0, writtenAt: 0 }
    const deletes = [{ table: 'minutes' as const, partition: 'a', row: '', writtenAt: 0 }]
    await store.commit(commitOf({ rows: [empty], deletes, clocks: [{ ...empty, table: 'clocks' }] }))
    expect(stub.writes).toHaveLength(4)
    for (const { query, values } of stub.writes) {
      expect(values).toHaveLength(query.match(/\?/g)?.length ?? 0)
      for (const value of values) expect(['null', 'unset']).not.toContain(value)
    }
  })

  test.each([undefined, null, Number.NaN, 1.5, 2 ** 53])(
    'the timestamp %s is refused before anything is sent',
    async (wrong) => {
      const { stub, store } = await opened()
      const bad = { ...rowOf('a', '2'), writtenAt: wrong as number }
      await expect(store.write([rowOf('a', '1'), bad])).rejects.toThrow(/writtenAt/)
      const removed = { table: 'minutes' as const, partition: 'a', row: '3', writtenAt: wrong as number }
      await expect(store.commit(commitOf({ deletes: [removed] }))).rejects.toThrow(/writtenAt/)
      expect(stub.requests).toEqual([])
    },
  )
})

describe('order and shape', () => {
  test('a commit sends rows, then deletes, then clocks, then the checkpoint, each after the answer before', async () => {
    const { stub, store } = await opened()
    await store.commit(
      commitOf({
        rows: [rowOf('a', '1'), { ...rowOf('b', '1'), table: 'user_days' }],
        deletes: [{ table: 'minutes', partition: 'a', row: '3', writtenAt: T }],
        clocks: [{ ...rowOf('v1/0', 'channel'), table: 'clocks' }],
      }),
    )
    const steps = stub.writes.map(({ query }) => query.split(' ').slice(0, 3).join(' '))
    expect(steps.slice(0, 2).sort()).toEqual([
      'INSERT INTO smacktalk.minutes',
      'INSERT INTO smacktalk.user_days',
    ])
    expect(steps.slice(2)).toEqual([
      'DELETE FROM smacktalk.minutes',
      'INSERT INTO smacktalk.clocks',
      'INSERT INTO smacktalk.checkpoints',
    ])
  })

  test('a commit that fails on the way writes no clock and no checkpoint', async () => {
    const { stub, store } = await opened()
    stub.faults.push({ code: 0x1001, message: 'busy' }, { code: 0x1001, message: 'busy' })
    const clocks = [{ ...rowOf('v1/0', 'channel'), table: 'clocks' as const }]
    await expect(store.commit(commitOf({ rows: [rowOf('a', '1')], clocks }))).rejects.toMatchObject({
      retriable: true,
    })
    expect(stub.writes.map(({ query }) => query).join()).not.toMatch(/clocks|checkpoints/)
  })

  test('a batch is of one partition, and one row goes without a batch', async () => {
    const { stub, store } = await opened()
    const rows = ['a', 'b', 'c'].flatMap((partition) =>
      Array.from({ length: partition === 'c' ? 1 : 100 }, (_, index) => rowOf(partition, String(index))),
    )
    await store.write(rows)
    const shapes = stub.requests.map(({ kind, writes }) => ({
      kind,
      rows: writes.length,
      partitions: new Set(writes.map(({ values }) => values[0])).size,
    }))
    expect(shapes.every(({ partitions }) => partitions === 1)).toBe(true)
    expect(shapes.map(({ kind, rows }) => `${kind} ${rows}`).sort()).toEqual([
      'execute 1',
      'unlogged batch 36',
      'unlogged batch 36',
      'unlogged batch 64',
      'unlogged batch 64',
    ])
    expect(new Set(stub.requests.map(({ consistency }) => consistency))).toEqual(new Set([6]))
  })
})

describe('closing', () => {
  test('a closed store leaves no connection, and refuses more work', async () => {
    const { stub, store } = await opened()
    await store.write([rowOf('a', '1')])
    await store[Symbol.asyncDispose]()
    await vi.waitFor(() => expect(stub.connections).toBe(0))
    await expect(store.load('minutes', 'a')).rejects.toMatchObject({ name: 'StoreUnavailableError' })
  })

  test('a driver that had to start over is replaced, and nothing it opened stays open', async () => {
    const { stub, store, logger } = await opened()
    for (let times = 1; times <= 3; times++) {
      stub.faults.push('cut')
      await expect(store.write([rowOf('a', '1')])).rejects.toMatchObject({ retriable: true })
      await vi.waitFor(() => store.write([rowOf('a', '1')]), { timeout: 60_000, interval: 50 })
      await vi.waitFor(() => {
        expect(
          logger.info.mock.calls.filter(([, text]) => text === 'Connected to Cassandra anew'),
        ).toHaveLength(times)
        expect(stub.connections).toBe(1)
      }, 10_000)
    }
    await store[Symbol.asyncDispose]()
    // What the driver forgot would come back after its pause between two attempts: only time can show that it does not.
    await sleep(1_000)
    expect(stub.connections).toBe(0)
  })

  test('what is under way is waited for', async () => {
    const { stub, store } = await opened()
    const writing = store.write(Array.from({ length: 500 }, (_, index) => rowOf(`p${index}`, '1')))
    await store[Symbol.asyncDispose]()
    await writing
    expect(stub.rows.size).toBe(500)
  })
})

describe('certificates', () => {
  test('one that the given authority signed lets us in', async () => {
    const certificate = selfSigned()
    const { stub, store } = await opened(certificate, { ca: certificate.cert })
    await store.write([rowOf('a', '1')])
    expect(stub.rows.size).toBe(1)
  })

  test.each([
    ['the system’s authorities', null],
    ['another authority', selfSigned().cert],
  ])('one that is not of %s is refused', async (_what, ca) => {
    await expect(opened(selfSigned(), { ca })).rejects.toMatchObject({
      name: 'StoreRefusedError',
      retriable: false,
      hint: expect.stringContaining('cassandra.tls'),
    })
  })
})
