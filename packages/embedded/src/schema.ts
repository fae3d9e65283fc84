import { TABLES, type TableName } from '@smacktalk/contract'
import { TOPICS, type Topic } from '@smacktalk/ports'
import type { Database } from './database.ts'
import { NewerDataError } from './errors.ts'
import { damaged } from './failures.ts'

/** Marks the file as ours (`SMTK`); the `file` command and other programs can tell. */
const APPLICATION_ID = 0x534d544b
/** Layout of the tables below; a file with a higher number is refused. */
const SCHEMA_VERSION = 1

/** `views` is kept in memory (topic-ring.ts). */
export type StoredTopic = Exclude<Topic, 'views'>
export const STORED_TOPICS: readonly StoredTopic[] = TOPICS.filter((topic) => topic !== 'views')

export function topicTable(topic: string): string {
  return `topic_${topic.replaceAll('-', '_')}`
}

export function rowTable(table: TableName): string {
  return `row_${table}`
}

/**
 * Ordered by partition and position, so that a partition is read and trimmed in one stretch of the file.
 * `WITHOUT ROWID` keeps the records in that order; the file stays about an eighth larger than its content.
 */
const topicDefinition = (topic: Topic): string => `
  CREATE TABLE ${topicTable(topic)} (
    partition INTEGER NOT NULL,
    position INTEGER NOT NULL,
    append_ms INTEGER NOT NULL,
    key TEXT NOT NULL,
    value BLOB NOT NULL,
    PRIMARY KEY (partition, position)
  ) WITHOUT ROWID, STRICT;`

/** The value stands last, so that scans of keys and times need not read it. No value marks a deleted row. */
const rowDefinition = (table: TableName): string => `
  CREATE TABLE ${rowTable(table)} (
    partition TEXT NOT NULL,
    row TEXT NOT NULL,
    position INTEGER NOT NULL,
    written_at INTEGER NOT NULL,
    value BLOB,
    PRIMARY KEY (partition, row)
  ) WITHOUT ROWID, STRICT;`

const DEFINITIONS = [
  ...STORED_TOPICS.map(topicDefinition),
  // Compaction looks up the older record of a key.
  'CREATE INDEX topic_channels_key ON topic_channels (partition, key);',
  // Where a partition starts once retention has deleted from it.
  `CREATE TABLE topic_starts (
    topic TEXT NOT NULL,
    partition INTEGER NOT NULL,
    low INTEGER NOT NULL,
    append_ms INTEGER NOT NULL,
    PRIMARY KEY (topic, partition)
  ) WITHOUT ROWID, STRICT;`,
  ...TABLES.map(rowDefinition),
  `PRAGMA application_id = ${APPLICATION_ID};`,
  `PRAGMA user_version = ${SCHEMA_VERSION};`,
].join('\n')

/** Creates the tables in an empty file, accepts our own, refuses anything else before touching it. */
export function prepareSchema(database: Database, path: string): void {
  const { version, application } = marksOf(database)
  const empty = database.prepare('SELECT 1 FROM sqlite_schema LIMIT 1').get() === undefined
  if (empty && application === 0 && version === 0) {
    database.transaction(() => database.exec(DEFINITIONS))
    return
  }
  checkSchema(database, path)
}

/** Refuses what is not ours, or of a layout this build does not know. */
export function checkSchema(database: Database, path: string): void {
  const { version, application } = marksOf(database)
  if (application !== APPLICATION_ID) throw damaged(`"${path}" is not a Smacktalk data file`)
  if (version > SCHEMA_VERSION) {
    throw new NewerDataError(
      `"${path}" was written by a newer Smacktalk (layout ${version}, this one knows ${SCHEMA_VERSION})`,
      'Start the newer version again, or choose another dataDir.',
    )
  }
  if (version !== SCHEMA_VERSION) throw damaged(`"${path}" has the unknown layout ${version}`)
}

function marksOf(database: Database): { version: number; application: number } {
  return { version: database.pragma('user_version'), application: database.pragma('application_id') }
}
