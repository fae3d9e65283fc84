import { setImmediate as nextTurn } from 'node:timers/promises'
import { INSTANCE_KEPT_S, INSTANCE_SILENT_MS, INSTANCES_PARTITION } from '@smacktalk/contract'
import { StoreUnavailableError } from '@smacktalk/ports'
import { silentLogger } from '@smacktalk/runtime'
import { decodeFeed } from '@smacktalk/wire'
import { expect, onTestFinished, test, vi } from 'vitest'
import { ManualClock } from '../../../test/conformance/manual-clock.ts'
import { MemoryStore } from '../../../test/support/memory-store.ts'
import { type AnnounceOptions, announce, instanceId } from './announce.ts'
import { InstanceWatch, readInstances } from './instance-watch.ts'

function running(store: MemoryStore, clock: ManualClock, own: Partial<AnnounceOptions> = {}) {
  const announcement = announce({
    store,
    clock,
    logger: silentLogger,
    id: 'job-1',
    role: 'stream-job',
    version: '1.2.3',
    figures: () => ({ troubles: [], partitions: [{ partition: 3, position: 41, end: 42, lagMs: 0 }] }),
    ...own,
  })
  onTestFinished(() => announcement[Symbol.asyncDispose]())
  return announcement
}

/** Lets everybody who is about to wait do so first. */
async function passing(clock: ManualClock, ms: number): Promise<void> {
  await nextTurn()
  clock.advance(ms)
}

const written = (store: MemoryStore) =>
  [...store.rows.values()].map(({ row, writtenAt, value }) => ({
    row,
    writtenAt,
    ...decodeFeed('instance', value),
  }))

test('a role says what it is at once, and again every second', async () => {
  const store = new MemoryStore()
  const clock = new ManualClock()
  running(store, clock)
  await vi.waitUntil(() => written(store).length === 1)
  const [first] = written(store)
  expect(first).toMatchObject({
    row: 'job-1',
    role: 'stream-job',
    version: '1.2.3',
    startedAt: clock.now(),
    partitions: [{ partition: 3, position: 41 }],
    wanted: null,
    stopping: false,
  })
  await passing(clock, 1_000)
  await vi.waitUntil(() => written(store)[0]?.updatedAt === clock.now())
})

test('write times grow even when the clock is set back', async () => {
  const store = new MemoryStore()
  const clock = new ManualClock()
  const figures = vi.fn(() => ({}))
  running(store, clock, { figures })
  await vi.waitUntil(() => written(store).length === 1)
  const before = written(store)[0]!.writtenAt
  await passing(clock, 1_000)
  await passing(clock, -60_000)
  await vi.waitUntil(() => figures.mock.calls.length === 2)
  await vi.waitUntil(() => (written(store)[0]?.writtenAt ?? 0) > before)
})

test('the last row says that the role stops', async () => {
  const store = new MemoryStore()
  const clock = new ManualClock()
  const announcement = running(store, clock)
  await vi.waitUntil(() => written(store).length === 1)
  await announcement[Symbol.asyncDispose]()
  await announcement.finished
  expect(written(store)[0]?.stopping).toBe(true)
  expect(await new InstanceWatch(store, clock).look()).toMatchObject([{ liveness: 'stopping' }])
})

test('a store that cannot be reached ends nothing; one that refuses is told', async () => {
  const clock = new ManualClock()
  const store = new MemoryStore()
  const write = vi.spyOn(store, 'write').mockRejectedValue(new StoreUnavailableError('down', 'wait'))
  const announcement = running(store, clock)
  await vi.waitUntil(() => write.mock.calls.length === 1)
  write.mockRejectedValue(new Error('no such table'))
  await passing(clock, 1_000)
  await expect(announcement.finished).rejects.toThrow('no such table')
})

test('a store that never answers does not hold up a stop', async () => {
  const clock = new ManualClock()
  const store = new MemoryStore()
  vi.spyOn(store, 'write').mockImplementation(() => new Promise(() => {}))
  const announcement = running(store, clock)
  const stopped = announcement[Symbol.asyncDispose]()
  await passing(clock, 1_000)
  await stopped
})

test('a silent role is told from a living one', async () => {
  const store = new MemoryStore()
  const clock = new ManualClock()
  const watch = new InstanceWatch(store, clock)
  running(store, clock, { id: 'living', role: 'gateway' })
  const dead = new ManualClock(clock.now())
  running(store, dead, { id: 'dead' })
  await vi.waitUntil(() => store.rows.size === 2)
  const looked = async () => new Map((await watch.look()).map((seen) => [seen.instance.id, seen.liveness]))
  expect(await looked()).toEqual(
    new Map([
      ['dead', 'running'],
      ['living', 'running'],
    ]),
  )
  for (let passed = 0; passed < INSTANCE_SILENT_MS; passed += 1_000) {
    await passing(clock, 1_000)
    await vi.waitUntil(() => written(store).some(({ updatedAt }) => updatedAt === clock.now()))
    await looked()
  }
  expect((await looked()).get('dead')).toBe('silent')
  expect((await looked()).get('living')).toBe('running')
  expect(await new InstanceWatch(store, clock).look()).toMatchObject([
    { instance: { id: 'dead' }, liveness: 'silent', silentMs: INSTANCE_SILENT_MS },
    { instance: { id: 'living' }, liveness: 'running' },
  ])
  await passing(clock, INSTANCE_KEPT_S * 1_000)
  await vi.waitUntil(() => written(store).some(({ updatedAt }) => updatedAt === clock.now()))
  expect([...(await looked()).keys()]).toEqual(['living'])
})

test('a role on a machine with another clock is heard by the change of its row', async () => {
  const store = new MemoryStore()
  const clock = new ManualClock()
  const behind = new ManualClock(clock.now() - 20_000)
  running(store, behind)
  await vi.waitUntil(() => store.rows.size === 1)
  const watch = new InstanceWatch(store, clock)
  await watch.look()
  await passing(behind, 1_000)
  await vi.waitUntil(() => written(store)[0]?.updatedAt === behind.now())
  expect(await watch.look()).toMatchObject([{ liveness: 'running', silentMs: 0 }])
})

test('a row of another build is counted and hides nobody', async () => {
  const store = new MemoryStore()
  const clock = new ManualClock()
  running(store, clock)
  await vi.waitUntil(() => store.rows.size === 1)
  const place = { table: 'instances', partition: INSTANCES_PARTITION, row: 'other' } as const
  await store.write([{ ...place, position: 1, writtenAt: 1, value: new Uint8Array([1, 2, 3]) }])
  const { instances, unreadable } = await readInstances(store)
  expect(instances.map(({ id }) => id)).toEqual(['job-1'])
  expect(unreadable).toBe(1)
})

test('the roles of a process have a name each', () => {
  expect(instanceId('gateway')).toBe(instanceId('gateway'))
  expect(instanceId('gateway')).not.toBe(instanceId('ingestor'))
})
