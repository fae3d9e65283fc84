export * from './errors.ts'
export { type MigrateOptions, migrateTables } from './migrate-tables.ts'
export { type CassandraStoreOptions, openCassandraStore } from './open-cassandra-store.ts'
export { type CassandraProbe, type ProbeOptions, probeCassandra } from './probe-cassandra.ts'
export type { NodeState } from './session.ts'
export {
  type CassandraSettings,
  type Consistency,
  parseReplication,
  type Replication,
  replicationText,
} from './settings.ts'
