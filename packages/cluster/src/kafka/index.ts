export * from './kafka-errors.ts'
export type { KafkaSettings } from './kafka-settings.ts'
export { type MigrateOptions as MigrateTopicsOptions, migrateTopics } from './migrate-topics.ts'
export { type KafkaLogOptions, openKafkaLog } from './open-kafka-log.ts'
export {
  type KafkaProbe,
  type ProbedTopic,
  type ProbeOptions as KafkaProbeOptions,
  probeKafka,
} from './probe-kafka.ts'
