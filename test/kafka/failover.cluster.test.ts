/** Three brokers, of which one after the other is killed: what is acknowledged is on another one. */
import { expect, test, vi } from 'vitest'
import { keysInDistinctPartitions } from '../conformance/records.ts'
import { kafkaTopics } from '../support/kafka-topics.ts'
import { reading } from './log-reader.ts'
import { ownKafka } from './own-kafka.ts'
import { textsInLog, writeSteadily } from './steady-writer.ts'

const WAIT = { timeout: 120_000, interval: 50 }

test('leaders move while records are written: nothing acknowledged is lost, and readers see all of it', async () => {
  await using kafka = await ownKafka(3)
  await using topics = await kafkaTopics({ brokers: kafka.address.split(','), settings: { replication: 3 } })
  const log = await topics.open()
  await using reader = reading(log, 'reader')
  await vi.waitFor(() => expect(reader.handler.opened.size).toBe(64), WAIT)
  const writer = writeSteadily(log, keysInDistinctPartitions(log, 64))
  for (const broker of kafka.brokers) {
    const before = writer.acknowledged.size
    await vi.waitFor(() => expect(writer.acknowledged.size).toBeGreaterThan(before + 2_000), WAIT)
    await broker.kill()
    const during = writer.acknowledged.size
    await vi.waitFor(() => expect(writer.acknowledged.size).toBeGreaterThan(during + 1_000), WAIT)
    await broker.start()
  }
  await writer.stop()

  const counts = await textsInLog(log)
  const twice = [...counts].filter(([, count]) => count > 1).length
  console.info(
    `${writer.acknowledged.size} acknowledged, ${writer.rejected.size} rejected, ${twice} there twice`,
  )
  expect([...writer.acknowledged].filter((text) => !counts.has(text))).toEqual([])
  await vi.waitFor(() => expect(new Set(reader.handler.texts).size).toBe(counts.size), WAIT)
  expect(reader.handler.wrong).toEqual([])
  await reader.stop()
})
