import { expect, test } from 'vitest'
import { CompressionTypes } from './kafka-client.ts'
import {
  COMPRESSED_FROM_RECORDS,
  GROUP_RECORDS_MAX,
  PARTITION_BYTES_MAX,
  RecordGroup,
  type SentRecord,
} from './record-group.ts'

function record(partition: number, bytes = 10, topic = 'chat'): SentRecord {
  return { topic, partition, key: 'k', value: new Uint8Array(bytes) }
}

const result = (partition: number, topicName = 'chat', errorCode = 0) => ({ topicName, partition, errorCode })

test('a group is full at its number of records, and takes the first whatever its size', () => {
  const group = new RecordGroup()
  for (let index = 0; index < GROUP_RECORDS_MAX; index++) expect(group.add(record(index % 64))).toBe(true)
  expect(group.add(record(0))).toBe(false)
  expect(new RecordGroup().add(record(0, 10_000_000))).toBe(true)
})

test('no partition gets a block that is larger than a reader’s share of an answer', () => {
  const group = new RecordGroup()
  expect(group.add(record(7, PARTITION_BYTES_MAX - 200))).toBe(true)
  expect(group.add(record(7, 1_000))).toBe(false)
  expect(group.add(record(8, 1_000))).toBe(true)
})

test('every message says its partition, and keeps its place in it', () => {
  const group = new RecordGroup()
  for (const [partition, bytes] of [
    [1, 1],
    [2, 2],
    [1, 3],
    [2, 4],
  ] as const)
    group.add(record(partition, bytes))
  const [{ messages } = { messages: [] }] = group.topicMessages
  const sizes = (partition: number) =>
    messages.flatMap((each) => (each.partition === partition ? [(each.value as Buffer).length] : []))
  expect(sizes(1)).toEqual([1, 3])
  expect(sizes(2)).toEqual([2, 4])
})

test('it is packed when the blocks are large enough to pay for it', () => {
  const groupOf = (perPartition: number): RecordGroup => {
    const group = new RecordGroup()
    for (let index = 0; index < perPartition * 64; index++) group.add(record(index % 64))
    return group
  }
  expect(groupOf(COMPRESSED_FROM_RECORDS - 1).compression).toBe(CompressionTypes.None)
  expect(groupOf(COMPRESSED_FROM_RECORDS).compression).toBe(CompressionTypes.ZSTD)
})

test('what the answer does not name is left, exactly as it was', () => {
  const group = new RecordGroup()
  for (const partition of [1, 2, 3, 1, 2, 3]) group.add(record(partition, partition))
  group.add(record(1, 9, 'views'))
  group.acknowledge([result(1), result(3), result(2, 'chat', 6)])
  expect(group.done).toBe(false)
  expect(
    group.topicMessages.map(({ topic, messages }) => [topic, messages.map((each) => each.partition)]),
  ).toEqual([
    ['chat', [2, 2]],
    ['views', [1]],
  ])
  group.acknowledge([result(2), result(1, 'views')])
  expect(group.done).toBe(true)
})
