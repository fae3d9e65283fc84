/**
 * One log partition, worked on: remember, load, judge, fold, write, commit. The order of effects is what makes
 * a crash at any moment harmless (architecture.md, idea 4); it is exercised step by step in the simulation.
 */
import {
  type Alert,
  CHECKPOINTS_PARTITION,
  type CheckpointRow,
  checkpointRow,
  clocksPartition,
  type TableName,
  type View,
} from '@smacktalk/contract'
import {
  BrokenRowError,
  LogMismatchError,
  type LogRecord,
  type RowStore,
  type StoredRow,
} from '@smacktalk/ports'
import {
  type CachedRow,
  type DecodedRow,
  type FoldSettings,
  PartitionFold,
  type PlacedRecord,
  readBackMs,
  resultTable,
} from '@smacktalk/stream'
import {
  BrokenBytesError,
  decodeRecord,
  decodeRow,
  encodeRow,
  type RowName,
  UnknownSchemaError,
} from '@smacktalk/wire'
import { ForeignSchemas } from './foreign-schemas.ts'

export interface WorkerSettings {
  readonly fold: FoldSettings
  /** Rows (and empty partitions) kept in memory of this partition; asked anew each time. */
  readonly cacheWeightMax: number
  /** Tells of moments that began or ended; resolves when that is durable. Nobody is told when it is left out. */
  readonly tell?: (alerts: readonly Alert[]) => Promise<void>
}

/** A record whose bytes cannot be read: kept aside, never fatal. */
export interface DeadLetter {
  readonly partition: number
  readonly offset: number
  readonly reason: string
}

export class PartitionWorker {
  readonly #partition: number
  readonly #store: RowStore
  readonly #settings: WorkerSettings
  readonly #fold: PartitionFold
  readonly #readBackFrom: number
  /** What this worker started from; null in a log that was never folded. */
  readonly #checkpoint: CheckpointRow | null
  /** Largest append time so far: a broker whose clock steps back must not take the fold's time with it. */
  #appendMs: number
  readonly #foreign: ForeignSchemas
  /** Writes on their way; a commit waits for all of them. */
  readonly #writes = new Set<Promise<void>>()

  private constructor(
    partition: number,
    store: RowStore,
    settings: WorkerSettings,
    fold: PartitionFold,
    checkpoint: CheckpointRow | null,
    readBackFrom: number,
  ) {
    this.#partition = partition
    this.#store = store
    this.#foreign = new ForeignSchemas(store)
    this.#settings = settings
    this.#fold = fold
    this.#checkpoint = checkpoint
    this.#readBackFrom = readBackFrom
    // What lies before the read-back is older than its first record, so the maximum starts with that one.
    this.#appendMs = readBackFrom <= fold.position ? 0 : (checkpoint?.appendMs ?? 0)
  }

  /**
   * Reads the checkpoint and the clock rows. `readFrom` is where the log has to be read from: the identities
   * of one horizon come before what is new. `offsetAt` finds the first record appended at or after a time.
   */
  static async open(
    partition: number,
    store: RowStore,
    settings: WorkerSettings,
    offsetAt: (appendMs: number) => Promise<number>,
  ): Promise<PartitionWorker> {
    const row = checkpointRow(partition)
    const [stored] = await store.loadRange('checkpoints', CHECKPOINTS_PARTITION, row, `${row}\u0001`)
    const checkpoint = stored === undefined ? null : readRow('checkpoint', stored)
    const clocks = await store.load('clocks', clocksPartition(partition))
    const fold = new PartitionFold(
      settings.fold,
      checkpoint,
      clocks.map((clock) => ({ row: readRow('clock', clock), position: clock.position })),
    )
    // Without a checkpoint everything that the log still has is new.
    const windowStart = checkpoint === null ? 0 : checkpoint.appendMs - readBackMs(settings.fold)
    const readBackFrom = await offsetAt(windowStart)
    // Records before the position that the log has dropped already cannot matter: they are beyond every horizon.
    return new PartitionWorker(partition, store, settings, fold, checkpoint, readBackFrom)
  }

