/** One Kafka broker, or three. */
import { existsSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { NotReadyError, type ServerEndedError } from './errors.ts'
import { clusterIdIn, formatData } from './format-kafka.ts'
import { freePorts, LOOPBACK, requireFree } from './free-ports.ts'
import { ensureJars, KAFKA_JARS } from './jars.ts'
import { findJava } from './java.ts'
import {
  type BrokerPorts,
  type Detour,
  dataFolder,
  KAFKA_LOGGING,
  kafkaArguments,
  kafkaPaths,
  kafkaProperties,
} from './kafka-files.ts'
import { askKafka, isReady } from './kafka-probe.ts'
import { emptyFolder, type LocalServer, localServer } from './local-server.ts'

/** Whether one broker or a cluster that survives the loss of one. */
export type BrokerCount = 1 | 3

/** What all servers of this package are started with. */
export interface StartOptions {
  /** Where data, configuration and log are kept; made when it is not there. */
  readonly directory: string
  /** Takes a line for a person. */
  say?(line: string): void
  readonly signal?: AbortSignal
  /** Of Java, Maven and the cache; default this process's own. */
  readonly env?: NodeJS.ProcessEnv
  /** Told when a server that was ready ends, and nobody asked for it. */
  onUnexpectedEnd?(error: ServerEndedError): void
}

export interface KafkaOptions extends StartOptions {
  /** Default 1. */
  readonly brokers?: BrokerCount
  /** One per broker; default free ones. */
  readonly ports?: readonly number[]
  /** More ways to a single broker, for tests that put a proxy into one of them. */
  readonly detours?: readonly Detour[]
  /** Of the Java heap, per broker; default 512 for one, 320 for each of three. */
  readonly heapMegabytes?: number
}

/** Disposing kills every broker. */
export interface LocalKafka extends AsyncDisposable {
  readonly brokers: readonly LocalServer[]
  /** `host:port`, or several with commas, as clients want it. */
  readonly address: string
  /** Starts the brokers that are stopped, and waits until all know of each other. */
  start(signal?: AbortSignal): Promise<void>
  stop(): Promise<void>
  kill(): Promise<void>
  pause(): void
  resume(): void
}

const HEAP_ALONE_MEGABYTES = 512
const HEAP_OF_THREE_MEGABYTES = 320
/** A graceful stop of everything has 10 s; a broker whose fellows are gone would wait longer for them. */
const STOP_MS = 7_000
const TOGETHER_MS = 60_000
const ASK_EVERY_MS = 100

/**
 * Resolves when every broker answers and knows of the others.
 * @throws {LocalClusterError} of the kind that says what is missing.
 */
export async function startKafka(options: KafkaOptions): Promise<LocalKafka> {
  const { directory, signal, env = process.env, say = () => undefined } = options
  const count = options.brokers ?? 1
  const java = await findJava(env)
  const jars = await ensureJars(KAFKA_JARS, { env, say, signal })
  const cluster = await choosePorts(count, options.ports)
  const clusterId = await clusterIdIn(directory)
  if (options.detours !== undefined && count > 1) throw new RangeError('detours lead to one broker only')
  const detours = options.detours === undefined ? {} : { detours: options.detours }
  const heapMegabytes =
    options.heapMegabytes ?? (count === 1 ? HEAP_ALONE_MEGABYTES : HEAP_OF_THREE_MEGABYTES)

  const brokers = cluster.map(({ client }, index) => {
    const nodeId = index + 1
    const own = join(directory, `kafka-${nodeId}`)
    const address = `${LOOPBACK}:${client}`
    return localServer(
      {
        name: count === 1 ? 'Kafka' : `Kafka broker ${nodeId}`,
        address,
        directory: own,
        file: java,
        args: kafkaArguments({ jars, directory: own, heapMegabytes }),
        stopMs: STOP_MS,
        async prepare(starting) {
          const paths = kafkaPaths(own)
          await writeFile(paths.properties, kafkaProperties({ nodeId, cluster, directory: own, ...detours }))
          await writeFile(paths.logging, KAFKA_LOGGING)
          await emptyFolder(paths.temporary)
          if (!existsSync(join(dataFolder(own), 'meta.properties'))) {
            await formatData({ java, jars, directory: own, clusterId, signal: starting })
          }
        },
        ask: async () => isReady(await askKafka(LOOPBACK, client), address, 1),
      },
      { onUnexpectedEnd: options.onUnexpectedEnd },
    )
  })
  const kafka = together(brokers)
  try {
    await kafka.start(signal)
  } catch (error) {
    await kafka.kill()
    throw error
  }
  return kafka
}

async function choosePorts(count: number, given?: readonly number[]): Promise<BrokerPorts[]> {
  if (given !== undefined && given.length !== count) {
    throw new RangeError(`${given.length} ports are given for ${count} Kafka brokers`)
  }
  await requireFree((given ?? []).map((port) => ({ port, what: 'Kafka' })))
  const free = await freePorts(count * 2)
  return Array.from({ length: count }, (_, index) => ({
    client: given?.[index] ?? free[index] ?? 0,
    controller: free[count + index] ?? 0,
  }))
}

function together(brokers: readonly LocalServer[]): LocalKafka {
  const each = async (act: (broker: LocalServer) => Promise<void>): Promise<void> => {
    await Promise.all(brokers.map(act))
  }
  const kill = (): Promise<void> => each((broker) => broker.kill())
  return {
    brokers,
    address: brokers.map(({ address }) => address).join(','),
    async start(signal) {
      // At once: none of three is ready before a second one is there.
      await each(async (broker) => {
        if (broker.state === 'stopped') await broker.start(signal)
      })
      await untilTogether(brokers, signal)
    },
    stop: () => each((broker) => broker.stop()),
    kill,
    pause() {
      for (const broker of brokers) broker.pause()
    },
    resume() {
      for (const broker of brokers) broker.resume()
    },
    [Symbol.asyncDispose]: kill,
  }
}

/** Until every broker tells of every other: then topics can have all their copies. */
async function untilTogether(brokers: readonly LocalServer[], signal?: AbortSignal): Promise<void> {
  const deadline = performance.now() + TOGETHER_MS
  for (;;) {
    signal?.throwIfAborted()
    const known = await Promise.all(
      brokers.map(async ({ address }) => {
        const answer = await askKafka(LOOPBACK, Number(address.split(':')[1]))
        return isReady(answer, address, brokers.length)
      }),
    ).catch(() => [false]) // one that is busy for a moment is asked again, until the deadline
    if (known.every((all) => all)) return
    if (performance.now() > deadline) {
      throw new NotReadyError(
        `The ${brokers.length} Kafka brokers did not find each other within ${TOGETHER_MS / 1_000} s.`,
        'The machine may be short of memory or time; try again when it is less busy.',
      )
    }
    await sleep(ASK_EVERY_MS)
  }
}
