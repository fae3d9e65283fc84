import { join } from 'node:path'
import { DataLockedError, LogUnavailableError, type PartitionHandler } from '@smacktalk/ports'
import { expect, test } from 'vitest'
import { ManualClock } from '../../../test/conformance/manual-clock.ts'
import {
  allOf,
  keysInDistinctPartitions,
  numbered,
  offsetsOf,
  record,
  span,
} from '../../../test/conformance/records.ts'
import { temporaryFolder } from '../../../test/support/temporary-folder.ts'
import { Database } from './database.ts'
import { openEmbedded } from './open-embedded.ts'

async function openLog(clock = new ManualClock()) {
  const folder = temporaryFolder()
  const options = { directory: folder.path, clock, logRetentionMs: 86_400_000, rowRetentionDays: 400 }
  let embedded = await openEmbedded(options)
  return {
    clock,
    folder: folder.path,
    get embedded() {
      return embedded
    },
    get log() {
      return embedded.log
    },
    async reopen() {
      await embedded[Symbol.asyncDispose]()
      embedded = await openEmbedded(options)
    },
    async [Symbol.asyncDispose]() {
      await embedded[Symbol.asyncDispose]()
      folder[Symbol.dispose]()
    },
  }
}

test('a clock that goes back does not take append times with it, not even after a restart', async () => {
  await using subject = await openLog()
  const start = subject.clock.now()
  for (const ms of [0, 10, 5, -3_600_000, 20]) {
    subject.clock.set(start + ms)
    if (ms === 5) await subject.reopen()
    await subject.log.append('chat', [record('a', 'x')])
  }
  const stored = await allOf(subject.log, 'chat', subject.log.partitionOf('a'))
  expect(stored.map(({ appendMs }) => appendMs - start)).toEqual([0, 10, 10, 10, 20])
})

test('a call has one append time per partition, however long it takes', async () => {
  class RestlessClock extends ManualClock {
    override now(): number {
      this.advance(1)
      return super.now()
    }
  }
  await using subject = await openLog(new RestlessClock())
  const [one, other] = keysInDistinctPartitions(subject.log, 2) as [string, string]
  await subject.log.append('chat', [...numbered(one, 3_000), ...numbered(other, 3_000)])
  for (const key of [one, other]) {
    const stored = await allOf(subject.log, 'chat', subject.log.partitionOf(key))
    expect(new Set(stored.map(({ appendMs }) => appendMs)).size).toBe(1)
  }
})

test('a fraction of a millisecond in the clock is cut off', async () => {
  await using subject = await openLog(new ManualClock(1_700_000_000_000.75))
  await subject.log.append('chat', [record('a', 'x')])
  const [stored] = await allOf(subject.log, 'chat', subject.log.partitionOf('a'))
  expect(stored?.appendMs).toBe(1_700_000_000_000)
})

test('batches are bounded in records and in bytes', async () => {
  await using subject = await openLog()
  const { log } = subject
  await log.append('chat', [
    ...numbered('a', 2_500),
    ...span(0, 4).map(() => ({ key: 'a', value: new Uint8Array(700_000) })),
  ])
  const sizes: number[] = []
  for await (const batch of log.read('chat', log.partitionOf('a'), 0, 2_504)) sizes.push(batch.length)
  expect(sizes).toEqual([1_000, 1_000, 502, 2])
})

test('reading to no end stops at the end there was, however fast records come', async () => {
  await using subject = await openLog()
  const { log } = subject
  await log.append('chat', numbered('a', 2_500))
  let found = 0
  for await (const batch of log.read('chat', log.partitionOf('a'), 0, Number.MAX_SAFE_INTEGER)) {
    found += batch.length
    await log.append('chat', numbered('a', 1_000))
  }
  expect(found).toBe(2_500)
})

test('a compacted topic holds one record per key, whatever was appended', async () => {
  await using subject = await openLog()
  for (const round of span(0, 50)) {
    await subject.log.append('channels', [
      record('a', `${round}`),
      record('b', `${round}`),
      record('a', 'twice'),
    ])
  }
  const stored = await allOf(subject.log, 'channels', 0)
  expect(stored.map(({ key, offset }) => [key, offset])).toEqual([
    ['b', 148],
    ['a', 149],
  ])
  expect(await subject.log.extent('channels', 0)).toEqual({ low: 148, end: 150 })
})

