/** What the parts of the way are called, by the backing; the picture is the same. */

export type Backend = 'embedded' | 'cluster'

export interface BackingNames {
  readonly log: string
  readonly store: string
  /** The same within a sentence. */
  readonly logWords: string
  readonly storeWords: string
  /** What each letter of SMACK is here. */
  readonly smack: readonly { readonly letter: string; readonly what: string }[]
  readonly placement: string
}

const NAMES: Readonly<Record<Backend, BackingNames>> = {
  cluster: {
    log: 'Kafka, topic chat',
    store: 'Cassandra',
    logWords: 'the Kafka topic chat',
    storeWords: 'tables in Cassandra',
    placement: 'Processes share the partitions; any of them takes over any other’s.',
    smack: [
      { letter: 'S', what: 'stream job, in Spark’s place' },
      { letter: 'M', what: 'Marathon on Mesos, places the roles' },
      { letter: 'A', what: 'partition workers, in Akka’s place' },
      { letter: 'C', what: 'Cassandra, the rows' },
      { letter: 'K', what: 'Kafka, the log' },
    ],
  },
  embedded: {
    log: 'Log, in SQLite',
    store: 'Rows, in SQLite',
    logWords: 'a table in SQLite, on a cluster a Kafka topic',
    storeWords: 'tables in SQLite, on a cluster in Cassandra',
    placement: 'Here all roles share one process; on a cluster each has its own.',
    smack: [
      { letter: 'S', what: 'stream job, in Spark’s place' },
      { letter: 'M', what: 'one process here; Marathon on Mesos places the roles' },
      { letter: 'A', what: 'partition workers, in Akka’s place' },
      { letter: 'C', what: 'rows in SQLite here; Cassandra on a cluster' },
      { letter: 'K', what: 'log in SQLite here; Kafka on a cluster' },
    ],
  },
}

export function backingNames(backend: Backend): BackingNames {
  return NAMES[backend]
}
