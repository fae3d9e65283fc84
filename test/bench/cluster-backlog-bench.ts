/**
 * A backlog on real Kafka through one stream job, a process of its own, to durable rows in a real Cassandra; beside
 * it, in the same run, the floor: a bare kafkajs consumer that only reads.
 */
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import type { Backend } from '@smacktalk/backend'
import { CHECKPOINTS_PARTITION, checkpointRow, clocksPartition } from '@smacktalk/contract'
import { decodeRow, encodeRecord } from '@smacktalk/wire'
import type { BareRead } from './bare-consumer.ts'
import { type BenchCluster, COMMIT_LOG_SYNC, openBenchCluster } from './bench-cluster.ts'
import type { BenchResult } from './bench-result.ts'
import { SimulatedLog } from './simulated-log.ts'

const BARE_CONSUMER = fileURLToPath(new URL('./bare-consumer.ts', import.meta.url))
const SEED = 5
const CHANNELS = 100
const MESSAGES_PER_SECOND = 10_000
const PIECE_MS = 1_000
/** The backlog ends this long before it is appended. */
const SINCE_MS = 60_000
const POLL_MS = 50

/** The bare consumer's result and the job's. */
export async function benchClusterBacklog(records: number): Promise<BenchResult[]> {
  await using cluster = await openBenchCluster('backlog')
  await using backend = await cluster.open()
  const log = await fill(backend, records)
  const bare = await readBare(cluster, log.records)
  return [bare, await foldBacklog(cluster, backend, log)]
}

interface Filled {
  readonly records: number
  readonly messages: number
  readonly ends: readonly number[]
}

async function fill({ log }: Backend, records: number): Promise<Filled> {
  const spanMs = (records / MESSAGES_PER_SECOND) * 1_000
  const simulated = new SimulatedLog({
    seed: SEED,
    channels: CHANNELS,
    messagesPerSecond: MESSAGES_PER_SECOND,
    records,
    pieceMs: PIECE_MS,
    startMs: Date.now() - SINCE_MS - spanMs,
  })
  for (const piece of simulated.pieces()) {
    await log.append(
      'chat',
      piece.records.map(({ record }) => ({ key: record.value.channelId, value: encodeRecord(record) })),
    )
  }
  const ends: number[] = []
  for (let partition = 0; partition < log.partitions; partition++) {
    ends.push((await log.extent('chat', partition)).end)
  }
  return { records: simulated.expected.records, messages: simulated.expected.messageIds.size, ends }
}

async function foldBacklog(cluster: BenchCluster, { store }: Backend, log: Filled): Promise<BenchResult> {
  await using job = cluster.roles.start('stream-job')
  await job.ready()
  const atMs: number[] = []
  let startedAt: number | null = null
  let folded = 0
  while (folded < log.records) {
    await sleep(POLL_MS)
    folded = await job.metric('smacktalk_job_records')
    if (folded > 0) startedAt ??= performance.now()
    atMs.push(performance.now())
    if (job.process.exitCode !== null) throw new Error(job.context())
  }
  while (!(await isCommitted(store, log.ends))) await sleep(POLL_MS)
  const seconds = (performance.now() - (startedAt ?? performance.now())) / 1_000
  const cpuSeconds = await job.metric('process_cpu_seconds_total')
  const peakRssBytes = job.peakRssBytes()
  const ending = await job.stop()
  return {
    name: 'cluster-backlog',
    work:
      `one stream-job process folds ${log.records} records of ${CHANNELS} channels from Kafka (64 partitions) and ` +
      `writes every row and position to Cassandra (commit log: ${COMMIT_LOG_SYNC}); broker and store on the same ` +
      'cores; CPU and memory are those of the job alone, its start included.',
    records: log.records,
    seconds,
    cpuSeconds,
    peakRssBytes,
    times: { what: 'between two looks', ms: atMs.slice(1).map((ms, index) => ms - atMs[index]!) },
    differences: [
      ...(await differentCounts(store, log)),
      ...(ending.code === 0 ? [] : [`The job ended with ${ending.code ?? ending.signal}.`]),
    ],
  }
}

async function isCommitted(store: Backend['store'], ends: readonly number[]): Promise<boolean> {
  const rows = await store.load('checkpoints', CHECKPOINTS_PARTITION)
  const positions = new Map(rows.map(({ row, position }) => [row, position]))
  return ends.every((end, partition) => (positions.get(checkpointRow(partition)) ?? -1) >= end - 1)
}

async function differentCounts(store: Backend['store'], log: Filled): Promise<string[]> {
  let messages = 0
  let records = 0
  for (const partition of log.ends.keys()) {
    for (const { value } of await store.load('clocks', clocksPartition(partition))) {
      const { account } = decodeRow('clock', value)
      messages += account.messages
      records += account.messages + account.events + account.duplicates + account.late
      for (const { count } of account.dropped) records += count
    }
  }
  const differences: string[] = []
  if (records !== log.records)
    differences.push(`${log.records} records in the log, ${records} in the account.`)
  if (messages !== log.messages)
    differences.push(`${log.messages} distinct messages sent, ${messages} counted.`)
  return differences
}

/** In a process of its own, so that its CPU is nobody else's. */
async function readBare({ kafka, roles }: BenchCluster, records: number): Promise<BenchResult> {
  const options = {
    brokers: kafka,
    topic: `${roles.topicPrefix}chat`,
    group: `${roles.topicPrefix}bare`,
    records,
  }
  const child = fork(BARE_CONSUMER, [JSON.stringify(options)], { serialization: 'advanced' })
  let read: BareRead | null = null
  // The other end is `bare-consumer.ts`, which says exactly one thing.
  child.on('message', (message) => {
    read = message as BareRead
  })
  const [code] = await once(child, 'exit')
  const done = read as BareRead | null
  if (done === null) throw new Error(`The bare consumer ended with code ${code} and without a result.`)
  return {
    name: 'cluster-floor',
    work: 'a bare kafkajs consumer reads the same topic and does nothing with it.',
    ...done,
    times: { what: 'batch', ms: done.batchMs },
    differences: done.records === records ? [] : [`${records} records in the log, ${done.records} read.`],
  }
}