  /** Offset of the first record this worker wants. */
  get readFrom(): number {
    return this.#checkpoint === null
      ? this.#readBackFrom
      : Math.min(this.#readBackFrom, this.#checkpoint.position + 1)
  }

  get position(): number {
    return this.#fold.position
  }

  get cacheWeight(): number {
    return this.#fold.cacheWeight
  }

  account(): ReturnType<PartitionFold['account']> {
    return this.#fold.account()
  }

  /**
   * Folds records that follow each other; returns those whose bytes could not be read, once each. Throws
   * LogMismatchError when the log is not the one the checkpoint was written for.
   */
  async batch(records: readonly LogRecord[]): Promise<DeadLetter[]> {
    this.#checkLog(records)
    const committed = this.#checkpoint?.position ?? -1
    const placed: PlacedRecord[] = []
    const dead: DeadLetter[] = []
    for (const { offset, appendMs: told, value } of records) {
      const appendMs = Math.max(this.#appendMs, told)
      this.#appendMs = appendMs
      try {
        placed.push({ offset, appendMs, record: decodeRecord(value) })
      } catch (error) {
        if (!(error instanceof BrokenBytesError)) throw error
        const found =
          error instanceof UnknownSchemaError ? await this.#foreign.read(value, error) : error.message
        if (typeof found !== 'string') {
          placed.push({ offset, appendMs, record: found })
          continue
        }
        // One that is only read back was reported before the checkpoint was written.
        if (offset > committed) dead.push({ partition: this.#partition, offset, reason: found })
        placed.push({ offset, appendMs, record: null })
      }
    }
    const loads = this.#fold.needed(placed).map(async ({ table, partition }) => {
      const rows = await this.#store.load(table, partition)
      this.#fold.install(table, partition, rows.map(decode))
    })
    await Promise.all(loads)
    this.#fold.fold(placed)
    const telling = this.#tell()
    // Here and not after a commit: then all is clean, and what the next record needs would go first.
    this.#fold.evict(this.#settings.cacheWeightMax)
    await telling
    return dead
  }

  /** No commit passes what has not been told: after a crash it is told again, with the same ids. */
  async #tell(): Promise<void> {
    const alerts = this.#fold.takeAlerts()
    const { tell } = this.#settings
    if (alerts.length > 0 && tell !== undefined) await this.#track(tell(alerts), [])
  }

  /** What changed since the last call; may be ahead of the store, never of the log. */
  views(): View[] {
    return this.#fold.takeViews()
  }

  /** Writes the changed rows of some tables; they need no position, each is its own checkpoint. */
  async flush(wanted: (table: TableName) => boolean): Promise<void> {
    const rows = this.#fold.takeDirty(wanted)
    if (rows.length > 0) await this.#track(this.#store.write(rows.map(encode)), rows)
  }

  /** Makes everything folded so far durable, then the position. Calls must not overlap. */
  async commit(): Promise<void> {
    const commit = this.#fold.takeCommit()
    if (commit === null) return
    const rows = this.#fold.takeDirty()
    const earlier = Promise.all(this.#writes)
    const { position, writtenAt } = commit
    const encoded = {
      rows: rows.map(encode),
      deletes: [],
      clocks: commit.clocks.map(({ channelId, row }) => ({
        table: 'clocks' as const,
        partition: clocksPartition(this.#partition),
        row: channelId,
        position,
        writtenAt,
        value: encodeRow('clock', row),
      })),
      checkpoint: {
        table: 'checkpoints' as const,
        partition: CHECKPOINTS_PARTITION,
        row: checkpointRow(this.#partition),
        position,
        writtenAt,
        value: encodeRow('checkpoint', commit.checkpoint),
      },
    }
    // Every change at or before the position, also those flushed before, is acknowledged first.
    await earlier
    await this.#store.commit(encoded)
    this.#fold.acknowledge(rows)
  }

  /**
   * A log that was made anew, or cut short and grown again, has younger records at or before the checkpoint's
   * position than the checkpoint itself, whose time is the latest of all up to there.
   */
  #checkLog(records: readonly LogRecord[]): void {
    if (this.#checkpoint === null) return
    const { position, appendMs } = this.#checkpoint
    const found = records.find((record) => record.offset > position || record.appendMs > appendMs)
    if (found === undefined || found.offset > position) return
    throw new LogMismatchError(
      `Partition ${this.#partition} of the log has a record of ${new Date(found.appendMs).toISOString()} at offset ${found.offset}, but the rows were counted up to offset ${position} by ${new Date(appendMs).toISOString()}: the topic was made anew or cut short after that`,
      'Start with a new store (keyspace or data folder) for the new log, or bring back the log that the rows belong to.',
    )
  }

  /** A write that failed stays in the set: no commit may pass rows that are not there. */
  async #track(write: Promise<void>, rows: readonly CachedRow[]): Promise<void> {
    this.#writes.add(write)
    await write
    this.#writes.delete(write)
    this.#fold.acknowledge(rows)
  }
}

function decode({ table, row, position, value, partition, writtenAt }: StoredRow): DecodedRow {
  const schema = resultTable(table).schema
  return { row, position, value: readRow(schema, { table, partition, row, position, writtenAt, value }) }
}

function encode({ table, partition, row, position, writtenAt, state }: CachedRow): StoredRow {
  const { schema } = resultTable(table)
  const value = encodeRow(schema, state.toStored() as never)
  return { table, partition, row, position, writtenAt, value }
}

function readRow<N extends RowName>(name: N, row: StoredRow): ReturnType<typeof decodeRow<N>> {
  try {
    return decodeRow(name, row.value)
  } catch (cause) {
    throw new BrokenRowError(
      `The row ${row.table}/${row.partition}/${row.row} cannot be read.`,
      'It was written by another version or the data is damaged; counting stops here so that nothing wrong is built on it. Restore the data, or start with an empty data folder.',
      cause,
    )
  }
}
