import { LogMismatchError, type LogRecord } from '@smacktalk/ports'
import { DEFAULT_FOLD_SETTINGS } from '@smacktalk/stream'
import { encodeRecord } from '@smacktalk/wire'
import { expect, test } from 'vitest'
import { MemoryStore } from '../../../test/support/memory-store.ts'
import { PartitionWorker } from './partition-worker.ts'

const START = Date.UTC(2026, 0, 5, 12)
const SETTINGS = { fold: DEFAULT_FOLD_SETTINGS, cacheWeightMax: 1_000 }

/** Coverage of a channel, one record per second. */
function someLog(records: number, appendedFrom = START): LogRecord[] {
  return Array.from({ length: records }, (_, offset) => {
    const appendMs = appendedFrom + offset * 1_000
    const value = encodeRecord({
      kind: 'coverage',
      value: {
        channelId: '7',
        channelLogin: 'seven',
        ingestor: 'one',
        from: appendMs - 1_000,
        to: appendMs,
        ended: null,
        origin: 'heard',
      },
    })
    return { partition: 0, offset, appendMs, key: '7', value }
  })
}

async function openOver(store: MemoryStore, log: readonly LogRecord[]) {
  const worker = await PartitionWorker.open(0, store, SETTINGS, async (from) => {
    const found = log.findIndex(({ appendMs }) => appendMs >= from)
    return found < 0 ? log.length : found
  })
  return { worker, rest: log.slice(worker.readFrom) }
}

async function foldAll(store: MemoryStore, log: readonly LogRecord[]) {
  const { worker, rest } = await openOver(store, log)
  const dead = await worker.batch(rest)
  await worker.commit()
  return dead
}

test('a log that was made anew since the checkpoint is refused, with both times named', async () => {
  const store = new MemoryStore()
  await foldAll(store, someLog(10))
  const { worker, rest } = await openOver(store, someLog(30, START + 60_000))
  const refused = worker.batch(rest)
  await expect(refused).rejects.toBeInstanceOf(LogMismatchError)
  await expect(refused).rejects.toThrow('2026-01-05T12:01:00.000Z at offset 0')
  await expect(refused).rejects.toThrow('by 2026-01-05T12:00:09.000Z')
})

test('a log that was made anew is refused at its first record, however short it still is', async () => {
  const store = new MemoryStore()
  await foldAll(store, someLog(10))
  const { worker, rest } = await openOver(store, someLog(3, START + 60_000))
  await expect(worker.batch(rest)).rejects.toThrow('at offset 0, but the rows were counted up to offset 9')
})

test('without a checkpoint everything that the log still has is counted, though its start is gone', async () => {
  const store = new MemoryStore()
  const log = someLog(10)
  const worker = await PartitionWorker.open(0, store, SETTINGS, async () => 4)
  expect(worker.readFrom).toBe(4)
  await worker.batch(log.slice(4))
  await worker.commit()
  expect(worker.position).toBe(9)
  expect([...store.rows.values()].filter(({ table }) => table === 'coverage')).toHaveLength(1)
})

test('the log that the rows belong to is taken, however its read-back is cut', async () => {
  const store = new MemoryStore()
  await foldAll(store, someLog(10))
  const { worker, rest } = await openOver(store, someLog(30))
  for (const record of rest) await worker.batch([record])
  expect(worker.position).toBe(29)
})

test('a broken record is reported when it is met and not again when it is only read back', async () => {
  const store = new MemoryStore()
  const log = someLog(10)
  log[4] = { ...log[4]!, value: new Uint8Array([1, 2, 3]) }
  expect(await foldAll(store, log)).toMatchObject([{ partition: 0, offset: 4 }])
  expect(await foldAll(store, [...log, ...someLog(12).slice(10)])).toEqual([])
})
