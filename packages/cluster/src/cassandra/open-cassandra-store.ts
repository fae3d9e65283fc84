import { TABLES } from '@smacktalk/contract'
import type { Clock, RowStore } from '@smacktalk/ports'
import type { ClusterLogger } from '../cluster-logger.ts'
import { CassandraRowStore } from './cassandra-row-store.ts'
import { type Catalog, readCatalog } from './catalog.ts'
import { StoreRefusedError, StoreSchemaError } from './errors.ts'
import { refuseNewer, replicationDiffers } from './migrate-tables.ts'
import { hasOptions, lowestVersion, MIGRATIONS_TABLE, SCHEMA_VERSION, wantedOptions } from './schema.ts'
import { Session } from './session.ts'
import type { CassandraSettings } from './settings.ts'

export interface CassandraStoreOptions {
  readonly settings: CassandraSettings
  readonly rowRetentionDays: number
  readonly clock: Clock
  readonly logger: ClusterLogger
}

/** Opens the store after looking whether the tables are ours and writes keep the timestamps they are given. */
export async function openCassandraStore(options: CassandraStoreOptions): Promise<RowStore> {
  const { settings, rowRetentionDays, logger } = options
  const { keyspace } = settings
  await using opened = new AsyncDisposableStack()
  const session = opened.use(await Session.open(options))
  const catalog = await readCatalog(session, keyspace)
  checkSchema(catalog, keyspace)
  await checkTimestamps(session, keyspace)
  const version = lowestVersion(session.nodes().map((node) => node.version))
  const outdated = TABLES.filter((table) => {
    const found = catalog.tables.get(table)
    return found !== undefined && !hasOptions(found, wantedOptions(table, rowRetentionDays, version))
  })
  if (outdated.length > 0) {
    logger.warn(
      { tables: outdated },
      'Tables have another retention than the settings: run `smacktalk migrate`',
    )
  }
  for (const sentence of replicationDiffers(catalog, settings)) logger.warn({}, sentence)
  opened.move()
  return new CassandraRowStore(session, keyspace)
}

function checkSchema(catalog: Catalog, keyspace: string): void {
  refuseNewer(catalog)
  const { replication, missing, versions } = catalog
  const problem =
    replication === null
      ? `has no keyspace ${keyspace}`
      : missing.length > 0
        ? `lacks ${missing.length} of ${TABLES.length} tables in keyspace ${keyspace} (${missing.slice(0, 3).join(', ')})`
        : (versions?.at(-1) ?? 0) < SCHEMA_VERSION
          ? `has an older schema in keyspace ${keyspace}`
          : null
  if (problem === null) return
  throw new StoreSchemaError(
    `Cassandra ${problem}`,
    'Run `smacktalk migrate`, or correct cassandra.keyspace.',
  )
}

/** A version no migration has; its row always holds the same, so it may be written at every start. */
const PROBE_VERSION = 0
const PROBE_TIMESTAMP = 1

/**
 * A cluster can forbid timestamps of clients, and something in between could replace them. Then a late writer would
 * win over newer rows without anybody noticing: so a write shows it before the first row is written.
 */
async function checkTimestamps(session: Session, keyspace: string): Promise<void> {
  const table = `${keyspace}.${MIGRATIONS_TABLE}`
  await session.write([
    {
      query: `INSERT INTO ${table} (version, name, applied_at) VALUES (?, ?, ?) USING TIMESTAMP ?`,
      params: [PROBE_VERSION, 'timestamps of clients are kept', 0, PROBE_TIMESTAMP],
    },
  ])
  const [row] = await session.rows(
    `SELECT WRITETIME(name) AS written_at FROM ${table} WHERE version = ${PROBE_VERSION}`,
  )
  const written = String(row?.['written_at'])
  if (written === String(PROBE_TIMESTAMP)) return
  throw new StoreRefusedError(
    `Cassandra does not keep the timestamps it is given: ${PROBE_TIMESTAMP} became ${written}`,
    'Rows are ordered by timestamps of the log: let writes reach Cassandra as they are.',
  )
}
