import { CHECKPOINTS_PARTITION } from '@smacktalk/contract'
import type { Commit, LogRecord, StoredRow } from '@smacktalk/ports'
import { HopMeter } from '@smacktalk/runtime'
import { DEFAULT_FOLD_SETTINGS } from '@smacktalk/stream'
import { decodeRow, encodeRecord } from '@smacktalk/wire'
import { expect, test } from 'vitest'
import { ManualClock } from '../../../test/conformance/manual-clock.ts'
import { MemoryStore } from '../../../test/support/memory-store.ts'
import { AssignedPartition } from './assigned-partition.ts'
import { PartitionWorker } from './partition-worker.ts'
import { TakeOverMeter } from './take-over-meter.ts'

const START = Date.UTC(2026, 0, 5, 12)

/** Coverage of a channel, one record per second. */
function records(from: number, to: number): LogRecord[] {
  return Array.from({ length: to - from }, (_, index) => {
    const offset = from + index
    const appendMs = START + offset * 1_000
    const heard = { channelId: '7', channelLogin: 'seven', ingestor: 'one', ended: null, origin: 'heard' }
    const value = encodeRecord({
      kind: 'coverage',
      value: { ...heard, from: appendMs - 1_000, to: appendMs },
    })
    return { partition: 0, offset, appendMs, key: '7', value }
  })
}

/** A store whose writes wait for a nod while it is shut. */
class GatedStore extends MemoryStore {
  #gate = Promise.withResolvers<void>()
  writes = 0
  commits = 0

  shut(): void {
    this.#gate = Promise.withResolvers<void>()
  }

  open(): void {
    this.#gate.resolve()
  }

  break(error: Error): void {
    this.#gate.reject(error)
  }

  override async write(rows: readonly StoredRow[]): Promise<void> {
    this.writes++
    await this.#gate.promise
    await super.write(rows)
  }

  override async commit(commit: Commit): Promise<void> {
    this.commits++
    await this.#gate.promise
    for (const row of [...commit.rows, ...commit.clocks, commit.checkpoint]) await super.write([row])
  }
}

async function opened(store = new GatedStore()) {
  const clock = new ManualClock(START)
  const settings = { fold: DEFAULT_FOLD_SETTINGS, cacheWeightMax: 1_000 }
  const worker = await PartitionWorker.open(0, store, settings, async () => 0)
  const meters = { clock, hop: new HopMeter('fold', clock), takeOver: new TakeOverMeter(clock) }
  const partition = new AssignedPartition(0, worker, meters)
  const stored = async () => {
    const [row] = await store.load('checkpoints', CHECKPOINTS_PARTITION)
    return row === undefined ? null : decodeRow('checkpoint', row.value).position
  }
  return { store, clock, partition, stored, hop: meters.hop }
}

test('batches go on while a commit waits for the store, which then stores what was folded before it', async () => {
  const { store, partition, stored } = await opened()
  await partition.batch(records(0, 10), 10)
  const committing = partition.commit()
  await partition.batch(records(10, 30), 30)
  expect(partition.worker.position).toBe(29)
  expect(await stored()).toBeNull()
  const next = partition.commit()
  store.open()
  await committing
  expect(await stored()).toBeGreaterThanOrEqual(9)
  await next
  expect(await stored()).toBe(29)
  expect(store.commits).toBe(2)
})

test('a commit of nothing new asks nobody', async () => {
  const { store, partition } = await opened()
  store.open()
  await partition.commit()
  await partition.batch(records(0, 3), 3)
  await partition.commit()
  await partition.commit()
  expect(store.commits).toBe(1)
})

test('after a commit that failed no other is tried: what comes before its position may be missing', async () => {
  const { store, partition, stored } = await opened()
  await partition.batch(records(0, 10), 10)
  const committing = partition.commit()
  store.break(new Error('it is refused'))
  await expect(committing).rejects.toThrow('it is refused')
  store.shut()
  store.open()
  await partition.batch(records(10, 20), 20)
  await expect(partition.commit()).rejects.toThrow('it is refused')
  expect(await stored()).toBeNull()
  expect(store.commits).toBe(1)
})

test('while a flush waits for the store no other is begun', async () => {
  const { store, partition } = await opened()
  await partition.batch(records(0, 10), 10)
  const flushing = partition.flush(() => true)
  await partition.batch(records(10, 20), 20)
  await partition.flush(() => true)
  expect(store.writes).toBe(1)
  store.open()
  await flushing
  await partition.flush(() => true)
  expect(store.writes).toBe(2)
})

test('lag and latency are those of new records, not of what is only read back', async () => {
  const store = new GatedStore()
  store.open()
  const before = await opened(store)
  await before.partition.batch(records(0, 60), 60)
  await before.partition.commit()

  const { clock, partition, hop } = await opened(store)
  clock.set(START + 70_000)
  expect(partition.owned()).toEqual({ partition: 0, position: 59, end: 60, lagMs: 0 })
  await partition.batch(records(0, 30), 62)
  expect(partition.lag).toBe(2)
  expect(hop.figures()).toMatchObject({ records: 0, p99Ms: null })
  await partition.batch(records(30, 61), 62)
  expect(partition.owned()).toEqual({ partition: 0, position: 60, end: 62, lagMs: 10_000 })
  expect(hop.figures()).toMatchObject({ records: 1 })
  await partition.batch(records(61, 62), 62)
  expect(partition.owned()).toMatchObject({ position: 61, lagMs: 0 })
})
