/** The floor of the cluster bench: kafkajs alone, as it comes. A process of its own; its result goes to the parent. */
import kafkajs from 'kafkajs'
import { peakRssBytes } from './stopwatch.ts'

export interface BareRead {
  readonly records: number
  readonly seconds: number
  readonly cpuSeconds: number
  readonly peakRssBytes: number
  /** From one batch to the next, ms. */
  readonly batchMs: readonly number[]
}

interface BareOptions {
  readonly brokers: string
  readonly topic: string
  readonly group: string
  readonly records: number
}

const send = process.send?.bind(process)
if (send === undefined) throw new Error('This file is started by cluster-backlog-bench.ts.')
// The parent is `cluster-backlog-bench.ts`, which passes exactly this.
const { brokers, topic, group, records } = JSON.parse(process.argv[2] ?? '{}') as BareOptions
const { Kafka, logLevel, CompressionTypes, CompressionCodecs } = kafkajs
const { zstdCompressSync, zstdDecompressSync } = await import('node:zlib')
CompressionCodecs[CompressionTypes.ZSTD] = () => ({
  compress: async (encoder: { buffer: Buffer }) => zstdCompressSync(encoder.buffer),
  decompress: async (buffer: Buffer) => zstdDecompressSync(buffer),
})
const consumer = new Kafka({ brokers: brokers.split(','), logLevel: logLevel.NOTHING }).consumer({
  groupId: group,
  maxWaitTimeInMs: 200,
  maxBytesPerPartition: 524_288,
  allowAutoTopicCreation: false,
})
await consumer.connect()
await consumer.subscribe({ topics: [topic], fromBeginning: true })

let read = 0
let startedAt = 0
let lastAt = 0
let cpuBefore = process.cpuUsage()
const batchMs: number[] = []
const done = Promise.withResolvers<void>()
await consumer.run({
  autoCommit: false,
  eachBatch: async ({ batch }) => {
    const now = performance.now()
    if (read === 0) {
      startedAt = now
      cpuBefore = process.cpuUsage()
    } else batchMs.push(now - lastAt)
    lastAt = now
    read += batch.messages.length
    if (read >= records) done.resolve()
  },
})
await done.promise
const seconds = (performance.now() - startedAt) / 1_000
const { user, system } = process.cpuUsage(cpuBefore)
await consumer.disconnect()
send({
  records: read,
  seconds,
  cpuSeconds: (user + system) / 1_000_000,
  peakRssBytes: peakRssBytes(),
  batchMs,
} satisfies BareRead)
process.disconnect?.()
