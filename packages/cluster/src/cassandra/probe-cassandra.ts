/** Looks at a cluster without changing it; for `smacktalk doctor`. */
import { TABLES, type TableName } from '@smacktalk/contract'
import type { Clock } from '@smacktalk/ports'
import type { ClusterLogger } from '../cluster-logger.ts'
import { readCatalog } from './catalog.ts'
import { StoreRefusedError } from './errors.ts'
import { replicationDiffers } from './migrate-tables.ts'
import {
  hasOptions,
  lowestVersion,
  SCHEMA_VERSION,
  shortClass,
  type Version,
  wantedOptions,
} from './schema.ts'
import { type NodeState, Session } from './session.ts'
import type { CassandraSettings } from './settings.ts'

export interface CassandraProbe {
  /** Of the oldest node that is known, as `5.0`. */
  readonly version: string
  readonly dataCenters: readonly string[]
  readonly hosts: readonly NodeState[]
  readonly keyspace: string
  /** As Cassandra keeps it, `SimpleStrategy: replication_factor 1`; null when there is no keyspace. */
  readonly replication: string | null
  /** A sentence when the settings say something else. */
  readonly replicationDiffers: string | null
  /** Null when nothing was migrated yet. */
  readonly schemaVersion: number | null
  readonly schemaVersionWanted: number
  readonly tablesMissing: readonly TableName[]
  /** Tables whose retention or compaction is not that of the settings; `migrate` mends it. */
  readonly tablesOutdated: readonly TableName[]
  /** Clock of the node that answered minus ours, ms; half a round trip is not known. */
  readonly clockSkewMs: number
  /** Whether plain users may set timestamps; null where Cassandra does not say. Opening the store tries it out. */
  readonly clientTimestamps: boolean | null
}

export interface ProbeOptions {
  readonly settings: CassandraSettings
  readonly rowRetentionDays: number
  readonly clock: Clock
  readonly logger: ClusterLogger
}

export async function probeCassandra(options: ProbeOptions): Promise<CassandraProbe> {
  const { settings, rowRetentionDays, clock } = options
  await using session = await Session.open(options)
  const nodes = session.nodes()
  const version = lowestVersion(nodes.map((node) => node.version))
  const catalog = await readCatalog(session, settings.keyspace)
  return {
    version: version.join('.'),
    dataCenters: [...new Set(nodes.map((node) => node.dataCenter))].sort(),
    hosts: nodes,
    keyspace: settings.keyspace,
    replication: catalog.replication === null ? null : replicationOf(catalog.replication),
    replicationDiffers: replicationDiffers(catalog, settings)[0] ?? null,
    schemaVersion: catalog.versions?.at(-1) ?? null,
    schemaVersionWanted: SCHEMA_VERSION,
    tablesMissing: catalog.missing,
    tablesOutdated: TABLES.filter((table) => {
      const found = catalog.tables.get(table)
      return found !== undefined && !hasOptions(found, wantedOptions(table, rowRetentionDays, version))
    }),
    clockSkewMs: await clockSkewMs(session, clock),
    clientTimestamps: await clientTimestamps(session, version),
  }
}

function replicationOf({ class: name, ...factors }: Readonly<Record<string, string>>): string {
  const parts = Object.entries(factors).map(([key, factor]) => `${key} ${factor}`)
  return `${shortClass(name)}: ${parts.join(', ')}`
}

async function clockSkewMs(session: Session, clock: Clock): Promise<number> {
  const before = clock.now()
  const [row] = await session.rows('SELECT toTimestamp(now()) AS now FROM system.local')
  const middle = (before + clock.now()) / 2
  const now = row?.['now']
  return now instanceof Date ? Math.round(now.getTime() - middle) : Number.NaN
}

/** Settings are a table since 4.0, this one is among them since 4.1; a plain user may not read it. */
async function clientTimestamps(session: Session, version: Version): Promise<boolean | null> {
  if (version[0] < 4) return null
  try {
    const [row] = await session.rows(
      "SELECT value FROM system_views.settings WHERE name = 'user_timestamps_enabled'",
    )
    return row === undefined ? null : row['value'] === 'true'
  } catch (error) {
    if (error instanceof StoreRefusedError) return null
    throw error
  }
}
