export type { CommitLogSync } from './cassandra-files.ts'
export { askCassandra } from './cassandra-probe.ts'
export * from './errors.ts'
export { freePorts } from './free-ports.ts'
export { type GuardedProcess, spawnGuarded } from './guarded-process.ts'
export { CASSANDRA_JARS, KAFKA_JARS, type ServerJars } from './jars.ts'
export type { Detour } from './kafka-files.ts'
export { askKafka, type KafkaAnswer } from './kafka-probe.ts'
export { type LocalCluster, type LocalClusterOptions, startLocalCluster } from './local-cluster.ts'
export type { LocalServer, ServerState } from './local-server.ts'
export { LogTail } from './log-tail.ts'
export { type CassandraOptions, startCassandra } from './start-cassandra.ts'
export { type DcosKafka, startDcosKafka } from './start-dcos-kafka.ts'
export {
  type BrokerCount,
  type KafkaOptions,
  type LocalKafka,
  type StartOptions,
  startKafka,
} from './start-kafka.ts'
