/** What a cluster says about our keyspace: its replication, its tables with their options, its schema version. */
import { TABLES, type TableName } from '@smacktalk/contract'
import { isTable, MIGRATIONS_TABLE, type TableOptions } from './schema.ts'
import type { CqlRow, Session } from './session.ts'

export interface Catalog {
  /** As Cassandra writes it: class and factors; null when there is no keyspace. */
  readonly replication: Readonly<Record<string, string>> | null
  readonly tables: ReadonlyMap<TableName, TableOptions>
  readonly missing: readonly TableName[]
  /** Names of our tables that are no rows: migrations and lock. */
  readonly others: ReadonlySet<string>
  /** Applied migrations; null when their table is not there. */
  readonly versions: readonly number[] | null
}

export async function readCatalog(session: Session, keyspace: string): Promise<Catalog> {
  const [found] = await session.rows(
    `SELECT replication FROM system_schema.keyspaces WHERE keyspace_name = '${keyspace}'`,
  )
  if (found === undefined) {
    return { replication: null, tables: new Map(), missing: TABLES, others: new Set(), versions: null }
  }
  const rows = await session.rows(
    `SELECT table_name, default_time_to_live, gc_grace_seconds, compaction
     FROM system_schema.tables WHERE keyspace_name = '${keyspace}'`,
  )
  const named = rows.map((row) => ({ name: textOf(row, 'table_name'), options: optionsOf(row) }))
  const tables = new Map(
    named.flatMap(({ name, options }) => (isTable(name) ? [[name, options] as const] : [])),
  )
  const others = new Set(named.map(({ name }) => name).filter((name) => !isTable(name)))
  const versions = others.has(MIGRATIONS_TABLE)
    ? await session.rows(`SELECT version FROM ${keyspace}.${MIGRATIONS_TABLE}`)
    : null
  return {
    replication: mapOf(found, 'replication'),
    tables,
    missing: TABLES.filter((table) => !tables.has(table)),
    others,
    versions: versions?.map((row) => numberOf(row, 'version')).sort((a, b) => a - b) ?? null,
  }
}

function optionsOf(row: CqlRow): TableOptions {
  return {
    ttlS: numberOf(row, 'default_time_to_live'),
    graceS: numberOf(row, 'gc_grace_seconds'),
    compaction: mapOf(row, 'compaction'),
  }
}

export function textOf(row: CqlRow, column: string): string {
  const value = row[column]
  if (typeof value === 'string') return value
  throw new TypeError(`The column ${column} holds no text`)
}

export function numberOf(row: CqlRow, column: string): number {
  const value = row[column]
  if (typeof value === 'number') return value
  throw new TypeError(`The column ${column} holds no number`)
}

function mapOf(row: CqlRow, column: string): Readonly<Record<string, string>> {
  const value = row[column]
  if (typeof value !== 'object' || value === null) throw new TypeError(`The column ${column} holds no map`)
  return Object.fromEntries(Object.entries(value).map(([name, text]) => [name, String(text)]))
}
