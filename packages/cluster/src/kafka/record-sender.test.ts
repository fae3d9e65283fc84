import { LogUnavailableError, type OutgoingRecord, PipelineError } from '@smacktalk/ports'
import { expect, test, vi } from 'vitest'
import type { ClusterLogger } from '../cluster-logger.ts'
import type { Producer, RecordMetadata, TopicMessages } from './kafka-client.ts'
import { APPEND_PATIENCE_MS, RecordSender } from './record-sender.ts'
import { SteppedClock } from './testing/stepped-clock.ts'

const SILENT: ClusterLogger = { debug() {}, info() {}, warn() {}, error() {} }

type Answer = (messages: readonly TopicMessages[]) => Promise<RecordMetadata[]>

/** Brokers that answer as a test says; they remember every request, and which producer it came from. */
class Brokers {
  readonly requests: { readonly producer: number; readonly texts: readonly string[] }[] = []
  producers = 0
  cuts = 0
  answer: Answer = async (messages) => acknowledge(messages)
  /** Requests that were under way at the same time. */
  overlaps = 0
  #running = 0

  connect = () => {
    const number = ++this.producers
    return {
      producer: (): Pick<Producer, 'connect' | 'sendBatch'> => ({
        connect: async () => {},
        sendBatch: async ({ topicMessages = [] }) => {
          this.requests.push({ producer: number, texts: textsOf(topicMessages) })
          if (++this.#running > 1) this.overlaps++
          try {
            return await this.answer(topicMessages)
          } finally {
            this.#running--
          }
        },
      }),
      cut: () => {
        this.cuts++
      },
      [Symbol.asyncDispose]: async () => {},
    }
  }
}

function textsOf(messages: readonly TopicMessages[]): string[] {
  return messages.flatMap(({ messages: list }) => list.map(({ value, partition }) => `${partition}:${value}`))
}

function acknowledge(messages: readonly TopicMessages[], without: readonly number[] = []): RecordMetadata[] {
  return messages.flatMap(({ topic, messages: list }) =>
    [...new Set(list.map(({ partition }) => partition ?? -1))]
      .filter((partition) => !without.includes(partition))
      .map((partition) => ({ topicName: topic, partition, errorCode: 0 })),
  )
}

function senderTo(brokers: Brokers, clock = new SteppedClock()): RecordSender {
  const failure = (_doing: string, error: unknown): unknown =>
    error instanceof PipelineError ? error : new LogUnavailableError(String(error), 'Look.', error)
  return new RecordSender({ connect: brokers.connect, clock, logger: SILENT, failure })
}

const texts = (...list: string[]): OutgoingRecord[] =>
  list.map((text) => ({ key: 'k', value: Buffer.from(text) }))

test('a partition that is missing in the answer is sent again, alone and before anything else', async () => {
  const brokers = new Brokers()
  const clock = new SteppedClock()
  await using sender = senderTo(brokers, clock)
  let first = true
  brokers.answer = async (messages) => {
    const without = first ? [2] : []
    first = false
    return acknowledge(messages, without)
  }
  const one = sender.append('chat', texts('a', 'b', 'c', 'd'), [1, 2, 1, 2])
  await vi.waitFor(() => expect(brokers.requests.length).toBe(1))
  const other = sender.append('chat', texts('e'), [2])
  await clock.advanceUntil(Promise.all([one, other]))
  expect(brokers.requests.map((request) => request.texts)).toEqual([
    ['1:a', '1:c', '2:b', '2:d'],
    ['2:b', '2:d'],
    ['2:e'],
  ])
  expect(brokers.producers).toBe(1)
})

test('one request is under way at a time, and calls that wait meanwhile share the next', async () => {
  const brokers = new Brokers()
  await using sender = senderTo(brokers)
  const gate = Promise.withResolvers<void>()
  brokers.answer = async (messages) => {
    await gate.promise
    return acknowledge(messages)
  }
  const appends = [sender.append('chat', texts('a'), [1])]
  await vi.waitFor(() => expect(brokers.requests.length).toBe(1))
  for (const text of ['b', 'c', 'd']) appends.push(sender.append('views', texts(text), [1]))
  gate.resolve()
  await Promise.all(appends)
  expect(brokers.requests.map((request) => request.texts)).toEqual([['1:a'], ['1:b', '1:c', '1:d']])
  expect(brokers.overlaps).toBe(0)
})

test('after a failed request its producer is never used again', async () => {
  const brokers = new Brokers()
  await using sender = senderTo(brokers)
  brokers.answer = async () => {
    throw new Error('the connection is gone')
  }
  await expect(sender.append('chat', texts('a'), [1])).rejects.toThrow('the connection is gone')
  expect(brokers.cuts).toBe(1)
  brokers.answer = async (messages) => acknowledge(messages)
  await sender.append('chat', texts('b'), [1])
  expect(brokers.requests.map(({ producer }) => producer)).toEqual([1, 2])
})

test('without an acknowledgement an append is given up after its patience, and what waited behind it as well', async () => {
  const brokers = new Brokers()
  const clock = new SteppedClock()
  await using sender = senderTo(brokers, clock)
  brokers.answer = () => new Promise(() => {})
  const begun = clock.now()
  const rejected: number[] = []
  const append = (topic: string): Promise<void> =>
    sender.append(topic, texts('a'), [1]).catch((error: unknown) => {
      expect(error).toBeInstanceOf(LogUnavailableError)
      rejected.push(clock.now() - begun)
    })
  const stuck = append('chat')
  await vi.waitFor(() => expect(brokers.requests.length).toBe(1))
  const behind = append('views')
  await clock.advanceUntil(Promise.all([stuck, behind]))
  expect(rejected.length).toBe(2)
  for (const ms of rejected) {
    expect(ms).toBeGreaterThanOrEqual(APPEND_PATIENCE_MS)
    expect(ms).toBeLessThan(APPEND_PATIENCE_MS + 3_000)
  }
  brokers.answer = async (messages) => acknowledge(messages)
  await sender.append('chat', texts('b'), [1])
  expect(brokers.requests.at(-1)).toEqual({ producer: 2, texts: ['1:b'] })
})

test('closing sends what waits first, and takes nothing more', async () => {
  const brokers = new Brokers()
  const sender = senderTo(brokers)
  const appends = Array.from({ length: 10 }, (_, index) =>
    sender.append('chat', texts(String(index)), [index]),
  )
  await sender[Symbol.asyncDispose]()
  await Promise.all(appends)
  expect(brokers.requests.flatMap((request) => request.texts).length).toBe(10)
  await expect(sender.append('chat', texts('x'), [1])).rejects.toBeInstanceOf(LogUnavailableError)
})
