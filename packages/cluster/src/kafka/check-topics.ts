import { TOPICS } from '@smacktalk/ports'
import type { Admin } from './kafka-client.ts'
import { TopicsNotReadyError } from './kafka-errors.ts'
import { type KafkaSettings, partitionsOf, topicName } from './kafka-settings.ts'
import { topicFacts } from './topic-facts.ts'
import { requiredConfig } from './topic-plan.ts'

/** Largest record of a topic, when the brokers do not say. */
const RECORD_BYTES_DEFAULT = 1024 * 1024

/**
 * Throws, with everything that is wrong, unless all topics exist as this program needs them. Returns the largest
 * block of records each takes, bytes, by name.
 */
export async function checkTopics(admin: Admin, settings: KafkaSettings): Promise<Map<string, number>> {
  const facts = await topicFacts(
    admin,
    TOPICS.map((topic) => topicName(settings, topic)),
  )
  const problems = TOPICS.flatMap((topic) => {
    const name = topicName(settings, topic)
    const fact = facts.get(name)
    if (fact === undefined) return [`${name} does not exist`]
    const wanted = partitionsOf(settings, topic)
    const count =
      fact.partitions === wanted ? [] : [`${name} has ${fact.partitions} partitions, not ${wanted}`]
    const config = Object.entries(requiredConfig(topic)).flatMap(([key, value]) => {
      const found = fact.config.get(key)
      return found === value ? [] : [`${name} has ${key}=${found ?? 'unknown'}, not ${value}`]
    })
    return [...count, ...config]
  })
  if (problems.length > 0) {
    throw new TopicsNotReadyError(
      `The topics cannot be used: ${problems.join('; ')}.`,
      facts.size < TOPICS.length
        ? 'Run `smacktalk migrate`, which makes what is missing.'
        : 'Set kafka.partitions to what the topics have, and their configuration with Kafka’s own tools; or choose another kafka.topicPrefix and run `smacktalk migrate`.',
    )
  }
  return new Map(
    [...facts.values()].map(({ name, config }) => {
      const bytes = Number(config.get('max.message.bytes'))
      return [name, Number.isSafeInteger(bytes) && bytes > 0 ? bytes : RECORD_BYTES_DEFAULT]
    }),
  )
}
