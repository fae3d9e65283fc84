/** Chooses what log and store are kept in; nobody else knows which it is. */
import { SCHEMAS_PARTITION } from '@smacktalk/contract'
import { openEmbedded } from '@smacktalk/embedded'
import type { Clock, EventLog, RowStore } from '@smacktalk/ports'
import type { Logger, Settings } from '@smacktalk/runtime'
import { allSchemas } from '@smacktalk/wire'

export interface BackendOptions {
  readonly clock: Clock
  readonly logger: Logger
  /** Folder of this source's data; created when absent. */
  readonly directory: string
}

/** An open log and store. Disposing closes both and frees the data for other processes. */
export interface Backend extends AsyncDisposable {
  readonly kind: Settings['backend']
  readonly log: EventLog
  readonly store: RowStore
}

/**
 * Opens log and store and registers this build's schemas. Throws DataLockedError when another process works on
 * the same data.
 */
export async function openBackend(
  settings: Pick<Settings, 'backend' | 'logRetentionMs' | 'rowRetentionDays'>,
  options: BackendOptions,
): Promise<Backend> {
  switch (settings.backend) {
    case 'embedded': {
      const { logRetentionMs, rowRetentionDays } = settings
      const embedded = await openEmbedded({ ...options, logRetentionMs, rowRetentionDays })
      return registered({
        kind: 'embedded',
        log: embedded.log,
        store: embedded.store,
        [Symbol.asyncDispose]: () => embedded[Symbol.asyncDispose](),
      })
    }
  }
}

async function registered(backend: Backend): Promise<Backend> {
  try {
    await registerSchemas(backend.store)
    return backend
  } catch (error) {
    await backend[Symbol.asyncDispose]()
    throw error
  }
}

/** A fingerprint stands for the same JSON for ever, so its row never changes and any write time will do. */
const SCHEMA_WRITTEN_AT = 1

/** Writes every schema of this build, so that a reader of another build can resolve our records. */
export async function registerSchemas(store: RowStore): Promise<void> {
  const utf8 = new TextEncoder()
  await store.write(
    allSchemas().map(({ fingerprint, json }) => ({
      table: 'schemas',
      partition: SCHEMAS_PARTITION,
      row: fingerprint,
      position: 0,
      writtenAt: SCHEMA_WRITTEN_AT,
      value: utf8.encode(json),
    })),
  )
}
