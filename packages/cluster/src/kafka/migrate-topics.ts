import { type Clock, LogUnavailableError } from '@smacktalk/ports'
import type { ClusterLogger } from '../cluster-logger.ts'
import { type Admin, KafkaClient } from './kafka-client.ts'
import { failuresPerTopic, kafkaFailure } from './kafka-failures.ts'
import { intoLog } from './kafka-reports.ts'
import type { KafkaSettings } from './kafka-settings.ts'
import { withPatience } from './patience.ts'
import { type TopicFacts, topicFacts } from './topic-facts.ts'
import { type TopicPlan, topicPlans } from './topic-plan.ts'

/** A loaded broker took 5 s for 64 partitions; beyond this the request is left, and it is looked what came of it. */
const CREATE_MS = 9_000
/** Servers that are only just starting are waited for. */
const MIGRATE_PATIENCE_MS = 60_000

export interface MigrateOptions {
  readonly settings: KafkaSettings
  /** How long chat, dead letters and alerts are kept, ms. */
  readonly logRetentionMs: number
  readonly clock: Clock
  readonly logger: ClusterLogger
}

/**
 * Makes the topics that are missing; says what it did, one sentence each. May run again, and several at once. What
 * exists is not changed: kafkajs could only overwrite a whole configuration, and another count of partitions would
 * send keys elsewhere. Only a list of channels that was made before readers shared it is cut finer: its followers
 * take for each key what was appended last, wherever it lies.
 */
export async function migrateTopics(options: MigrateOptions): Promise<string[]> {
  const { settings, clock, logger } = options
  const plans = topicPlans(settings, options.logRetentionMs)
  await using client = new KafkaClient({
    settings,
    clientId: 'smacktalk-migrate',
    clock,
    report: intoLog(logger),
  })
  const admin = client.admin()
  const made = new Set<string>()
  const cut = new Set<string>()
  const patience = {
    clock,
    ms: MIGRATE_PATIENCE_MS,
    failure: (error: unknown) => kafkaFailure(settings, 'did not make the topics', error),
  }
  const facts = await withPatience(patience, async () => {
    await admin.connect()
    const found = await makeMissing(admin, plans, made)
    const uncut = plans.filter((plan) => isUncut(plan, found.get(plan.name)))
    if (uncut.length === 0) return found
    for (const plan of uncut) if (await cutFiner(admin, plan)) cut.add(plan.name)
    return await topicFacts(
      admin,
      plans.map(({ name }) => name),
    )
  })
  return plans.map((plan) => {
    const fact = facts.get(plan.name)
    if (made.has(plan.name) || fact === undefined) return `Made the topic ${plan.name} (${partsOf(plan)}).`
    if (cut.has(plan.name)) return `Cut the topic ${plan.name} into ${partsOf(plan)}.`
    const differences = differencesOf(plan, fact)
    if (differences.length === 0) return `The topic ${plan.name} is there (${partsOf(plan)}).`
    return `The topic ${plan.name} is there and stays as it is, though it differs: ${differences.join(', ')}.`
  })
}

/** One look, one try for what is missing, one more look. */
async function makeMissing(
  admin: Admin,
  plans: readonly TopicPlan[],
  made: Set<string>,
): Promise<Map<string, TopicFacts>> {
  const names = plans.map(({ name }) => name)
  const before = await topicFacts(admin, names)
  const missing = plans.filter(({ name }) => !before.has(name))
  if (missing.length === 0) return before
  for (const plan of missing) if (await make(admin, plan)) made.add(plan.name)
  const after = await topicFacts(admin, names)
  const left = names.filter((name) => !after.has(name))
  if (left.length === 0) {
    // Known is not yet led: whoever opens the log next should find it ready.
    await Promise.all(missing.map(({ name }) => admin.fetchTopicOffsets(name)))
  } else {
    throw new LogUnavailableError(
      `The topics ${left.join(', ')} are not there yet`,
      'The brokers took long; run `smacktalk migrate` again.',
    )
  }
  return after
}

/** Whether it was us who made it. One request each: of several kafkajs does not tell which were there before. */
async function make(admin: Admin, { name, partitions, replication, config }: TopicPlan): Promise<boolean> {
  const configEntries = Object.entries(config).map(([key, value]) => ({ name: key, value }))
  const topic = { topic: name, numPartitions: partitions, replicationFactor: replication, configEntries }
  try {
    return await admin.createTopics({ timeout: CREATE_MS, waitForLeaders: false, topics: [topic] })
  } catch (error) {
    const serious = failuresPerTopic(error).find(({ word }) => !PASSING.has(word))
    if (serious !== undefined) throw serious.error
    return false
  }
}

function isUncut(plan: TopicPlan, fact: TopicFacts | undefined): boolean {
  return plan.config['cleanup.policy'] === 'compact' && fact?.partitions === 1 && plan.partitions > 1
}

/** False when somebody else was faster. */
async function cutFiner(admin: Admin, { name, partitions }: TopicPlan): Promise<boolean> {
  try {
    const topicPartitions = [{ topic: name, count: partitions }]
    return await admin.createPartitions({ timeout: CREATE_MS, topicPartitions })
  } catch (error) {
    if (failuresPerTopic(error).some(({ word }) => word === 'INVALID_PARTITIONS')) return false
    throw error
  }
}

/** Somebody else was faster; or it takes longer than we wait, and comes to be or not. */
const PASSING = new Set(['TOPIC_ALREADY_EXISTS', 'REQUEST_TIMED_OUT'])

function partsOf({ partitions, replication }: TopicPlan): string {
  return `${counted(partitions, 'partition')}, ${counted(replication, 'copy', 'copies')}`
}

function counted(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`
}

function differencesOf(plan: TopicPlan, fact: TopicFacts): string[] {
  const differences: string[] = []
  const compare = (what: string, found: string | number, wanted: string | number): void => {
    if (String(found) !== String(wanted)) differences.push(`${what} is ${found}, wanted ${wanted}`)
  }
  compare('the number of partitions', fact.partitions, plan.partitions)
  compare('the number of copies', fact.replication, plan.replication)
  for (const [key, wanted] of Object.entries(plan.config))
    compare(key, fact.config.get(key) ?? 'unknown', wanted)
  return differences
}
