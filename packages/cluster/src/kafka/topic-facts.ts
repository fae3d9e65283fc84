/** What the brokers say about topics. */
import { type Admin, ConfigResourceTypes } from './kafka-client.ts'
import { isMissingTopic } from './kafka-failures.ts'

export interface TopicFacts {
  readonly name: string
  readonly partitions: number
  /** Copies, of the partition that has the fewest. */
  readonly replication: number
  readonly config: ReadonlyMap<string, string>
}

/** The topics that exist, by name. */
export async function topicFacts(admin: Admin, names: readonly string[]): Promise<Map<string, TopicFacts>> {
  const found = (await Promise.all(names.map((name) => shapeOf(admin, name)))).filter(
    (shape) => shape !== null,
  )
  if (found.length === 0) return new Map()
  const { resources } = await admin.describeConfigs({
    includeSynonyms: false,
    resources: found.map(({ name }) => ({ type: ConfigResourceTypes.TOPIC, name })),
  })
  const configs = new Map(
    resources.map(({ resourceName, configEntries }) => [
      resourceName,
      new Map(configEntries.map(({ configName, configValue }) => [configName, configValue])),
    ]),
  )
  return new Map(
    found.map((shape) => [shape.name, { ...shape, config: configs.get(shape.name) ?? new Map() }]),
  )
}

async function shapeOf(admin: Admin, name: string): Promise<Omit<TopicFacts, 'config'> | null> {
  try {
    const { topics } = await admin.fetchTopicMetadata({ topics: [name] })
    const partitions = topics.find((topic) => topic.name === name)?.partitions ?? []
    if (partitions.length === 0) return null
    return {
      name,
      partitions: partitions.length,
      replication: Math.min(...partitions.map(({ replicas }) => replicas.length)),
    }
  } catch (error) {
    if (isMissingTopic(error)) return null
    throw error
  }
}
