/** How each topic is made. What is not said here is left to the brokers. */
import { TOPICS, type Topic } from '@smacktalk/ports'
import { type KafkaSettings, partitionsOf, topicName } from './kafka-settings.ts'

export interface TopicPlan {
  readonly name: string
  readonly partitions: number
  readonly replication: number
  /** Names and values as Kafka wants them. */
  readonly config: Readonly<Record<string, string>>
}

/** Views are a feed; who was away for longer reads the store. */
const VIEWS_RETENTION_MS = 10 * 60_000
/**
 * Kafka drops whole segments, when their newest record is old enough. A twelfth of the retention per segment keeps
 * what is dropped late within a twelfth; by default a segment of a quiet partition would last a week.
 */
const SEGMENTS_PER_RETENTION = 12
/** Segments are looked at every five minutes by default; shorter ones would only be more files. */
const SEGMENT_MIN_MS = 5 * 60_000
/** Compaction leaves the newest segment alone, so it must not grow old. */
const COMPACTED_SEGMENT_MS = 60 * 60_000
/** With so many copies one may be missing without anything being lost; with fewer one copy has to do. */
const COPIES_FOR_TWO = 3

export function topicPlans(settings: KafkaSettings, logRetentionMs: number): TopicPlan[] {
  return TOPICS.map((topic) => ({
    name: topicName(settings, topic),
    partitions: partitionsOf(settings, topic),
    replication: settings.replication,
    config: { ...common(settings), ...retention(topic, logRetentionMs) },
  }))
}

function common({ replication }: KafkaSettings): Record<string, string> {
  return {
    // Write times of rows derive from it, so the writers' clocks must not decide.
    'message.timestamp.type': 'LogAppendTime',
    'min.insync.replicas': replication >= COPIES_FOR_TWO ? '2' : '1',
    // A copy that lags must never become the leader: what it lacks was acknowledged.
    'unclean.leader.election.enable': 'false',
  }
}

function retention(topic: Topic, logRetentionMs: number): Record<string, string> {
  if (topic === 'channels') {
    return { 'cleanup.policy': 'compact', 'segment.ms': String(COMPACTED_SEGMENT_MS) }
  }
  const ms = topic === 'views' ? VIEWS_RETENTION_MS : logRetentionMs
  return {
    'cleanup.policy': 'delete',
    'retention.ms': String(ms),
    // By time alone: a busy evening must not shorten what a restart can read back.
    'retention.bytes': '-1',
    'segment.ms': String(Math.max(SEGMENT_MIN_MS, Math.floor(ms / SEGMENTS_PER_RETENTION))),
  }
}

/** Without these nothing works as promised, so they are required, not just wished for. */
export function requiredConfig(topic: Topic): Readonly<Record<string, string>> {
  return {
    'message.timestamp.type': 'LogAppendTime',
    'cleanup.policy': topic === 'channels' ? 'compact' : 'delete',
  }
}
