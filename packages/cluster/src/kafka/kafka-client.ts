/**
 * The only file that knows kafkajs. The library is frozen (last release February 2023), so it is treated like code
 * of our own that may not be edited: pinned exactly, and what has to be mended is mended here, before any client.
 */
import { connect as connectPlain, isIP, type Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'
import { constants, zstdCompressSync, zstdDecompressSync } from 'node:zlib'
import type { Clock } from '@smacktalk/ports'
import kafkajs, {
  type Admin,
  type Assigner,
  type Cluster,
  type CompressionTypes as Compression,
  type Consumer,
  type ConsumerConfig,
  type ISocketFactoryArgs,
  type Producer,
  type SASLOptions,
} from 'kafkajs'
import RequestQueue from 'kafkajs/src/network/requestQueue/index.js'
import { type KafkaReport, reportReader } from './kafka-reports.ts'
import type { KafkaSettings } from './kafka-settings.ts'

export type {
  Admin,
  Assigner,
  Cluster,
  Consumer,
  EachBatchPayload,
  GroupMember,
  KafkaMessage,
  Message,
  Producer,
  RecordMetadata,
  TopicMessages,
} from 'kafkajs'
export type { Compression }

// By name Node finds only some of what a CommonJS package exports; the codecs and the errors are not among them.
const {
  AssignerProtocol,
  CompressionCodecs,
  CompressionTypes,
  ConfigResourceTypes,
  Kafka,
  logLevel,
  Partitioners,
} = kafkajs

export { AssignerProtocol, CompressionTypes, ConfigResourceTypes }

/**
 * Without this every connection re-arms a timer of 1 ms for ever, because the delay comes out hugely negative
 * (kafkajs#1704): thousands of wake-ups a second in an idle process.
 */
const schedule = RequestQueue.prototype.scheduleCheckPendingRequests
RequestQueue.prototype.scheduleCheckPendingRequests = function (this: RequestQueue): void {
  if (this.pending.length > 0 || this.throttledUntil > Date.now()) schedule.call(this)
}

/**
 * kafkajs brings gzip only. The synchronous calls: for blocks of this size the others cost four times as much. The
 * fastest level packs chat no worse than the default, and a size known beforehand spares memory that is set up for
 * nothing: together a third of the time.
 */
CompressionCodecs[CompressionTypes.ZSTD] = () => ({
  compress: async ({ buffer }: { readonly buffer: Buffer }) =>
    zstdCompressSync(buffer, {
      params: { [constants.ZSTD_c_compressionLevel]: ZSTD_LEVEL },
      pledgedSrcSize: buffer.length,
    }),
  decompress: async (buffer: Buffer) => zstdDecompressSync(buffer),
})

const ZSTD_LEVEL = 1

/** A loaded machine may take longer than kafkajs' own second to accept a connection. */
const CONNECT_MS = 3_000
/** A broker that has not answered by then is taken for gone; several tries fit into the patience of an append. */
export const REQUEST_MS = 10_000
/** Tries inside one call of kafkajs, some 3 s in all; whoever calls has a loop with a patience of its own. */
const CALL_RETRIES = 5
const RETRY = { initialRetryTime: 100, factor: 0.2, multiplier: 2, maxRetryTime: 1_000 }
/** Keeps middle boxes from forgetting a quiet connection. */
const KEEP_ALIVE_MS = 60_000
/** How long a friendly goodbye may take before connections are cut. */
const GOODBYE_MS = 5_000

export interface KafkaClientOptions {
  readonly settings: KafkaSettings
  /** Named in the broker's logs and quotas. */
  readonly clientId: string
  readonly clock: Clock
  /** Told what kafkajs has to say at level warning and above. */
  readonly report: (report: KafkaReport) => void
  /**
   * How often one call is tried, about once a second. kafkajs nests such tries, and the innermost that runs out ends
   * them all, so there is one number for everything.
   */
  readonly retries?: number
}

export type ConsumerOptions = Omit<ConsumerConfig, 'retry' | 'allowAutoTopicCreation'>

/** One client with connections of its own, which can be cut: kafkajs itself waits for answers before it lets go. */
export class KafkaClient implements AsyncDisposable {
  readonly #clock: Clock
  readonly #retry: typeof RETRY & { readonly retries: number }
  readonly #kafka: InstanceType<typeof Kafka>
  readonly #sockets = new Set<Socket>()
  readonly #goodbyes: (() => Promise<void>)[] = []
  #cut = false

  constructor({ settings, clientId, clock, report, retries = CALL_RETRIES }: KafkaClientOptions) {
    this.#retry = { ...RETRY, retries }
    this.#clock = clock
    this.#kafka = new Kafka({
      clientId,
      brokers: [...settings.brokers],
      ...(settings.ssl === null ? {} : { ssl: settings.ssl.ca === null ? true : { ca: [settings.ssl.ca] } }),
      // A copy, because kafkajs keeps things of its own in it.
      ...(settings.sasl === null ? {} : { sasl: { ...settings.sasl } as SASLOptions }),
      connectionTimeout: CONNECT_MS,
      requestTimeout: REQUEST_MS,
      retry: this.#retry,
      socketFactory: (target) => this.#connect(target),
      logLevel: logLevel.WARN,
      logCreator: () => reportReader(report),
    })
  }

  /**
   * Idempotent. With finitely many tries, so that a send that was given up ends by itself; kafkajs warns that this
   * may break exactness, see record-sender.ts for what holds and why.
   */
  producer(): Producer {
    const producer = this.#kafka.producer({
      idempotent: true,
      allowAutoTopicCreation: false,
      createPartitioner: Partitioners.DefaultPartitioner,
      retry: this.#retry,
    })
    this.#goodbyes.push(() => producer.disconnect())
    return producer
  }

  /** A consumer that never restarts by itself: whoever holds it hears of a CRASH and decides. */
  consumer(options: ConsumerOptions): Consumer {
    const consumer = this.#kafka.consumer({
      ...options,
      allowAutoTopicCreation: false,
      retry: { ...this.#retry, restartOnFailure: async () => false },
    })
    this.#goodbyes.push(() => consumer.disconnect())
    return consumer
  }

  admin(): Admin {
    const admin = this.#kafka.admin()
    this.#goodbyes.push(() => admin.disconnect())
    return admin
  }

  /**
   * The connections themselves, for reading ranges and offsets without joining a group. kafkajs hands them to the
   * assignors of a consumer, and to nobody else; this consumer is never started.
   */
  cluster(): Cluster {
    const given: { cluster: Cluster | null } = { cluster: null }
    const never = (): never => {
      throw new Error('a consumer that never joins a group assigns nothing')
    }
    const assigner = ({ cluster }: { cluster: Cluster }): Assigner => {
      given.cluster = cluster
      return { name: 'none', version: 0, assign: never, protocol: never }
    }
    this.#kafka.consumer({ groupId: 'none', partitionAssigners: [assigner], allowAutoTopicCreation: false })
    const { cluster } = given
    if (cluster === null) throw new Error('kafkajs no longer hands its connections to assignors')
    this.#goodbyes.push(() => cluster.disconnect())
    return cluster
  }

  /** Says goodbye (a consumer leaves its group), for a limited time; then nothing of it is left. */
  async [Symbol.asyncDispose](): Promise<void> {
    const patience = new AbortController()
    const goodbyes = Promise.allSettled(this.#goodbyes.map((goodbye) => goodbye()))
    await Promise.race([goodbyes, this.#clock.sleep(GOODBYE_MS, patience.signal)])
    patience.abort()
    this.cut()
  }

  /** Ends every connection at once; what is under way fails, and nothing connects any more. */
  cut(): void {
    this.#cut = true
    for (const socket of this.#sockets) socket.destroy(new Error('The connection was given up'))
  }

  #connect({ host, port, ssl, onConnect }: ISocketFactoryArgs): Socket {
    if (this.#cut) throw new Error('The client was given up')
    // kafkajs' own factory does the same, without the last two lines.
    const name = isIP(host) === 0 ? { servername: host } : {}
    const socket = ssl
      ? connectTls({ host, port, ...name, ...ssl }, onConnect)
      : connectPlain({ host, port }, onConnect)
    socket.setKeepAlive(true, KEEP_ALIVE_MS)
    socket.setNoDelay(true)
    this.#sockets.add(socket)
    socket.once('close', () => this.#sockets.delete(socket))
    return socket
  }
}
