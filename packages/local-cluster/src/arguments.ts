/** The words of `npm run cluster -- ...`. */
import { parseArgs } from 'node:util'
import { ArgumentError } from './errors.ts'
import type { BrokerCount } from './start-kafka.ts'

export interface ClusterArguments {
  readonly help: boolean
  readonly brokers: BrokerCount
  /** Of the first broker; the others have the next ones. */
  readonly kafkaPort: number
  readonly cassandraPort: number
  readonly dataDir: string
  readonly fresh: boolean
}

/** What the product looks for when it is told nothing else. */
export const DEFAULT_KAFKA_PORT = 9092
export const DEFAULT_CASSANDRA_PORT = 9042

/** Leaves room for the other brokers' ports. */
const PORT_MAX = 65_533

export const CLUSTER_HELP = `A real Kafka and a real Cassandra on this machine, without Docker.

Usage: npm run cluster -- [options]

Options
  --brokers 1|3            Kafka brokers; three keep running when one is missing (default 1)
  --kafka-port <port>      port of the first broker, the others have the next ones (default ${DEFAULT_KAFKA_PORT})
  --cassandra-port <port>  port of Cassandra (default ${DEFAULT_CASSANDRA_PORT})
  --data-dir <folder>      where the data is kept from run to run (default data/cluster)
  --fresh                  begin without the data of earlier runs
  --help                   this text

Needs Java 17 and Maven. The first run fetches some 120 MB, once. Ctrl-C stops both servers.`

/** @throws {ArgumentError} that names the word and what would fit. */
export function readArguments(words: readonly string[]): ClusterArguments {
  const values = parse(words)
  return {
    help: values.help,
    brokers: brokerCount(values.brokers),
    kafkaPort: portOf('--kafka-port', values['kafka-port']),
    cassandraPort: portOf('--cassandra-port', values['cassandra-port']),
    dataDir: folderOf(values['data-dir']),
    fresh: values.fresh,
  }
}

function parse(words: readonly string[]) {
  try {
    return parseArgs({
      args: [...words],
      allowPositionals: false,
      options: {
        help: { type: 'boolean', short: 'h', default: false },
        brokers: { type: 'string', default: '1' },
        'kafka-port': { type: 'string', default: String(DEFAULT_KAFKA_PORT) },
        'cassandra-port': { type: 'string', default: String(DEFAULT_CASSANDRA_PORT) },
        'data-dir': { type: 'string', default: 'data/cluster' },
        fresh: { type: 'boolean', default: false },
      },
    }).values
  } catch (error) {
    const what = error instanceof Error ? error.message : String(error)
    throw new ArgumentError(what, '`npm run cluster -- --help` lists the options.', error)
  }
}

function brokerCount(text: string): BrokerCount {
  if (text === '1') return 1
  if (text === '3') return 3
  throw new ArgumentError(
    `--brokers is "${text}".`,
    'Use 1, or 3: fewer than three cannot agree when one is missing.',
  )
}

function portOf(option: string, text: string): number {
  const port = /^\d+$/.test(text) ? Number(text) : 0
  if (port >= 1 && port <= PORT_MAX) return port
  throw new ArgumentError(`${option} is "${text}".`, `Use a port from 1 to ${PORT_MAX}.`)
}

function folderOf(text: string): string {
  if (text !== '') return text
  throw new ArgumentError('--data-dir is empty.', 'Name a folder.')
}
