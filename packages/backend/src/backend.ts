/** Chooses what log and store are kept in; nobody else knows which it is. */
import { existsSync } from 'node:fs'
import { openEmbedded, openEmbeddedToRead } from '@smacktalk/embedded'
import type { Clock, EventLog, RowStore } from '@smacktalk/ports'
import type { Logger, Settings } from '@smacktalk/runtime'
import type { DataSource } from './cluster-places.ts'
import { type Finding, ok, warn } from './finding.ts'
import type { Patience } from './patience.ts'
import { registerSchemas } from './schemas.ts'

export type BackendSettings = Pick<
  Settings,
  'backend' | 'logRetentionMs' | 'rowRetentionDays' | 'kafka' | 'cassandra'
>

export interface BackendOptions {
  readonly clock: Clock
  readonly logger: Logger
  /** Embedded: folder of this source's data; created when absent. */
  readonly directory: string
  /** Cluster: whose data; Twitch's by default. */
  readonly source?: DataSource
  /** Cluster: how this process is named to the brokers. */
  readonly clientId?: string
  /** Only to read: nothing is created, registered or locked; embedded data may belong to a running product. */
  readonly readOnly?: boolean
  /** Cluster: what to do while a broker or the store is not there; null, as by default, is to fail. */
  readonly patience?: Patience | null
  /** Cluster, with patience: what opens in the background; until then its calls are refused as unavailable. */
  readonly mayBeLate?: readonly ('log' | 'store')[]
  /** Cluster: what the process cannot serve without, as waits for it say; all that may not be late by default. */
  readonly needed?: readonly ('log' | 'store')[]
}

/** An open log and store. Disposing closes both and frees the data for other processes. */
export interface Backend extends AsyncDisposable {
  readonly kind: Settings['backend']
  readonly log: EventLog
  readonly store: RowStore
  /** Rejects when what was to come later never will; never resolves. */
  readonly failed: Promise<never>
}

/**
 * Opens log and store and, unless only to read, registers this build's schemas. Throws DataLockedError when another process works on the
 * same embedded data, and the reason of the patience's signal when that has ended the waiting.
 */
export async function openBackend(settings: BackendSettings, options: BackendOptions): Promise<Backend> {
  switch (settings.backend) {
    case 'embedded': {
      const { logRetentionMs, rowRetentionDays } = settings
      const { directory, clock, logger, readOnly = false } = options
      const embedded = readOnly
        ? await openEmbeddedToRead({ directory, clock, logger })
        : await openEmbedded({ directory, clock, logger, logRetentionMs, rowRetentionDays })
      try {
        if (!readOnly) await registerSchemas(embedded.store)
      } catch (error) {
        await embedded[Symbol.asyncDispose]()
        throw error
      }
      return {
        kind: 'embedded',
        log: embedded.log,
        store: embedded.store,
        failed: new Promise<never>(() => {}),
        [Symbol.asyncDispose]: () => embedded[Symbol.asyncDispose](),
      }
    }
    case 'cluster': {
      const { openCluster } = await import('./cluster-backend.ts')
      return openCluster(settings, options)
    }
  }
}

/**
 * Creates or upgrades what the backend keeps its data in; gives back a line for each thing that was done or found. Safe
 * to call twice and by several processes at once. An embedded backend does it by itself when it is opened: nothing to do.
 */
export async function migrateBackend(settings: BackendSettings, options: BackendOptions): Promise<string[]> {
  switch (settings.backend) {
    case 'embedded':
      return []
    case 'cluster': {
      const { migrateCluster } = await import('./cluster-backend.ts')
      return migrateCluster(settings, options)
    }
  }
}

/** Looks at what the backend keeps its data in, changes nothing, and says what is wrong with it. */
export async function probeBackend(settings: BackendSettings, options: BackendOptions): Promise<Finding[]> {
  switch (settings.backend) {
    case 'embedded': {
      const { directory } = options
      return existsSync(directory)
        ? [ok('data', `They are in ${directory}.`)]
        : [warn('data', `There are none in ${directory} yet.`, 'They are made when the product starts.')]
    }
    case 'cluster': {
      const { probeCluster } = await import('./probe-cluster.ts')
      return probeCluster(settings, options)
    }
  }
}
