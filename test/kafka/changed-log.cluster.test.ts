/** The log is not what it was: cut off, made anew, given more partitions. None of it may pass unnoticed. */
import { LogMismatchError } from '@smacktalk/ports'
import { expect, test, vi } from 'vitest'
import { numbered, span } from '../conformance/records.ts'
import { type KafkaTopics, kafkaTopics } from '../support/kafka-topics.ts'
import { reading } from './log-reader.ts'

const WAIT = { timeout: 60_000, interval: 10 }
const KEY = '1234'

const chatOf = ({ settings }: KafkaTopics): string => `${settings.topicPrefix}chat`

/** As retention does it: everything before `offset` is gone. */
async function cutOff(topics: KafkaTopics, partition: number, offset: number): Promise<void> {
  const partitions = [{ partition, offset: String(offset) }]
  await topics.admin(async (admin) => {
    // kafkajs deletes from topics only of which it has heard before.
    await admin.fetchTopicOffsets(chatOf(topics))
    await admin.deleteTopicRecords({ topic: chatOf(topics), partitions })
  })
}

async function makeAnew(topics: KafkaTopics): Promise<void> {
  await topics.admin(async (admin) => {
    await admin.deleteTopics({ topics: [chatOf(topics)] })
    await vi.waitFor(async () => {
      const configEntries = [{ name: 'message.timestamp.type', value: 'LogAppendTime' }]
      const numPartitions = topics.settings.partitions
      await admin.createTopics({ topics: [{ topic: chatOf(topics), numPartitions, configEntries }] })
      expect(await admin.listTopics()).toContain(chatOf(topics))
    }, WAIT)
  })
}

test('a start below what is retained is refused, and nothing is read', async () => {
  await using topics = await kafkaTopics()
  const log = await topics.open()
  const partition = log.partitionOf(KEY)
  await log.append('chat', numbered(KEY, 20))
  await cutOff(topics, partition, 10)
  expect(await log.extent('chat', partition)).toEqual({ low: 10, end: 20 })
  await using reader = reading(log, 'reader', { start: () => 0 })
  await expect(reader.finished).rejects.toBeInstanceOf(LogMismatchError)
  await expect(reader.finished).rejects.toThrow(/holds the offsets 10 to 20, reading was to start at 0/)
  expect(reader.handler.textsIn(partition)).toEqual([])
})

test('records that are dropped before they were read end the reader; it does not jump over them', async () => {
  await using topics = await kafkaTopics()
  const log = await topics.open()
  const partition = log.partitionOf(KEY)
  const gate = Promise.withResolvers<void>()
  await using reader = reading(log, 'reader', {
    batch: ({ records }) => (records[0]?.offset === 0 ? gate.promise : Promise.resolve()),
  })
  await log.append('chat', numbered(KEY, 1))
  await vi.waitFor(() => expect(reader.handler.textsIn(partition)).toEqual(['0']), WAIT)
  await log.append('chat', numbered(KEY, 50, 1))
  await cutOff(topics, partition, 40)
  gate.resolve()
  await expect(reader.finished).rejects.toBeInstanceOf(LogMismatchError)
  expect(reader.handler.textsIn(partition)).toEqual(['0'])
})

test('a topic that was made anew while it was read ends the reader, though it is empty', async () => {
  await using topics = await kafkaTopics()
  const log = await topics.open()
  await log.append('chat', numbered(KEY, 5))
  await using reader = reading(log, 'reader')
  await vi.waitFor(() => expect(reader.handler.texts.length).toBe(5), WAIT)
  await makeAnew(topics)
  await expect(reader.finished).rejects.toBeInstanceOf(LogMismatchError)
  expect(reader.handler.texts.length).toBe(5)
})

test('a topic that was made anew and filled again, up to where nobody could tell by offsets, ends the reader', async () => {
  await using topics = await kafkaTopics()
  const log = await topics.open()
  await log.append('chat', numbered(KEY, 500))
  await using reader = reading(log, 'reader')
  await vi.waitFor(() => expect(reader.handler.texts.length).toBe(500), WAIT)
  await makeAnew(topics)
  const writer = await topics.open()
  // Until the reader has noticed; appends may fail while everybody learns of the new topic.
  const noticed = expect(reader.finished).rejects.toBeInstanceOf(LogMismatchError)
  await Promise.race([noticed, writer.append('chat', numbered(KEY, 100))])
  await noticed
  expect(reader.handler.texts).toEqual(span(0, 500).map(String))
})

test('partitions that were added later are nobody’s, and the others are read as before', async () => {
  await using topics = await kafkaTopics({ settings: { partitions: 4 } })
  const log = await topics.open()
  await log.append('chat', numbered(KEY, 3))
  await topics.admin((admin) =>
    admin.createPartitions({ topicPartitions: [{ topic: chatOf(topics), count: 6 }] }),
  )
  await using reader = reading(log, 'reader')
  await vi.waitFor(() => expect(reader.handler.texts.length).toBe(3), WAIT)
  await log.append('chat', numbered(KEY, 3, 3))
  await vi.waitFor(() => expect(reader.handler.texts).toEqual(span(0, 6).map(String)), WAIT)
  expect([...reader.handler.opened].sort()).toEqual([0, 1, 2, 3])
  await expect(topics.open()).rejects.toThrow(/chat has 6 partitions, not 4/)
})
