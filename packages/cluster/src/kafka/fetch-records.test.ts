import { expect, test } from 'vitest'
import { endOf, fetchRecords } from './fetch-records.ts'
import type { Cluster } from './kafka-client.ts'

const LIMITS = { waitMs: 0, partitionBytes: 1_000, bytes: 1_000 }

/** A cluster of one broker that gives this answer. */
function answering(messages: readonly object[], highWatermark: string): Cluster {
  const broker = {
    fetch: async () => ({ responses: [{ partitions: [{ partition: 3, highWatermark, messages }] }] }),
  }
  return { findBroker: async () => broker } as unknown as Cluster
}

const message = (offset: number, batch: readonly [first: number, last: number]) => ({
  offset: String(offset),
  timestamp: '1700000000000',
  key: Buffer.from('k'),
  value: Buffer.from('v'),
  batchContext: { firstOffset: String(batch[0]), lastOffsetDelta: batch[1] - batch[0] },
})

const fetched = async (offset: number, messages: readonly object[], highWatermark = '100') =>
  (await fetchRecords(answering(messages, highWatermark), '1', 'chat', [{ partition: 3, offset }], LIMITS))[0]

test('records before the offset asked for, which come with their block, are left out', async () => {
  const answer = await fetched(
    12,
    [10, 11, 12, 13].map((offset) => message(offset, [10, 13])),
  )
  expect(answer?.records.map(({ offset }) => offset)).toEqual([12, 13])
  expect(answer?.next).toBe(14)
})

test('reading goes on behind the block, though compaction has taken its last records', async () => {
  expect((await fetched(10, [message(10, [10, 19])]))?.next).toBe(20)
  expect(await fetched(15, [message(10, [10, 19])])).toMatchObject({ records: [], next: 20 })
})

test('an answer without records goes on where it was', async () => {
  expect(await fetched(10, [], '10')).toEqual({ partition: 3, records: [], next: 10, end: 10 })
})

test('the end is never before what was read, though a broker looks it up earlier', async () => {
  const answer = await fetched(48, [message(48, [48, 49]), message(49, [48, 49])], '47')
  expect(answer?.end).toBe(50)
  expect(endOf('60', answer?.records ?? [])).toBe(60)
})
