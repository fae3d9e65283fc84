/** Folds a recording on some backing and tells every row the job has written there. */
import type { EventLog, OutgoingRecord, RowStore } from '@smacktalk/ports'
import { silentLogger, systemClock } from '@smacktalk/runtime'
import { DEFAULT_FOLD_SETTINGS } from '@smacktalk/stream'
import { startStreamJob } from '@smacktalk/stream-job'
import { decodeRow } from '@smacktalk/wire'

/** Records an append takes at once; small enough that Kafka makes many batches of it. */
const PIECE_RECORDS = 500

/** Rows by `table|partition|row`: position and value, in hex. */
export type StoredRows = ReadonlyMap<string, string>

export async function foldOn(
  { log, store }: { log: EventLog; store: RowStore },
  recording: readonly OutgoingRecord[],
): Promise<StoredRows> {
  for (let from = 0; from < recording.length; from += PIECE_RECORDS) {
    await log.append('chat', recording.slice(from, from + PIECE_RECORDS))
  }
  const ends: number[] = []
  for (let partition = 0; partition < log.partitions; partition++) {
    ends.push((await log.extent('chat', partition)).end)
  }
  const watched = watchedStore(store)
  {
    await using job = startStreamJob({
      log,
      store: watched.store,
      clock: systemClock,
      logger: silentLogger,
      fold: DEFAULT_FOLD_SETTINGS,
    })
    await job.folded(ends)
    await job.commit()
  }
  return readAll(store, watched.partitions)
}

/** Passes everything on and remembers which partitions were written: a store cannot be asked for all it has. */
function watchedStore(store: RowStore) {
  const partitions = new Map<string, Parameters<RowStore['load']>>()
  const see = (rows: readonly { table: Parameters<RowStore['load']>[0]; partition: string }[]): void => {
    for (const { table, partition } of rows) partitions.set(`${table}|${partition}`, [table, partition])
  }
  const watching: RowStore = {
    load: (table, partition) => store.load(table, partition),
    loadRange: (table, partition, from, to) => store.loadRange(table, partition, from, to),
    write(rows) {
      see(rows)
      return store.write(rows)
    },
    commit(commit) {
      see([...commit.rows, ...commit.clocks, commit.checkpoint])
      return store.commit(commit)
    },
    [Symbol.asyncDispose]: () => store[Symbol.asyncDispose](),
  }
  return { store: watching, partitions }
}

async function readAll(
  store: RowStore,
  partitions: ReadonlyMap<string, Parameters<RowStore['load']>>,
): Promise<StoredRows> {
  const found = new Map<string, string>()
  for (const [table, partition] of partitions.values()) {
    for (const row of await store.load(table, partition)) {
      const value = Buffer.from(row.value).toString('hex')
      found.set(`${table}|${partition}|${row.row}`, comparable(table, row.position, row.value, value))
    }
  }
  return new Map([...found].sort(([a], [b]) => (a < b ? -1 : 1)))
}

/** Append times are each log's own, and only a checkpoint holds them. */
function comparable(table: string, position: number, bytes: Uint8Array, hex: string): string {
  return table === 'checkpoints' ? `${decodeRow('checkpoint', bytes).position}` : `${position} ${hex}`
}
