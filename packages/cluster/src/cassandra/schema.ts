/**
 * The tables as Cassandra should have them: one per name of the contract, all of one shape. CQL here is what 3.11,
 * 4.x and 5.0 all understand; the compaction depends on the version.
 */
import { TABLE_RETENTION, TABLES, type TableName } from '@smacktalk/contract'
import type { Replication } from './settings.ts'

/** Version of the schema that this build writes and reads: that of the last migration. */
export const SCHEMA_VERSION = 1

export const MIGRATIONS_TABLE = 'schema_migrations'
/** Touched by lightweight transactions only. */
export const LOCK_TABLE = 'schema_lock'

const DAY_S = 86_400
/** Cassandra's own upper limit of a time to live, 20 years. */
const TTL_MAX_S = 630_720_000
/** Time windows per retention: fewer expire late, more are too many files to read. */
const WINDOWS = 25
/** Rows that nobody deletes and that all expire need no tombstones kept for hints and repairs for days. */
const STATUS_GRACE_S = 3_600
const DEFAULT_GRACE_S = 864_000

/** Tables whose rows are written for some minutes and then stay as they are until they expire. */
const WRITTEN_ONCE: ReadonlySet<TableName> = new Set([
  'minutes',
  'hours',
  'days',
  'user_days',
  'user_channels',
  'user_names',
  'tops',
  'events',
  'moments',
  'coverage',
  'audits',
])

export interface TableOptions {
  /** Seconds a row lives after its arrival; 0 is for ever. */
  readonly ttlS: number
  readonly graceS: number
  readonly compaction: Readonly<Record<string, string>>
}

export type Version = readonly [major: number, minor: number]

/** `5.0.8` -> [5, 0]; `4.1.10-SNAPSHOT` -> [4, 1]. */
export function versionOf(text: string): Version {
  const [major = 0, minor = 0] = text.split(/[.-]/).map((part) => Number.parseInt(part, 10) || 0)
  return [major, minor]
}

/** The oldest of the nodes decides what may be used. */
export function lowestVersion(versions: readonly string[]): Version {
  return versions
    .map(versionOf)
    .reduce((a, b) => (a[0] < b[0] || (a[0] === b[0] && a[1] < b[1]) ? a : b), [99, 0])
}

export function wantedOptions(table: TableName, rowRetentionDays: number, version: Version): TableOptions {
  const retention: 'rows' | number | null = TABLE_RETENTION[table]
  const ttlS = retention === 'rows' ? rowRetentionDays * DAY_S : (retention ?? 0)
  return {
    ttlS: Math.min(Math.ceil(ttlS), TTL_MAX_S),
    graceS: typeof retention === 'number' ? STATUS_GRACE_S : DEFAULT_GRACE_S,
    compaction: compactionOf(table, ttlS, version),
  }
}

/** UCS where there is one. Before: by time what is written once, so that files expire whole; levels for the rest. */
function compactionOf(table: TableName, ttlS: number, version: Version): Readonly<Record<string, string>> {
  if (version[0] >= 5) return { class: 'UnifiedCompactionStrategy' }
  if (!WRITTEN_ONCE.has(table)) return { class: 'LeveledCompactionStrategy' }
  const hours = Math.max(1, Math.ceil(ttlS / WINDOWS / 3_600))
  const [unit, size] = hours < 24 ? ['HOURS', hours] : ['DAYS', Math.ceil(hours / 24)]
  return {
    class: 'TimeWindowCompactionStrategy',
    compaction_window_unit: `${unit}`,
    compaction_window_size: `${size}`,
  }
}

export function createKeyspace(keyspace: string, replication: Replication): string {
  return `CREATE KEYSPACE IF NOT EXISTS ${keyspace} WITH replication = ${cqlMap(replicationOptions(replication))}`
}

export function replicationOptions(replication: Replication): Readonly<Record<string, string>> {
  return replication.class === 'SimpleStrategy'
    ? { class: 'SimpleStrategy', replication_factor: String(replication.factor) }
    : {
        class: 'NetworkTopologyStrategy',
        ...Object.fromEntries(Object.entries(replication.dataCenters).map(([name, n]) => [name, String(n)])),
      }
}

export function createTable(keyspace: string, table: TableName, options: TableOptions): string {
  return `CREATE TABLE IF NOT EXISTS ${keyspace}.${table} (
    partition text, row text, position bigint, value blob, PRIMARY KEY (partition, row)
  ) WITH ${optionsText(options)}`
}

export function alterTable(keyspace: string, table: TableName, options: TableOptions): string {
  return `ALTER TABLE ${keyspace}.${table} WITH ${optionsText(options)}`
}

export function createMigrationsTable(keyspace: string): string {
  return `CREATE TABLE IF NOT EXISTS ${keyspace}.${MIGRATIONS_TABLE} (
    version int PRIMARY KEY, name text, applied_at bigint
  )`
}

export function createLockTable(keyspace: string): string {
  return `CREATE TABLE IF NOT EXISTS ${keyspace}.${LOCK_TABLE} (name text PRIMARY KEY, owner text)`
}

function optionsText({ ttlS, graceS, compaction }: TableOptions): string {
  return [
    `default_time_to_live = ${ttlS}`,
    `gc_grace_seconds = ${graceS}`,
    `compaction = ${cqlMap(compaction)}`,
  ].join(' AND ')
}

/** Names and values here are our own or checked by `parseReplication`: none holds a quote. */
function cqlMap(map: Readonly<Record<string, string>>): string {
  const entries = Object.entries(map).map(([name, value]) => `'${name}': '${value}'`)
  return `{${entries.join(', ')}}`
}

/** Whether a table has the options that are wanted; others, set by an operator, are left alone. */
export function hasOptions(found: TableOptions, wanted: TableOptions): boolean {
  return (
    found.ttlS === wanted.ttlS &&
    found.graceS === wanted.graceS &&
    Object.entries(wanted.compaction).every(([name, value]) => shortClass(found.compaction[name]) === value)
  )
}

/** Cassandra stores classes with their package. */
export const shortClass = (value: string | undefined): string | undefined => value?.split('.').at(-1)

export const isTable = (name: string): name is TableName => (TABLES as readonly string[]).includes(name)
