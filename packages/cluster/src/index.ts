export * from './cassandra/index.ts'
export type { ClusterLogger } from './cluster-logger.ts'
export * from './kafka/index.ts'
