/** Creates and upgrades keyspace and tables: numbered, repeatable, one process at a time. */
import { randomUUID } from 'node:crypto'
import { hostname } from 'node:os'
import { TABLES } from '@smacktalk/contract'
import type { Clock } from '@smacktalk/ports'
import type { ClusterLogger } from '../cluster-logger.ts'
import { type Catalog, readCatalog } from './catalog.ts'
import { NewerSchemaError } from './errors.ts'
import { MigrationLock } from './migration-lock.ts'
import {
  alterTable,
  createKeyspace,
  createLockTable,
  createMigrationsTable,
  createTable,
  hasOptions,
  LOCK_TABLE,
  lowestVersion,
  MIGRATIONS_TABLE,
  replicationOptions,
  SCHEMA_VERSION,
  shortClass,
  type Version,
  wantedOptions,
} from './schema.ts'
import { Session } from './session.ts'
import type { CassandraSettings } from './settings.ts'

/** Twenty tables take some 20 s on a busy laptop; a holder that died is out of the way after its 30 s. */
const WAIT_MS = 180_000

export interface MigrateOptions {
  readonly settings: CassandraSettings
  readonly rowRetentionDays: number
  readonly clock: Clock
  readonly logger: ClusterLogger
  /** How long to wait for another process that migrates, ms. */
  readonly waitMs?: number
}

interface Work {
  readonly session: Session
  readonly keyspace: string
  readonly rowRetentionDays: number
  readonly version: Version
  /** To be called before each change: throws when the lock is lost. */
  readonly check: () => void
  readonly done: string[]
}

interface Migration {
  readonly version: number
  readonly name: string
  run(work: Work): Promise<void>
}

/** Each may have been done in part: it does what is missing. Never changed once it was released; new ones follow. */
const MIGRATIONS: readonly Migration[] = [
  { version: 1, name: 'a table per name of the contract', run: createTables },
]

/** Resolves to what was done, a sentence each; an empty list when nothing was to do. */
export async function migrateTables(options: MigrateOptions): Promise<string[]> {
  const { settings, rowRetentionDays, clock, logger, waitMs = WAIT_MS } = options
  const { keyspace } = settings
  await using session = await Session.open({ settings, clock, logger })
  const done: string[] = []
  await createFirst(session, settings, done)
  const owner = `${hostname().replace(/[^\w.-]/g, '')}-${process.pid}-${randomUUID()}`
  await using lock = await MigrationLock.take({ session, keyspace, owner, waitMs, clock, logger })
  const version = lowestVersion(session.nodes().map((node) => node.version))
  const work: Work = { session, keyspace, rowRetentionDays, version, check: () => lock.check(), done }
  // What the holder before us changed last.
  await session.agreeOnSchema()
  const before = await readCatalog(session, keyspace)
  refuseNewer(before)
  const applied = new Set(before.versions)
  for (const migration of MIGRATIONS.filter((one) => !applied.has(one.version))) {
    lock.check()
    await migration.run(work)
    await note(session, keyspace, migration, clock.now())
    done.push(`Schema version ${migration.version} (${migration.name}) is in place.`)
  }
  // A table that was dropped by hand, or is new in the contract.
  await createTables(work)
  await applyOptions(work)
  done.push(...replicationDiffers(await readCatalog(session, keyspace), settings))
  return done
}

/** Refuses tables of a newer build: it may have changed what its rows mean. */
export function refuseNewer({ versions }: Catalog): void {
  const newest = versions?.at(-1) ?? 0
  if (newest <= SCHEMA_VERSION) return
  throw new NewerSchemaError(
    `The tables in Cassandra are of schema version ${newest}, this program knows ${SCHEMA_VERSION}`,
    'Use the newer program, or another keyspace.',
  )
}

/** What the lock itself needs. It is looked up first: in the normal case nobody changes the schema without the lock. */
async function createFirst(session: Session, settings: CassandraSettings, done: string[]): Promise<void> {
  const { keyspace, replication } = settings
  const { replication: existing, others } = await readCatalog(session, keyspace)
  if (existing === null) {
    await session.changeSchema(createKeyspace(keyspace, replication))
    done.push(`Keyspace ${keyspace} is created with ${described(replicationOptions(replication))}.`)
  }
  if (!others.has(LOCK_TABLE)) await session.changeSchema(createLockTable(keyspace))
  // Also when another process has just made it.
  else await session.agreeOnSchema()
}

async function createTables({
  session,
  keyspace,
  rowRetentionDays,
  version,
  check,
  done,
}: Work): Promise<void> {
  const { missing, others } = await readCatalog(session, keyspace)
  check()
  if (!others.has(MIGRATIONS_TABLE)) await session.changeSchema(createMigrationsTable(keyspace))
  for (const table of missing) {
    check()
    await session.changeSchema(createTable(keyspace, table, wantedOptions(table, rowRetentionDays, version)))
  }
  if (missing.length > 0) done.push(`${missing.length} of ${TABLES.length} tables are created.`)
}

/** A changed retention, or a cluster that was upgraded since. Rows that are there keep the end they have. */
async function applyOptions({
  session,
  keyspace,
  rowRetentionDays,
  version,
  check,
  done,
}: Work): Promise<void> {
  const { tables } = await readCatalog(session, keyspace)
  const changed: string[] = []
  for (const table of TABLES) {
    const found = tables.get(table)
    const wanted = wantedOptions(table, rowRetentionDays, version)
    if (found === undefined || hasOptions(found, wanted)) continue
    check()
    await session.changeSchema(alterTable(keyspace, table, wanted))
    changed.push(table)
  }
  if (changed.length > 0) {
    done.push(
      `Retention and compaction of ${changed.join(', ')} are changed; rows that are there keep their end.`,
    )
  }
}

/** With a timestamp of its own, as everything that is written. */
async function note(
  session: Session,
  keyspace: string,
  { version, name }: Migration,
  nowMs: number,
): Promise<void> {
  await session.write([
    {
      query: `INSERT INTO ${keyspace}.${MIGRATIONS_TABLE} (version, name, applied_at) VALUES (?, ?, ?)
        USING TIMESTAMP ?`,
      params: [version, name, nowMs, nowMs * 1_000],
    },
  ])
}

/** Copies are only made by a repair, so replication is never changed behind the operator's back. */
export function replicationDiffers({ replication }: Catalog, settings: CassandraSettings): string[] {
  if (replication === null) return []
  const wanted = described(replicationOptions(settings.replication))
  const found = described(replication)
  if (wanted === found) return []
  return [
    `Keyspace ${settings.keyspace} has ${found}, the settings say ${wanted}: ` +
      'change it by ALTER KEYSPACE and `nodetool repair --full`, or correct the settings.',
  ]
}

function described(replication: Readonly<Record<string, string>>): string {
  const { class: name, ...factors } = replication
  const parts = Object.entries(factors).map(([key, factor]) => `${key} ${factor}`)
  return `${shortClass(name)} (${parts.sort().join(', ')})`
}
