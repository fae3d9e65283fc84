/** What a person can do with the servers that run now. */
import { type ClusterArguments, DEFAULT_CASSANDRA_PORT, DEFAULT_KAFKA_PORT } from './arguments.ts'
import type { LocalCluster } from './local-cluster.ts'

/** Copies of what is logged; the product's default is one. */
function replication({ brokers }: ClusterArguments): string[] {
  return brokers === 1 ? [] : [`SMACKTALK_KAFKA_REPLICATION=${brokers}`]
}

function addresses(args: ClusterArguments, { addresses: now }: Pick<LocalCluster, 'addresses'>): string[] {
  const usual = args.kafkaPort === DEFAULT_KAFKA_PORT && args.brokers === 1
  return [
    ...(usual ? [] : [`SMACKTALK_KAFKA_BROKERS=${now.kafka}`]),
    ...(args.cassandraPort === DEFAULT_CASSANDRA_PORT
      ? []
      : [`SMACKTALK_CASSANDRA_CONTACT_POINTS=${now.cassandra}`]),
  ]
}

export function nextSteps(args: ClusterArguments, cluster: Pick<LocalCluster, 'addresses'>): string {
  const settings = ['SMACKTALK_BACKEND=cluster', ...addresses(args, cluster), ...replication(args)]
  return `
Ready.
  Kafka      ${cluster.addresses.kafka}
  Cassandra  ${cluster.addresses.cassandra}

Go on in other terminals, each with
  export ${settings.join(' ')}
first once
  npx smacktalk migrate
then, one terminal each and as many of each as you like,
  npx smacktalk ingestor
  npx smacktalk stream-job
  npx smacktalk gateway

Ctrl-C here stops both servers; their data stays in ${args.dataDir}.`
}
