import type { Topic } from '@smacktalk/ports'

/** Where Kafka is, and how topics are named and cut. */
export interface KafkaSettings {
  /** Brokers to ask first, host:port; they name the others. */
  readonly brokers: readonly string[]
  /** TLS with the certificate authorities as PEM text, null for those the system trusts; null for no TLS. */
  readonly ssl: { readonly ca: string | null } | null
  readonly sasl: {
    readonly mechanism: 'plain' | 'scram-sha-256' | 'scram-sha-512'
    readonly username: string
    readonly password: string
  } | null
  /** What names of topics and groups start with, as in `smacktalk.`. */
  readonly topicPrefix: string
  /** Partitions of `chat`, `views` and `channels`, chosen once: another count would send keys to other partitions. */
  readonly partitions: number
  /** Copies of each topic. */
  readonly replication: number
  /** Silence after which a group gives a reader's partitions to others, ms. */
  readonly sessionTimeoutMs: number
}

export function topicName(settings: KafkaSettings, topic: Topic): string {
  return `${settings.topicPrefix}${topic}`
}

export function groupName(settings: KafkaSettings, group: string): string {
  return `${settings.topicPrefix}${group}`
}

/**
 * Topics that carry what belongs to channels are cut by channel, and the list of channels as finely, so that readers
 * of a group can share it; the others are small and have one order.
 */
export function partitionsOf(settings: KafkaSettings, topic: Topic): number {
  return topic === 'dead-letters' || topic === 'alerts' ? 1 : settings.partitions
}

/** For messages: `127.0.0.1:9092, 127.0.0.1:9093`. */
export function brokerList(settings: KafkaSettings): string {
  return settings.brokers.join(', ')
}
