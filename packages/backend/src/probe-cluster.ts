/** Looks at Kafka and Cassandra without changing anything; loaded only where they are used. */
import {
  type CassandraProbe,
  type KafkaProbe,
  type ProbedTopic,
  probeCassandra,
  probeKafka,
} from '@smacktalk/cluster'
import { PipelineError } from '@smacktalk/ports'
import type { BackendOptions, BackendSettings } from './backend.ts'
import { type ClusterPlaces, clusterPlaces } from './cluster-places.ts'
import { type Finding, fail, ok, warn } from './finding.ts'

const MIGRATE = 'Run `smacktalk migrate`.'
/** Clocks that agree better need no mention. */
const SKEW_WARNED_MS = 1_000
/** Beyond it times of sending lie in the future of the log, and chat is refused for that. */
const SKEW_REFUSED_MS = 30_000

export async function probeCluster(settings: BackendSettings, options: BackendOptions): Promise<Finding[]> {
  const { clock, logger, source = 'twitch' } = options
  const places = clusterPlaces(settings, source)
  const { kafka, cassandra } = places
  const { rowRetentionDays } = settings
  const [log, store] = await Promise.all([
    probed('broker', ['topics'], async () => {
      const probe = await probeKafka({ settings: kafka, clock, logger })
      return [brokerFinding(probe, kafka.brokers), topicsFinding(probe, places, settings)]
    }),
    probed('store', ['schema', 'clocks'], async () => {
      const probe = await probeCassandra({ settings: cassandra, rowRetentionDays, clock, logger })
      return [storeFinding(probe), schemaFinding(probe), clockFinding(probe)]
    }),
  ])
  return [...log, ...store]
}

/** What cannot be reached is told once; what depends on it is not known. */
async function probed(
  what: string,
  unknown: readonly string[],
  probe: () => Promise<Finding[]>,
): Promise<Finding[]> {
  try {
    return await probe()
  } catch (error) {
    if (!(error instanceof PipelineError)) throw error
    const rest = unknown.map((part) => warn(part, `Not known without the ${what}.`, ''))
    return [fail(what, error.message, error.hint), ...rest]
  }
}

function brokerFinding({ brokers, release, answerMs }: KafkaProbe, asked: readonly string[]): Finding {
  const count = brokers === 1 ? 'One broker' : `${brokers} brokers`
  return ok('broker', `${count} at ${asked.join(', ')}, Kafka ${release}, answered in ${answerMs} ms.`)
}

function topicsFinding(
  { topics }: KafkaProbe,
  { kafka }: ClusterPlaces,
  { logRetentionMs }: BackendSettings,
): Finding {
  const missing = topics.filter(({ partitions }) => partitions === null)
  if (missing.length > 0) {
    return fail('topics', `Missing: ${missing.map(({ name }) => name).join(', ')}.`, MIGRATE)
  }
  const chat = topics.find(({ topic }) => topic === 'chat')
  const wrong = topics.filter(({ topic, partitions }) => {
    return (topic === 'chat' || topic === 'views') && partitions !== kafka.partitions
  })
  if (wrong.length > 0) {
    const found = wrong.map(({ name, partitions }) => `${name} has ${partitions}`).join(', ')
    const advice = 'Set kafka.partitions to what is there; another count would send channels elsewhere.'
    return fail('topics', `The settings say ${kafka.partitions} partitions, but ${found}.`, advice)
  }
  const stamped = setting(chat, 'message.timestamp.type')
  if (stamped !== 'LogAppendTime') {
    const advice = 'Set it to LogAppendTime with Kafka’s own tools: write times of rows come from it.'
    return fail('topics', `${chat?.name} has message.timestamp.type=${stamped}.`, advice)
  }
  const few = topics.filter(({ replication }) => replication < kafka.replication)
  if (few.length > 0) {
    const says = `${few.map(({ name }) => name).join(', ')} have fewer copies than the ${kafka.replication} of the settings.`
    return warn('topics', says, 'Add copies with Kafka’s own tools, or correct kafka.replication.')
  }
  const kept = Number(setting(chat, 'retention.ms'))
  if (kept !== logRetentionMs) {
    const says = `${chat?.name} keeps records for ${kept} ms, the settings say ${logRetentionMs}.`
    return warn('topics', says, 'Change retention.ms with Kafka’s own tools, or correct logRetentionMs.')
  }
  const records = chat?.records ?? 0
  return ok('topics', `All ${topics.length} are there; ${chat?.name} holds ${counted(records, 'record')}.`)
}

function setting(topic: ProbedTopic | undefined, name: string): string {
  return topic?.config.get(name) ?? 'unknown'
}

function storeFinding({ hosts, version, dataCenters, clientTimestamps }: CassandraProbe): Finding {
  const down = hosts.filter(({ up }) => !up)
  const nodes = `${counted(hosts.length, 'node')} of Cassandra ${version} in ${dataCenters.join(', ')}`
  if (clientTimestamps === false) {
    const says = `${nodes}, which refuse timestamps of clients.`
    return fail('store', says, 'Set user_timestamps_enabled to true: rows are ordered by times of the log.')
  }
  if (down.length === 0) return ok('store', `${nodes}.`)
  const away = down.map(({ address }) => address).join(', ')
  return warn('store', `${nodes}; ${away} cannot be reached.`, 'Start what is down, or remove it for good.')
}

function schemaFinding(probe: CassandraProbe): Finding {
  const { keyspace, replication, schemaVersion, schemaVersionWanted, tablesMissing, tablesOutdated } = probe
  if (replication === null) return fail('schema', `There is no keyspace ${keyspace}.`, MIGRATE)
  if (tablesMissing.length > 0 || (schemaVersion ?? 0) < schemaVersionWanted) {
    return fail('schema', `Keyspace ${keyspace} lacks tables or is of an older version.`, MIGRATE)
  }
  if ((schemaVersion ?? 0) > schemaVersionWanted) {
    const says = `Keyspace ${keyspace} is of version ${schemaVersion}, this program knows ${schemaVersionWanted}.`
    return fail('schema', says, 'Use the newer program, or another keyspace.')
  }
  if (tablesOutdated.length > 0) {
    const says = `Retention or compaction of ${tablesOutdated.join(', ')} is not that of the settings.`
    return warn('schema', says, MIGRATE)
  }
  if (probe.replicationDiffers !== null) return warn('schema', probe.replicationDiffers, '')
  return ok('schema', `Keyspace ${keyspace}, version ${schemaVersion}, ${replication}.`)
}

function clockFinding({ clockSkewMs }: CassandraProbe): Finding {
  const distance = Math.abs(clockSkewMs)
  const way = clockSkewMs > 0 ? 'ahead of' : 'behind'
  if (distance < SKEW_WARNED_MS) return ok('clocks', `The store’s clock agrees with this machine’s.`)
  const says = `The store’s clock is ${(distance / 1_000).toFixed(1)} s ${way} this machine’s.`
  const advice = 'Let every machine take its time from the same source (NTP).'
  return distance < SKEW_REFUSED_MS ? warn('clocks', says, advice) : fail('clocks', says, advice)
}

function counted(count: number, what: string): string {
  return `${count.toLocaleString('en-US')} ${what}${count === 1 ? '' : 's'}`
}
