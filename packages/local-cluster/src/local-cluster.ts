/** Kafka and Cassandra together, in one folder. */
import type { CommitLogSync } from './cassandra-files.ts'
import { claimFolder } from './cluster-folder.ts'
import { requireFree } from './free-ports.ts'
import type { LocalServer } from './local-server.ts'
import { startCassandra } from './start-cassandra.ts'
import { type BrokerCount, type LocalKafka, type StartOptions, startKafka } from './start-kafka.ts'

export interface LocalClusterOptions extends StartOptions {
  /** Default 1. */
  readonly brokers?: BrokerCount
  /** One per broker; default free ones. */
  readonly kafkaPorts?: readonly number[]
  /** Default a free one. */
  readonly cassandraPort?: number
  /** See `CassandraOptions`. */
  readonly commitLogSync?: CommitLogSync
  /** Deletes what an earlier cluster left in the folder. */
  readonly fresh?: boolean
}

/** Disposing kills what still runs; the data stays. */
export interface LocalCluster extends AsyncDisposable {
  readonly kafka: LocalKafka
  readonly cassandra: LocalServer
  /** As settings and tests want them: `host:port`, Kafka's with commas when there are several. */
  readonly addresses: { readonly kafka: string; readonly cassandra: string }
  /** Graceful, both at once. */
  stop(): Promise<void>
}

/**
 * Resolves when everything answers.
 * @throws {LocalClusterError} of the kind that says what is missing; then nothing is left running.
 */
export async function startLocalCluster(options: LocalClusterOptions): Promise<LocalCluster> {
  const { directory, brokers = 1, kafkaPorts, cassandraPort, commitLogSync, fresh = false, ...rest } = options
  await using held = new AsyncDisposableStack()
  held.use(await claimFolder({ directory, brokers, fresh }))
  await requireFree([
    ...(kafkaPorts ?? []).map((port) => ({ port, what: 'Kafka' })),
    ...(cassandraPort === undefined ? [] : [{ port: cassandraPort, what: 'Cassandra' }]),
  ])
  // One that fails stops the other's start, too.
  const failure = new AbortController()
  const signal = rest.signal === undefined ? failure.signal : AbortSignal.any([rest.signal, failure.signal])
  const stopOther = (error: unknown): never => {
    failure.abort()
    throw error
  }
  const startingKafka = startKafka({
    ...rest,
    directory,
    brokers,
    signal,
    ...(kafkaPorts !== undefined && { ports: kafkaPorts }),
  })
  const startingCassandra = startCassandra({
    ...rest,
    directory,
    signal,
    ...(cassandraPort !== undefined && { port: cassandraPort }),
    ...(commitLogSync !== undefined && { commitLogSync }),
  })
  const [kafka, cassandra] = await Promise.allSettled([
    startingKafka.catch(stopOther),
    startingCassandra.catch(stopOther),
  ])
  if (kafka.status === 'fulfilled') held.use(kafka.value)
  if (cassandra.status === 'fulfilled') held.use(cassandra.value)
  if (kafka.status === 'rejected' || cassandra.status === 'rejected') {
    throw firstReason([kafka, cassandra], failure.signal)
  }
  const running = held.move()
  return {
    kafka: kafka.value,
    cassandra: cassandra.value,
    addresses: { kafka: kafka.value.address, cassandra: cassandra.value.address },
    async stop() {
      await Promise.all([kafka.value.stop(), cassandra.value.stop()])
    },
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  }
}

/** The failure itself, not what it did to the other start. */
function firstReason(results: readonly PromiseSettledResult<unknown>[], stopped: AbortSignal): unknown {
  const reasons = results.flatMap((result) => (result.status === 'rejected' ? [result.reason] : []))
  return reasons.find((reason) => reason !== stopped.reason) ?? reasons[0]
}
