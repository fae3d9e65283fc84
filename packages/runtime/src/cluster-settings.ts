/** The part of the settings that says where Kafka and Cassandra are; used with `backend: cluster`. */
import {
  ADDRESS_ITEM_SCHEMA,
  addressItem,
  choice,
  flag,
  integer,
  list,
  secret,
  text,
} from './setting-kinds.ts'
import type { Setting, ValuesOf } from './settings-table.ts'

/** Kafka allows 249 characters for a topic; the longest of ours and the demo world's mark must fit behind. */
const TOPIC_PREFIX = /^[A-Za-z0-9._-]{0,200}$/
/** Cassandra allows 48 characters for a keyspace; the demo world's `_demo` must fit behind. */
const KEYSPACE = /^[a-z][a-z0-9_]{0,42}$/
/** A number of copies, or one per data centre: `dc1:3,dc2:2`. */
const REPLICATION = /^(?:[1-9]\d?|[A-Za-z0-9._-]+:[1-9]\d?(?:,[A-Za-z0-9._-]+:[1-9]\d?)*)$/

export const kafkaSettings = {
  brokers: list({
    default: ['127.0.0.1:9092'],
    shownDefault: '127.0.0.1:9092',
    notEmpty: 'at least one broker is needed',
    item: addressItem('needed'),
    itemSchema: ADDRESS_ITEM_SCHEMA,
    help: 'brokers to ask first, `host:port`; they name the others',
  }),
  ssl: flag({ default: false, help: 'speak TLS with the brokers' }),
  sslCaFile: file(
    'of the authority that signed the brokers’ certificates; those the system trusts by default',
  ),
  sasl: choice({
    values: ['none', 'plain', 'scram-sha-256', 'scram-sha-512'],
    default: 'none',
    help: 'how to log in to the brokers; needs `kafka.username` and `kafka.password`',
  }),
  username: text({ default: '', shownDefault: 'none', help: 'account at the brokers' }),
  password: secret({ shownDefault: 'none', help: 'password of that account' }),
  topicPrefix: text({
    default: 'smacktalk.',
    check: (prefix) =>
      TOPIC_PREFIX.test(prefix) ? null : 'up to 200 of a-z, A-Z, 0-9, dot, _ and - are needed',
    schema: { pattern: TOPIC_PREFIX.source },
    help: 'what the names of topics and consumer groups start with; the demo world adds `demo.`',
  }),
  partitions: integer({
    min: 1,
    max: 1_024,
    default: 64,
    help: 'partitions of the chat and of the list of channels, chosen once: more stream jobs, or ingestors of a group, than these have nothing to do',
  }),
  replication: integer({
    min: 1,
    max: 9,
    default: 1,
    help: 'copies of each topic; 3 where there are three brokers',
  }),
  sessionTimeoutMs: integer({
    min: 1_000,
    max: 300_000,
    default: 6_000,
    help: 'silence after which others of its kind take over the part of a stream job or an ingestor that was killed',
  }),
} as const

export const cassandraSettings = {
  contactPoints: list({
    default: ['127.0.0.1:9042'],
    shownDefault: '127.0.0.1:9042',
    notEmpty: 'at least one node is needed',
    item: addressItem('allowed'),
    itemSchema: ADDRESS_ITEM_SCHEMA,
    help: 'nodes to ask first, `host` or `host:port`; they name the others',
  }),
  localDataCenter: text({
    default: 'datacenter1',
    check: (name) => (name === '' ? 'the name of a data centre is needed' : null),
    help: 'data centre that is read and written first',
  }),
  keyspace: text({
    default: 'smacktalk',
    check: (name) =>
      KEYSPACE.test(name) ? null : 'a letter and up to 42 more of a-z, 0-9 and _ are needed, in lower case',
    schema: { pattern: KEYSPACE.source },
    help: 'keyspace of the tables; the demo world adds `_demo`',
  }),
  replication: replication(),
  consistency: choice({
    values: ['localQuorum', 'localOne', 'quorum', 'one'],
    default: 'localQuorum',
    help: 'how many copies must have answered a write or read of the stream job',
  }),
  username: text({ default: '', shownDefault: 'none', help: 'role to log in with' }),
  password: secret({ shownDefault: 'none', help: 'password of that role' }),
  tls: flag({ default: false, help: 'speak TLS with the nodes' }),
  tlsCaFile: file('of the authority that signed the nodes’ certificates; those the system trusts by default'),
} as const

type ClusterValues = {
  readonly kafka: ValuesOf<typeof kafkaSettings>
  readonly cassandra: ValuesOf<typeof cassandraSettings>
}

/** Rules between these settings; a sentence for each that is broken. */
export function clusterConflicts({ kafka, cassandra }: ClusterValues): string[] {
  const conflicts: string[] = []
  const kafkaLogin = kafka.username !== '' && kafka.password !== null
  if (kafka.sasl !== 'none' && !kafkaLogin) {
    conflicts.push(`kafka.sasl is ${kafka.sasl}: kafka.username and kafka.password are needed too.`)
  }
  if (kafka.sasl === 'none' && (kafka.username !== '' || kafka.password !== null)) {
    conflicts.push('kafka.username or kafka.password is set without kafka.sasl: say which mechanism to use.')
  }
  if ((cassandra.username === '') !== (cassandra.password === null)) {
    conflicts.push('cassandra.username and cassandra.password belong together: set both or none.')
  }
  if (kafka.sslCaFile !== '' && !kafka.ssl) conflicts.push('kafka.sslCaFile is set without kafka.ssl: true.')
  if (/^(one|localOne)$/.test(cassandra.consistency) && cassandra.replication !== '1') {
    conflicts.push(
      `cassandra.consistency is ${cassandra.consistency} with copies ${cassandra.replication}: a position and the rows before it could come from different copies. Use localQuorum, or keep one copy.`,
    )
  }
  if (cassandra.tlsCaFile !== '' && !cassandra.tls) {
    conflicts.push('cassandra.tlsCaFile is set without cassandra.tls: true.')
  }
  return conflicts
}

function file(what: string): Setting<string> {
  return text({
    default: '',
    shownDefault: 'none',
    check: (path) => (path.includes('\0') ? 'the path of a file is needed' : null),
    help: `file with the certificate (PEM) ${what}`,
  })
}

/** A text; in the file a plain number too. */
function replication(): Setting<string> {
  const setting = text({
    default: '1',
    check: (copies) =>
      REPLICATION.test(copies)
        ? null
        : 'a number of copies is needed, or one per data centre as in dc1:3,dc2:2',
    schema: { type: ['string', 'integer'], pattern: REPLICATION.source },
    help: 'copies of each row: a number, or one per data centre as in `dc1:3,dc2:2`; 3 in production',
  })
  return {
    ...setting,
    fromJson: (value) => setting.fromJson(typeof value === 'number' ? String(value) : value),
  }
}
