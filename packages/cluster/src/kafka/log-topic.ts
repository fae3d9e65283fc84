import { LogMismatchError, type LogRecord, type Topic } from '@smacktalk/ports'
import { type KafkaSettings, partitionsOf, topicName } from './kafka-settings.ts'

/** A topic as it lies in Kafka. */
export interface LogTopic {
  /** With the prefix. */
  readonly name: string
  readonly partitions: number
  /** Only the newest record of each key is kept for ever, so offsets may have holes. */
  readonly compacted: boolean
}

export function logTopic(settings: KafkaSettings, topic: Topic): LogTopic {
  return {
    name: topicName(settings, topic),
    partitions: partitionsOf(settings, topic),
    compacted: topic === 'channels',
  }
}

/** Throws unless the records follow each other from `expected` on; a compacted topic may have holes. */
export function requireContinuous(topic: LogTopic, records: readonly LogRecord[], expected: number): void {
  if (topic.compacted) return
  let next = expected
  for (const { partition, offset } of records) {
    if (offset !== next) {
      throw new LogMismatchError(
        `Partition ${partition} of ${topic.name} goes on at offset ${offset} where ${next} was to come`,
        'Records are missing: see whether the topic was cut off, made anew, or is being compacted.',
      )
    }
    next++
  }
}

/** 0 to `partitions` - 1. */
export const all = (partitions: number): number[] => Array.from({ length: partitions }, (_, index) => index)

/** A batch handed on ends at this many records: some ten milliseconds of work, so heartbeats keep their pace. */
export const BATCH_RECORDS_MAX = 1_000

export function* batchesOf(records: readonly LogRecord[]): Generator<readonly LogRecord[]> {
  for (let from = 0; from < records.length; from += BATCH_RECORDS_MAX) {
    yield records.length <= BATCH_RECORDS_MAX ? records : records.slice(from, from + BATCH_RECORDS_MAX)
  }
}
