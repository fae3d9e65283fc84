/** What kafkajs does to those who use it, and that it does it to us no more. */
import { createRequire } from 'node:module'
import type { ClusterLogger } from '@smacktalk/cluster'
import { LogUnavailableError } from '@smacktalk/ports'
import { systemClock } from '@smacktalk/runtime'
import kafkajs from 'kafkajs'
import { afterEach, expect, test, vi } from 'vitest'
import { keysInDistinctPartitions, numbered, record, span } from '../conformance/records.ts'
import { kafkaTopics, SILENT } from '../support/kafka-topics.ts'
import { reading } from './log-reader.ts'

/** Inner classes of kafkajs, to make its faults happen. */
const require = createRequire(import.meta.url)
const inner = (path: string): { readonly prototype: Record<string, (...args: unknown[]) => unknown> } =>
  require(`kafkajs/src/${path}/index.js`)

const WAIT = { timeout: 60_000, interval: 10 }
const KEY = '1234'
const SESSION_MS = 1_500

afterEach(() => {
  vi.restoreAllMocks()
})

/** Nothing of this process runs for so long: no heartbeat either. */
function blockFor(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms)
}

test('a handler that waits for longer than a session keeps its partitions', async () => {
  await using topics = await kafkaTopics({ settings: { sessionTimeoutMs: SESSION_MS } })
  const log = await topics.open()
  const gate = Promise.withResolvers<void>()
  await using busy = reading(log, 'slow', { batch: () => gate.promise })
  await vi.waitFor(() => expect(busy.handler.opened.size).toBe(64), WAIT)
  await log.append('chat', [record(KEY, 'first')])
  await vi.waitFor(() => expect(busy.handler.texts).toEqual(['first']), WAIT)
  const until = systemClock.now() + 3 * SESSION_MS
  const { groups } = await vi.waitFor(async () => {
    expect(systemClock.now()).toBeGreaterThan(until)
    return await topics.admin((admin) => admin.describeGroups([`${topics.settings.topicPrefix}slow`]))
  }, WAIT)
  expect(groups[0]?.members.length).toBe(1)
  gate.resolve()
  await log.append('chat', [record(KEY, 'second')])
  await vi.waitFor(() => expect(busy.handler.texts).toEqual(['first', 'second']), WAIT)
  expect(busy.handler.closed).toEqual([])
  await busy.stop()
})

test('a reader that lost its place in the group while it worked joins again and goes on where it was', async () => {
  await using topics = await kafkaTopics({ settings: { sessionTimeoutMs: SESSION_MS } })
  const log = await topics.open()
  await using reader = reading(log, 'evicted', {
    batch: async ({ records }) => {
      if (records.some(({ offset }) => offset === 1_500)) blockFor(3 * SESSION_MS)
    },
  })
  await log.append('chat', numbered(KEY, 4_000))
  await vi.waitFor(() => expect(reader.handler.texts.length).toBe(4_000), WAIT)
  expect(reader.handler.texts).toEqual(span(0, 4_000).map(String))
  expect(reader.handler.wrong).toEqual([])
  await log.append('chat', numbered(KEY, 10, 4_000))
  await vi.waitFor(() => expect(reader.handler.texts.length).toBe(4_010), WAIT)
  await reader.stop()
})

test('a client that crashed for good is replaced; what was open stays open, and is read on', async () => {
  await using topics = await kafkaTopics({ settings: { sessionTimeoutMs: SESSION_MS } })
  const warnings: string[] = []
  const logger: ClusterLogger = { ...SILENT, warn: (_facts, text) => warnings.push(text) }
  const log = await topics.open({ logger })
  const find = vi.spyOn(inner('cluster').prototype, 'findGroupCoordinator')
  await using reader = reading(log, 'crashed', {
    batch: async ({ records }) => {
      if (!records.some(({ offset }) => offset === 3)) return
      // As while a broker is down: whatever kafkajs is told to retry, this ends it.
      find.mockImplementationOnce(async () => {
        const error = new kafkajs.KafkaJSNonRetriableError('Failed to find group coordinator')
        throw Object.assign(error, { name: 'KafkaJSGroupCoordinatorNotFound' })
      })
      blockFor(3 * SESSION_MS)
    },
  })
  await vi.waitFor(() => expect(reader.handler.opened.size).toBe(64), WAIT)
  await log.append('chat', numbered(KEY, 5))
  await vi.waitFor(() => expect(warnings.join()).toContain('Failed to find group coordinator'), WAIT)
  await log.append('chat', numbered(KEY, 5, 5))
  await vi.waitFor(() => expect(reader.handler.texts).toEqual(span(0, 10).map(String)), WAIT)
  expect(reader.handler.wrong).toEqual([])
  expect(reader.handler.closed).toEqual([])
  await reader.stop()
})

test('a client that waits for ever ends the reader, with one clear line, after it has closed what was open', async () => {
  await using topics = await kafkaTopics()
  const log = await topics.open({ standstillMs: 2_000 })
  await using reader = reading(log, 'stuck')
  await log.append('chat', numbered(KEY, 5))
  await vi.waitFor(() => expect(reader.handler.texts.length).toBe(5), WAIT)
  vi.spyOn(inner('cluster').prototype, 'refreshMetadataIfNecessary').mockImplementation(
    () => new Promise(() => {}),
  )
  await expect(reader.finished).rejects.toBeInstanceOf(LogUnavailableError)
  await expect(reader.finished).rejects.toThrow(
    /^The Kafka client that reads .* has stood still for 2 s without any work/,
  )
  expect(reader.handler.closed.length).toBe(64)
})

test('connections that have nothing to do do not wake up', async () => {
  await using topics = await kafkaTopics()
  const log = await topics.open()
  await log.append('chat', [record(KEY, 'x')])
  await using reader = reading(log, 'idle')
  await vi.waitFor(() => expect(reader.handler.texts).toEqual(['x']), WAIT)
  const wakeUps = vi.spyOn(inner('network/requestQueue').prototype, 'checkPendingRequests')
  const begun = performance.now()
  await vi.waitFor(() => expect(wakeUps.mock.calls.length).toBeGreaterThan(20), WAIT)
  // An empty answer every 200 ms and some heartbeats; unmended, every connection wakes up a thousand times a second.
  expect((1_000 * wakeUps.mock.calls.length) / (performance.now() - begun)).toBeLessThan(60)
  await reader.stop()
})

test('while one partition waits for its handler, the others in the same answer go on', async () => {
  await using topics = await kafkaTopics()
  const log = await topics.open()
  const keys = keysInDistinctPartitions(log, 6)
  await log.append(
    'chat',
    keys.map((key) => record(key, key)),
  )
  const gate = Promise.withResolvers<void>()
  let first: number | null = null
  await using reader = reading(log, 'waiting', {
    batch: ({ partition }) => {
      first ??= partition
      return partition === first ? gate.promise : Promise.resolve()
    },
  })
  await vi.waitFor(() => expect(reader.handler.texts.length).toBe(6), WAIT)
  gate.resolve()
  await reader.stop()
})
