import kafkajs from 'kafkajs'
import RequestQueue from 'kafkajs/src/network/requestQueue/index.js'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import './kafka-client.ts'

const logger = { debug() {}, info() {}, warn() {}, error() {}, namespace: () => logger }

function requestQueue(): RequestQueue {
  return new RequestQueue({
    maxInFlightRequests: null,
    requestTimeout: 1_000,
    enforceRequestTimeout: false,
    clientId: 'test',
    broker: 'nowhere:1',
    logger,
  })
}

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

test('a connection without anything to send does not wake up', () => {
  const queue = requestQueue()
  const wakeUps = vi.spyOn(queue, 'checkPendingRequests')
  queue.checkPendingRequests()
  vi.advanceTimersByTime(10_000)
  expect(wakeUps).toHaveBeenCalledTimes(1)
  expect(vi.getTimerCount()).toBe(0)
})

test('what has to wait is still sent when its time has come', () => {
  const queue = requestQueue()
  const sent = vi.fn()
  // As after an answer by which the broker has asked for two seconds of silence.
  Object.assign(queue, { throttledUntil: Date.now() + 2_000 })
  const request = {
    entry: { correlationId: 1, resolve() {}, reject() {} },
    expectResponse: true,
    sendRequest: sent,
  }
  Reflect.apply(Reflect.get(queue, 'push'), queue, [request])
  vi.advanceTimersByTime(1_900)
  expect(sent).not.toHaveBeenCalled()
  vi.advanceTimersByTime(200)
  expect(sent).toHaveBeenCalledTimes(1)
  vi.advanceTimersByTime(60_000)
  expect(vi.getTimerCount()).toBe(0)
})

test('what zstd packs it unpacks again, whatever its size', async () => {
  const codec: {
    compress(encoder: { buffer: Buffer }): Promise<Buffer>
    decompress(buffer: Buffer): Promise<Buffer>
  } = kafkajs.CompressionCodecs[kafkajs.CompressionTypes.ZSTD]()
  for (const size of [0, 1, 100, 70_000, 3_000_000]) {
    const bytes = Buffer.from(Array.from({ length: size }, (_, index) => (index * index) % 61))
    const packed = await codec.compress({ buffer: bytes })
    expect((await codec.decompress(packed)).equals(bytes), `${size} bytes`).toBe(true)
    if (size > 1_000) expect(packed.length).toBeLessThan(size / 2)
  }
})