test('an append that fails takes no offsets, and the next one goes on', async () => {
  await using subject = await openLog()
  const { log } = subject
  await log.append('chat', numbered('a', 2))
  const database = new Database(join(subject.folder, 'smacktalk.db'), 0)
  database.exec(`CREATE TRIGGER refuse BEFORE INSERT ON topic_chat WHEN NEW.position = 4
    BEGIN SELECT RAISE(ABORT, 'not now'); END`)
  await expect(log.append('chat', numbered('a', 3, 2))).rejects.toThrow('not now')
  expect(await log.extent('chat', log.partitionOf('a'))).toEqual({ low: 0, end: 2 })
  database.exec('DROP TRIGGER refuse')
  database.close()
  await log.append('chat', numbered('a', 3, 2))
  const stored = await allOf(log, 'chat', log.partitionOf('a'))
  expect(offsetsOf(stored)).toEqual(span(0, 5))
})

test('once the signal has aborted no partition gets another batch', async () => {
  await using subject = await openLog()
  const { log } = subject
  for (const key of keysInDistinctPartitions(log, 5)) await log.append('chat', numbered(key, 2))
  const controller = new AbortController()
  let batches = 0
  const handler: PartitionHandler = {
    open: async () => 0,
    batch: async () => {
      batches++
      controller.abort()
    },
    close: async () => {},
  }
  await log.consume('chat', 'job', handler, controller.signal)
  expect(batches).toBe(1)
})

test('a second reader of a group is refused while the first reads', async () => {
  await using subject = await openLog()
  const controller = new AbortController()
  const handler: PartitionHandler = { open: async () => 0, batch: async () => {}, close: async () => {} }
  const first = subject.log.consume('chat', 'job', handler, controller.signal)
  await expect(subject.log.consume('chat', 'job', handler, controller.signal)).rejects.toBeInstanceOf(
    DataLockedError,
  )
  controller.abort()
  await first
})

test('closing ends readers with an error; while they close they may still commit and append', async () => {
  await using subject = await openLog()
  const { log, store } = subject.embedded
  const opened = Promise.withResolvers<void>()
  const handler: PartitionHandler = {
    open: async (partition) => {
      if (partition === 63) opened.resolve()
      return 0
    },
    batch: async () => {},
    close: async (partition) => {
      if (partition !== 63) return
      const checkpoint = {
        table: 'checkpoints',
        partition: 'v1/chat',
        row: '0063',
        position: 1,
        writtenAt: 1,
        value: new Uint8Array(1),
      } as const
      await store.commit({ rows: [], deletes: [], clocks: [], checkpoint })
      await log.append('alerts', [record('a', 'closed')])
      await log.append('views', [record('a', 'closed')])
    },
  }
  const consumed = log.consume('chat', 'job', handler, new AbortController().signal)
  const followed = log.follow('chat', 'start', () => {}, new AbortController().signal)
  const ends = Promise.allSettled([consumed, followed])
  await opened.promise
  await subject.reopen()
  for (const end of await ends) {
    expect(end).toMatchObject({ status: 'rejected', reason: expect.any(LogUnavailableError) })
  }
  expect(await subject.embedded.store.load('checkpoints', 'v1/chat')).toHaveLength(1)
  expect(await allOf(subject.log, 'alerts', 0)).toHaveLength(1)
})

test('a handler that throws the reason of the signal has stopped, not failed, and its partition is closed', async () => {
  await using subject = await openLog()
  await subject.log.append('chat', [record('a', 'x')])
  const controller = new AbortController()
  const closed: number[] = []
  const handler: PartitionHandler = {
    open: async () => 0,
    batch: async (_batch, signal) => {
      controller.abort()
      signal.throwIfAborted()
    },
    close: async (partition) => {
      closed.push(partition)
    },
  }
  await subject.log.consume('chat', 'job', handler, controller.signal)
  expect(closed).toEqual(span(0, 64))
})

test('partitions that do not exist and values that are no bytes are refused', async () => {
  await using subject = await openLog()
  await expect(subject.log.extent('chat', 64)).rejects.toThrow(RangeError)
  await expect(subject.log.extent('alerts', 1)).rejects.toThrow(RangeError)
  await expect(subject.log.offsetAt('chat', -1, 0)).rejects.toThrow(RangeError)
  for (const wrong of ['{"key":"a"}', '{"key":"a","value":"x"}', '{"key":5,"value":"x"}', '{"value":"x"}']) {
    const call = subject.log.append('chat', [record('a', 'x'), JSON.parse(wrong)])
    await expect(call).rejects.toThrow(/needs a key of text and a value of bytes/)
  }
  expect(await subject.log.extent('chat', subject.log.partitionOf('a'))).toEqual({ low: 0, end: 0 })
})
