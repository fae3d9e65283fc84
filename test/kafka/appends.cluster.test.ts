import { RecordTooLargeError } from '@smacktalk/cluster'
import type { EventLog } from '@smacktalk/ports'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { allOf, keysInDistinctPartitions, offsetsOf, record, span } from '../conformance/records.ts'
import { type KafkaTopics, kafkaTopics } from '../support/kafka-topics.ts'
import { reading } from './log-reader.ts'

const WAIT = { timeout: 60_000, interval: 5 }
/** What Kafka takes in one block unless told otherwise. */
const BLOCK_BYTES_MAX = 1_048_588

let topics: KafkaTopics
let log: EventLog
beforeAll(async () => {
  topics = await kafkaTopics()
  log = await topics.open()
})
afterAll(() => topics[Symbol.asyncDispose]())

/** Nothing that could be packed. */
function noise(bytes: number): Uint8Array {
  const value = new Uint8Array(bytes)
  for (let index = 0, state = 1; index < bytes; index++) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    value[index] = state >>> 24
  }
  return value
}

test('a record that no broker takes is refused for good, alone; the largest one that fits is written', async () => {
  const key = 'large'
  const others = Promise.all(span(0, 20).map((index) => log.append('chat', [record('small', String(index))])))
  const tooLarge = log.append('chat', [{ key, value: noise(BLOCK_BYTES_MAX) }])
  await expect(tooLarge).rejects.toBeInstanceOf(RecordTooLargeError)
  await expect(tooLarge).rejects.toMatchObject({ retriable: false })
  await others
  const largest = noise(BLOCK_BYTES_MAX - 200)
  await log.append('chat', [{ key, value: largest }])
  const [stored] = (await allOf(log, 'chat', log.partitionOf(key))).filter((each) => each.key === key)
  expect(Buffer.compare(stored?.value ?? new Uint8Array(), largest)).toBe(0)
})

test('a call of many thousand records is written in order, whatever it is cut into', async () => {
  const [key = ''] = keysInDistinctPartitions(log, 30).slice(-1)
  const count = 30_000
  await log.append(
    'chat',
    span(0, count).map((index) => record(key, `text number ${index}`)),
  )
  const stored = await allOf(log, 'chat', log.partitionOf(key))
  expect(offsetsOf(stored)).toEqual(span(0, count))
  expect(stored.every(({ value }, index) => Buffer.from(value).toString() === `text number ${index}`)).toBe(
    true,
  )
})

test('a partition that was waited for is read at once when it has been opened', async () => {
  const [key = ''] = keysInDistinctPartitions(log, 40).slice(-1)
  const partition = log.partitionOf(key)
  await log.append('chat', [record(key, 'waits')])
  const gate = Promise.withResolvers<number>()
  await using reader = reading(log, 'late', {
    start: (opening) => (opening === partition ? gate.promise : 0),
  })
  await vi.waitFor(() => expect(reader.handler.opened.size).toBe(63), WAIT)
  const begun = performance.now()
  gate.resolve(0)
  await vi.waitFor(() => expect(reader.handler.textsIn(partition)).toEqual(['waits']), WAIT)
  // With the usual wait for an empty answer it would take up to five seconds.
  expect(performance.now() - begun).toBeLessThan(2_000)
  await reader.stop()
})

test('tools that show lag see how far a group has come, also after its last reader has stopped', async () => {
  const [key = ''] = keysInDistinctPartitions(log, 50).slice(-1)
  const partition = log.partitionOf(key)
  await log.append(
    'chat',
    span(0, 20).map((index) => record(key, String(index))),
  )
  await using reader = reading(log, 'lag')
  await vi.waitFor(() => expect(reader.handler.textsIn(partition).length).toBe(20), WAIT)
  await reader.stop()
  const { topicPrefix } = topics.settings
  const [offsets] = await topics.admin((admin) =>
    admin.fetchOffsets({ groupId: `${topicPrefix}lag`, topics: [`${topicPrefix}chat`] }),
  )
  expect(offsets?.partitions.find((each) => each.partition === partition)?.offset).toBe('20')
})
