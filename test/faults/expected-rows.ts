/** What the store must hold of a log: folded anew in one piece, checked against the count by hand, compared row by row. */
import { DEFAULT_BOTS } from '@smacktalk/contract'
import type { EventLog, LogRecord, RowStore, StoredRow } from '@smacktalk/ports'
import { DEFAULT_FOLD_SETTINGS } from '@smacktalk/stream'
import { PartitionWorker } from '@smacktalk/stream-job'
import { decodeRecord, decodeRow } from '@smacktalk/wire'
import { compareWithOracle } from '../oracle/compare-with-oracle.ts'
import { MemoryStore } from '../support/memory-store.ts'

/** Rows of a batch; the fold must not care. */
const BATCH_RECORDS = 5_000
/** Nothing is evicted: this fold is the simple one. */
const CACHE_WEIGHT = 100_000_000
/** Differences told; more say no more. */
const TOLD_MAX = 10

const ORACLE_OPTIONS = {
  horizonMs: DEFAULT_FOLD_SETTINGS.horizonMs,
  spoolMs: DEFAULT_FOLD_SETTINGS.spoolMs,
  defaultBots: DEFAULT_BOTS,
  defaultPrefix: '!',
}

/** The chat log by partition, from its first record to its end. */
export async function wholeLog(log: EventLog): Promise<readonly LogRecord[][]> {
  const partitions: LogRecord[][] = []
  for (let partition = 0; partition < log.partitions; partition++) {
    const { low, end } = await log.extent('chat', partition)
    if (low !== 0) throw new Error(`The log has lost the start of partition ${partition}.`)
    const records: LogRecord[] = []
    if (end > 0) for await (const batch of log.read('chat', partition, low, end)) records.push(...batch)
    partitions.push(records)
  }
  return partitions
}

/** Folds a whole log without a restart, an eviction or a fault. */
export async function foldedOnce(partitions: readonly LogRecord[][]): Promise<MemoryStore> {
  const store = new MemoryStore()
  for (const [partition, records] of partitions.entries()) {
    const settings = { fold: DEFAULT_FOLD_SETTINGS, cacheWeightMax: CACHE_WEIGHT }
    const worker = await PartitionWorker.open(partition, store, settings, async () => 0)
    for (let from = 0; from < records.length; from += BATCH_RECORDS) {
      await worker.batch(records.slice(from, from + BATCH_RECORDS))
    }
    await worker.commit()
  }
  return store
}

/** Expects that the fold of this log is what somebody counts by hand. */
export async function expectOracle(partitions: readonly LogRecord[][]): Promise<void> {
  for (const records of partitions) {
    if (records.length === 0) continue
    const entries = records.map(({ offset, appendMs, value }) => ({
      offset,
      appendMs,
      record: decodeRecord(value),
    }))
    await compareWithOracle(entries, ORACLE_OPTIONS)
  }
}

/** One sentence for each row that is missing, too much, or not the expected one to the byte. */
export async function differentRows(expected: MemoryStore, store: RowStore): Promise<string[]> {
  const partitions = new Map<string, StoredRow>()
  for (const row of expected.rows.values()) partitions.set(`${row.table}|${row.partition}`, row)
  const differences: string[] = []
  for (const { table, partition } of partitions.values()) {
    const [own, should] = await Promise.all([store.load(table, partition), expected.load(table, partition)])
    const found = new Map(own.map((row) => [row.row, comparable(row)]))
    for (const row of should) {
      const name = `${table} ${partition} ${row.row}`
      const is = found.get(row.row)
      found.delete(row.row)
      if (is === undefined) differences.push(`${name} is missing`)
      else if (is !== comparable(row)) differences.push(`${name} is ${is} instead of ${comparable(row)}`)
    }
    for (const row of found.keys()) differences.push(`${table} ${partition} ${row} should not be there`)
  }
  const more = differences.length - TOLD_MAX
  return more > 0 ? [...differences.slice(0, TOLD_MAX), `and ${more} more`] : differences
}

function comparable({ table, position, writtenAt, value }: StoredRow): string {
  switch (table) {
    case 'checkpoints':
      return JSON.stringify(decodeRow('checkpoint', value))
    case 'clocks': {
      // Its position and its sightings depend on when it was committed; what it has judged does not.
      const { runs, ...row } = decodeRow('clock', value)
      return JSON.stringify([row, runs.map(({ sightings: _, ...run }) => run)])
    }
    case 'user_channels':
    case 'user_names':
      // A fact says all it says by being there; which record wrote it first differs after a restart.
      return Buffer.from(value).toString('hex')
    default:
      return `${position} ${writtenAt} ${Buffer.from(value).toString('hex')}`
  }
}
