/** Log and store in Kafka and Cassandra. Loaded only where they are used, so that nobody else pays for their clients. */
import {
  migrateTables,
  migrateTopics,
  openCassandraStore,
  openKafkaLog,
  StoreSchemaError,
  TopicsNotReadyError,
} from '@smacktalk/cluster'
import { type EventLog, PipelineError, type RowStore } from '@smacktalk/ports'
import type { Backend, BackendOptions, BackendSettings } from './backend.ts'
import { clusterPlaces } from './cluster-places.ts'
import { LateLog } from './late-log.ts'
import type { Open } from './late-opening.ts'
import { LateStore } from './late-store.ts'
import { type Patience, patiently } from './patience.ts'
import { registerSchemas } from './schemas.ts'

/**
 * Whoever used the connections has ended; what still waits for a server that is away waits in vain. Part of the ten
 * seconds of a stop.
 */
const CLOSE_MS = 2_000

export async function openCluster(settings: BackendSettings, options: BackendOptions): Promise<Backend> {
  const { clock, logger, source = 'twitch', patience = null, mayBeLate = [] } = options
  const { needed = (['log', 'store'] as const).filter((part) => !mayBeLate.includes(part)) } = options
  const places = clusterPlaces(settings, source)
  await using opened = new AsyncDisposableStack()

  const openStore = (patience: Patience | null): Promise<RowStore> => {
    const what = `Cassandra at ${settings.cassandra.contactPoints.join(', ')}`
    const isNeeded = needed.includes('store')
    return patiently({ what, isNeeded, clock, patience, isPassing }, async () => {
      const { rowRetentionDays } = settings
      const store = await openCassandraStore({ settings: places.cassandra, rowRetentionDays, clock, logger })
      return options.readOnly === true ? store : registered(store)
    })
  }
  const openLog = (patience: Patience | null): Promise<EventLog> => {
    const what = `Kafka at ${settings.kafka.brokers.join(', ')}`
    const isNeeded = needed.includes('log')
    return patiently({ what, isNeeded, clock, patience, isPassing }, () =>
      openKafkaLog({ settings: places.kafka, clientId: options.clientId ?? 'smacktalk', clock, logger }),
    )
  }

  const failures: Promise<never>[] = []
  const late = <T extends EventLog | RowStore>(made: T & { readonly failed: Promise<never> }): T => {
    failures.push(made.failed)
    return opened.use(made)
  }
  const store =
    patience !== null && mayBeLate.includes('store')
      ? late(new LateStore(inBackground(openStore, patience)))
      : opened.use(await openStore(patience))
  const log =
    patience !== null && mayBeLate.includes('log')
      ? late(new LateLog(places.kafka.partitions, inBackground(openLog, patience)))
      : opened.use(await openLog(patience))
  const owned = opened.move()
  return {
    kind: 'cluster',
    log,
    store,
    failed: firstOf(failures),
    async [Symbol.asyncDispose]() {
      const closed = new AbortController()
      const closing = owned.disposeAsync().finally(() => closed.abort())
      const late = clock.sleep(CLOSE_MS, closed.signal).then(() => {
        if (!closed.signal.aborted) logger.warn('The connections did not close in time; they are left behind')
      })
      await Promise.race([closing, late])
    },
  }
}

/** It goes on until it is disposed, not until somebody stops the process: what is written on the way out may need it. */
function inBackground<T>(open: (patience: Patience) => Promise<T>, { waiting }: Patience): Open<T> {
  return (signal, because) =>
    open({
      signal,
      waiting(wait) {
        if (wait.reason !== null) because(wait.reason)
        waiting(wait)
      },
    })
}

function firstOf(failures: readonly Promise<never>[]): Promise<never> {
  const { promise, reject } = Promise.withResolvers<never>()
  for (const failure of failures) failure.catch(reject)
  return promise
}

async function registered(store: RowStore): Promise<RowStore> {
  try {
    await registerSchemas(store)
    return store
  } catch (error) {
    await store[Symbol.asyncDispose]()
    throw error
  }
}

/** Away, or not created yet: somebody will start it, or run `migrate`. */
function isPassing(error: unknown): boolean {
  const isMissing = error instanceof StoreSchemaError || error instanceof TopicsNotReadyError
  return isMissing || (error instanceof PipelineError && error.retriable)
}

/** How long somebody who migrates at the same time may take to finish a table that we see and cannot use yet. */
const HALF_MADE_MS = 30_000
const LOOK_AGAIN_MS = 1_000

/** Creates or upgrades topics, keyspace and tables; gives back a line for each thing it did or found. */
export async function migrateCluster(settings: BackendSettings, options: BackendOptions): Promise<string[]> {
  const { clock, logger, source = 'twitch' } = options
  const { kafka, cassandra } = clusterPlaces(settings, source)
  const { logRetentionMs, rowRetentionDays } = settings
  const topics = await migrateTopics({ settings: kafka, logRetentionMs, clock, logger })
  const until = clock.now() + HALF_MADE_MS
  for (;;) {
    try {
      const tables = await migrateTables({ settings: cassandra, rowRetentionDays, clock, logger })
      const found = `The tables of keyspace ${cassandra.keyspace} are there.`
      return [...topics, ...(tables.length === 0 ? [found] : tables)]
    } catch (error) {
      if (!(error instanceof StoreSchemaError) || clock.now() >= until) throw error
      logger.debug('A table is half made; looking again', { error })
      await clock.sleep(LOOK_AGAIN_MS)
    }
  }
}
