import { type Clock, LogUnavailableError } from '@smacktalk/ports'
import type { Cluster, KafkaClient } from './kafka-client.ts'
import { withPatience } from './patience.ts'

export interface LinkOptions {
  /** Opens a client with connections of its own. */
  readonly connect: () => KafkaClient
  readonly clock: Clock
  /** Topics whose partitions and leaders are wanted, by their names in Kafka. */
  readonly topics: readonly string[]
  /** As an error of the port; `doing` completes "Kafka at ... <doing>". */
  readonly failure: (doing: string, error: unknown) => unknown
}

interface Line {
  readonly client: KafkaClient
  readonly cluster: Cluster
}

/**
 * Connections to the brokers for reading without a group. After a failure they are thrown away and made anew: of
 * what kafkajs then still believes about brokers and leaders nothing need be mended.
 */
export class BrokerLink implements AsyncDisposable {
  readonly #options: LinkOptions
  #line: Promise<Line> | null = null
  readonly #closing = new AbortController()

  constructor(options: LinkOptions) {
    this.#options = options
  }

  /** Runs `action` until it succeeds or has failed for `ms`; it may run several times. */
  async run<T>(
    doing: string,
    ms: number,
    action: (cluster: Cluster) => Promise<T>,
    signal?: AbortSignal,
  ): Promise<T> {
    const { clock, failure } = this.#options
    const closing = this.#closing.signal
    const patience = {
      clock,
      ms,
      failure: (error: unknown) => failure(doing, error),
      signal: signal === undefined ? closing : AbortSignal.any([signal, closing]),
    }
    return await withPatience(patience, async () => {
      const opening = this.#open()
      try {
        const { cluster } = await opening
        return await action(cluster)
      } catch (error) {
        this.#discard(opening)
        throw error
      }
    })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closing.abort(new LogUnavailableError('The log is closed', 'It is closed when the program stops.'))
    const line = this.#line
    this.#line = null
    if (line !== null) await cut(line)
  }

  #open(): Promise<Line> {
    this.#line ??= this.#connect()
    return this.#line
  }

  async #connect(): Promise<Line> {
    const client = this.#options.connect()
    try {
      const cluster = client.cluster()
      await cluster.connect()
      await cluster.addMultipleTargetTopics([...this.#options.topics])
      return { client, cluster }
    } catch (error) {
      client.cut()
      throw error
    }
  }

  /** Several callers may fail on the same connections; they are thrown away once. */
  #discard(line: Promise<Line>): void {
    if (this.#line !== line) return
    this.#line = null
    void cut(line)
  }
}

/** Without a goodbye: it would wait for answers that nobody wants any more. */
async function cut(line: Promise<Line>): Promise<void> {
  try {
    const { client } = await line
    client.cut()
  } catch {
    // It never came to be; whoever opened it has been told.
  }
}
