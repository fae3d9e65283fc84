/** A role says once a second that it is alive, what it works on and how it goes. */
import { randomBytes } from 'node:crypto'
import { hostname } from 'node:os'
import { INSTANCE_EVERY_MS, INSTANCES_PARTITION, type Instance, type Role } from '@smacktalk/contract'
import { type Clock, PipelineError, type RowStore } from '@smacktalk/ports'
import type { Logger } from '@smacktalk/runtime'
import { encodeFeed } from '@smacktalk/wire'

/** The last sign of life waits no longer than this for the store: a stop has ten seconds for everything. */
const GOODBYE_MS = 1_000

/** What only the role knows; the rest of a row is the same for all of them. */
export type InstanceFigures = Partial<
  Omit<Instance, 'id' | 'role' | 'host' | 'startedAt' | 'updatedAt' | 'version' | 'stopping'>
>

export interface AnnounceOptions {
  readonly store: Pick<RowStore, 'write'>
  readonly clock: Clock
  readonly logger: Logger
  readonly id: string
  readonly role: Role
  readonly version: string
  /** Asked before each sign of life. */
  readonly figures: () => InstanceFigures
  /** Told after each sign of life: null when it is stored, else why the store could not be reached. */
  readonly onSign?: (trouble: PipelineError | null) => void
}

/** Disposing says that the role stops, then nothing any more. */
export interface Announcement extends AsyncDisposable {
  /** Resolves after disposal; rejects when the store refuses a row for good. */
  readonly finished: Promise<void>
}

/** Names this process among all of a cluster, those before and after a restart too: 48 random bits. */
export const PROCESS_TOKEN: string = randomBytes(6).toString('base64url')

export function instanceId(role: Role): string {
  return `${role}-${hostname()}-${PROCESS_TOKEN}`
}

/** Begins at once. A store that cannot be reached is passed over in silence: whoever reads sees the silence. */
export function announce(options: AnnounceOptions): Announcement {
  const { store, clock, logger, id, role, version } = options
  const startedAt = clock.now()
  const host = hostname()
  const stopping = new AbortController()
  let writtenAt = 0

  async function write(isStopping: boolean): Promise<void> {
    const updatedAt = clock.now()
    // The write time decides which row wins; it must grow even when the clock does not.
    writtenAt = Math.max(writtenAt + 1, updatedAt * 1_000)
    const instance: Instance = {
      ...{ troubles: [], hops: [], partitions: [], lastTakeOver: null, emoteSources: [] },
      ...{ wanted: null, joined: null, confirmed: null, connections: [], clients: null, watched: [] },
      ...{ ingestor: null, ingestGroup: null, identity: null },
      ...options.figures(),
      ...{ id, role, host, startedAt, updatedAt, version, stopping: isStopping },
    }
    const place = { table: 'instances', partition: INSTANCES_PARTITION, row: id } as const
    const value = encodeFeed('instance', instance)
    try {
      await store.write([{ ...place, position: writtenAt, writtenAt, value }])
      options.onSign?.(null)
    } catch (error) {
      if (!(error instanceof PipelineError && error.retriable)) throw error
      options.onSign?.(error)
      logger.debug('A sign of life could not be stored', { error })
    }
  }

  async function run(): Promise<void> {
    while (!stopping.signal.aborted) {
      await write(false)
      await clock.sleep(INSTANCE_EVERY_MS, stopping.signal)
    }
    await write(true)
  }

  const finished = run()
  // Whoever awaits `finished` sees the failure; until then it must not count as unhandled.
  finished.catch((error: unknown) => logger.error('Signs of life cannot be stored', { error }))
  async function stop(): Promise<void> {
    stopping.abort()
    const said = new AbortController()
    // A failure is told by `finished`; here it only means that there is nothing to wait for.
    const goodbye = finished.then(undefined, () => undefined)
    await Promise.race([goodbye, clock.sleep(GOODBYE_MS, said.signal)])
    said.abort()
  }

  let disposal: Promise<void> | undefined
  return {
    finished,
    [Symbol.asyncDispose]() {
      disposal ??= stop()
      return disposal
    },
  }
}
