import { migrateTopics, openKafkaLog, probeKafka, TopicsNotReadyError } from '@smacktalk/cluster'
import { LogUnavailableError, TOPICS } from '@smacktalk/ports'
import { systemClock } from '@smacktalk/runtime'
import kafkajs from 'kafkajs'
import { expect, test } from 'vitest'
import { type KafkaTopics, kafkaTopics, SILENT } from '../support/kafka-topics.ts'

const migrate = (
  { settings }: KafkaTopics,
  changes: Partial<KafkaTopics['settings']> = {},
): Promise<string[]> =>
  migrateTopics({
    settings: { ...settings, ...changes },
    logRetentionMs: 86_400_000,
    clock: systemClock,
    logger: SILENT,
  })

async function configOf(topics: KafkaTopics, topic: string): Promise<Map<string, string>> {
  const name = `${topics.settings.topicPrefix}${topic}`
  const { resources } = await topics.admin((admin) =>
    admin.describeConfigs({
      includeSynonyms: false,
      resources: [{ type: kafkajs.ConfigResourceTypes.TOPIC, name }],
    }),
  )
  return new Map(resources[0]?.configEntries.map(({ configName, configValue }) => [configName, configValue]))
}

test('three that migrate at once make every topic once, and each succeeds', async () => {
  await using topics = await kafkaTopics({ migrate: false })
  const told = await Promise.all([migrate(topics), migrate(topics), migrate(topics)])
  for (const sentences of told) expect(sentences.length).toBe(TOPICS.length)
  const made = told.flat().filter((sentence) => sentence.startsWith('Made'))
  expect(made.length).toBe(TOPICS.length)
  expect(await migrate(topics)).toEqual(
    TOPICS.map((topic) =>
      expect.stringMatching(`^The topic ${topics.settings.topicPrefix}${topic} is there \\(`),
    ),
  )
  await topics.open()
})

test('the chat has append times of the log, retention by time, and segments that let it take effect', async () => {
  await using topics = await kafkaTopics()
  const chat = await configOf(topics, 'chat')
  expect(chat.get('message.timestamp.type')).toBe('LogAppendTime')
  expect(chat.get('retention.ms')).toBe('86400000')
  expect(chat.get('retention.bytes')).toBe('-1')
  expect(Number(chat.get('segment.ms'))).toBeLessThanOrEqual(86_400_000 / 12)
  expect((await configOf(topics, 'channels')).get('cleanup.policy')).toBe('compact')
})

test('what exists is never changed: a difference is said', async () => {
  await using topics = await kafkaTopics()
  const sentences = await migrate(topics, { partitions: 128 })
  const about = (topic: string) =>
    sentences.find((each) => each.includes(`${topics.settings.topicPrefix}${topic} `))
  expect(about('chat')).toMatch(/stays as it is.*the number of partitions is 64, wanted 128/)
  expect(about('alerts')).toMatch(/is there \(1 partition/)
  const { topics: found } = await topics.admin((admin) =>
    admin.fetchTopicMetadata({ topics: [`${topics.settings.topicPrefix}chat`] }),
  )
  expect(found[0]?.partitions.length).toBe(64)
})

test('a log whose topics are missing is not opened, and says what to do', async () => {
  await using topics = await kafkaTopics({ migrate: false })
  const opening = topics.open()
  await expect(opening).rejects.toBeInstanceOf(TopicsNotReadyError)
  await expect(opening).rejects.toMatchObject({
    retriable: false,
    hint: expect.stringContaining('smacktalk migrate'),
  })
  const names = await topics.admin((admin) => admin.listTopics())
  expect(names.filter((name) => name.startsWith(topics.settings.topicPrefix))).toEqual([])
})

test('a chat with another number of partitions is refused', async () => {
  await using topics = await kafkaTopics()
  const settings = { ...topics.settings, partitions: 32 }
  const opening = openKafkaLog({ settings, clientId: 'test', clock: systemClock, logger: SILENT })
  await expect(opening).rejects.toThrow(/chat has 64 partitions, not 32/)
})

test('a chat whose times are set by those who write is refused', async () => {
  await using topics = await kafkaTopics({ migrate: false, settings: { partitions: 1 } })
  const { topicPrefix } = topics.settings
  await topics.admin((admin) =>
    admin.createTopics({
      waitForLeaders: false,
      topics: [{ topic: `${topicPrefix}chat`, numPartitions: 1 }],
    }),
  )
  await migrate(topics)
  await expect(topics.open()).rejects.toThrow(
    /chat has message\.timestamp\.type=CreateTime, not LogAppendTime/,
  )
})

test('a broker that is not there is an error that may pass, with its address', async () => {
  // Port 1 belongs to a service nobody runs.
  const { settings } = await kafkaTopics({ migrate: false, brokers: ['127.0.0.1:1'] })
  const probing = probeKafka({ settings, clock: systemClock, logger: SILENT })
  await expect(probing).rejects.toBeInstanceOf(LogUnavailableError)
  await expect(probing).rejects.toThrow(settings.brokers[0])
})

test('the doctor sees brokers, topics, and how much they hold', async () => {
  await using topics = await kafkaTopics()
  const log = await topics.open()
  await log.append('chat', [{ key: 'abc', value: Buffer.from('x') }])
  const probe = await probeKafka({ settings: topics.settings, clock: systemClock, logger: SILENT })
  expect(probe.brokers).toBeGreaterThanOrEqual(1)
  expect(probe.release).toMatch(/or newer$/)
  const chat = probe.topics.find(({ topic }) => topic === 'chat')
  expect(chat).toMatchObject({ partitions: 64, replication: 1, records: 1 })
  expect(chat?.extents[log.partitionOf('abc')]).toEqual({ low: 0, end: 1 })
})
