/** One broker of its own that is killed and frozen, with writers and readers at work. */
import type { ClusterLogger } from '@smacktalk/cluster'
import type { LocalKafka } from '@smacktalk/local-cluster'
import { LogUnavailableError } from '@smacktalk/ports'
import { systemClock } from '@smacktalk/runtime'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { keysInDistinctPartitions, record } from '../conformance/records.ts'
import { kafkaTopics, SILENT } from '../support/kafka-topics.ts'
import { reading } from './log-reader.ts'
import { ownKafka } from './own-kafka.ts'
import { textsInLog, writeSteadily } from './steady-writer.ts'

const WAIT = { timeout: 120_000, interval: 50 }
const KILLS = 3

let kafka: LocalKafka
beforeAll(async () => {
  kafka = await ownKafka(1)
})
afterAll(() => kafka?.[Symbol.asyncDispose]())

test('a broker is killed again and again: nothing acknowledged is lost, nothing is there twice, readers go on', async () => {
  await using topics = await kafkaTopics({ brokers: [kafka.address] })
  const warnings: string[] = []
  const logger: ClusterLogger = { ...SILENT, warn: (_facts, text) => warnings.push(text) }
  const log = await topics.open({ logger })
  await using reader = reading(log, 'reader')
  const followed = new Set<string>()
  const stop = new AbortController()
  const following = log.follow(
    'chat',
    'start',
    (records) => {
      for (const { value } of records) followed.add(Buffer.from(value).toString())
    },
    stop.signal,
  )
  await vi.waitFor(() => expect(reader.handler.opened.size).toBe(64), WAIT)
  const writer = writeSteadily(log, keysInDistinctPartitions(log, 64))
  for (let kill = 0; kill < KILLS; kill++) {
    const before = writer.acknowledged.size
    await vi.waitFor(() => expect(writer.acknowledged.size).toBeGreaterThan(before + 2_000), WAIT)
    await kafka.kill()
    await kafka.start()
  }
  const after = writer.acknowledged.size
  await vi.waitFor(() => expect(writer.acknowledged.size).toBeGreaterThan(after + 2_000), WAIT)
  await writer.stop()

  const counts = await textsInLog(log)
  const lost = [...writer.acknowledged].filter((text) => !counts.has(text))
  const twice = [...counts].filter(([, count]) => count > 1)
  console.info(
    `${writer.acknowledged.size} acknowledged, ${writer.rejected.size} rejected over ${KILLS} kills`,
  )
  expect(lost).toEqual([])
  expect(twice).toEqual([])
  await vi.waitFor(() => expect(reader.handler.texts.length).toBe(counts.size), WAIT)
  await vi.waitFor(() => expect(followed.size).toBe(counts.size), WAIT)
  expect(reader.handler.wrong).toEqual([])
  expect(reader.handler.closed).toEqual([])
  expect(warnings.some((text) => /^Reading .* waits for the brokers/.test(text))).toBe(true)
  await reader.stop()
  stop.abort()
  await following
})

test('a broker that is frozen and thaws is a broker again, for readers and writers', async () => {
  await using topics = await kafkaTopics({ brokers: [kafka.address] })
  const log = await topics.open()
  await using reader = reading(log, 'frozen')
  const [key = ''] = keysInDistinctPartitions(log, 1)
  await log.append('chat', [record(key, 'before')])
  await vi.waitFor(() => expect(reader.handler.texts).toEqual(['before']), WAIT)
  kafka.pause()
  // Longer than a request may take, shorter than the patience of an append.
  const during = log.append('chat', [record(key, 'during')])
  await systemClock.sleep(13_000)
  kafka.resume()
  await during
  await log.append('chat', [record(key, 'after')])
  await vi.waitFor(() => expect(reader.handler.texts).toEqual(['before', 'during', 'after']), WAIT)
  await reader.stop()
})

test('while the broker is away an append ends with an error that says so, and the next one after its return is written', async () => {
  await using topics = await kafkaTopics({ brokers: [kafka.address] })
  const log = await topics.open()
  const [key = ''] = keysInDistinctPartitions(log, 1)
  await log.append('chat', [record(key, 'before')])
  await kafka.kill()
  const begun = systemClock.now()
  const append = log.append('chat', [record(key, 'lost')])
  const views = log.append('views', [record(key, 'view')])
  await expect(append).rejects.toBeInstanceOf(LogUnavailableError)
  await expect(append).rejects.toThrow(/have acknowledged nothing for \d+ s/)
  await expect(views).rejects.toBeInstanceOf(LogUnavailableError)
  const ms = systemClock.now() - begun
  expect(ms).toBeGreaterThan(28_000)
  expect(ms).toBeLessThan(45_000)
  await kafka.start()
  await log.append('chat', [record(key, 'after')])
  const texts = [...(await textsInLog(log)).keys()]
  expect(texts.filter((text) => text !== 'lost')).toEqual(['before', 'after'])
})
