/** Cuts rows and deletes into batches: each one partition, one mutation, small enough to be taken. */
import type { RowKey, TableName } from '@smacktalk/contract'
import type { RowDelete, StoredRow } from '@smacktalk/ports'
import { RowTooLargeError } from './errors.ts'

/** Measured: more rows in a batch save no more of the client's time, fewer cost it. */
export const BATCH_ROWS_MAX = 64
/** Keeps a batch of large rows (top lists, people of a day) far from the limit of a mutation and a node's heap. */
export const BATCH_BYTES_MAX = 262_144
/**
 * A mutation may have half of a commit log segment: 16 MiB with the 32 MiB that Cassandra has by default, and a
 * request no more than 16 MiB (native_transport_max_frame_size since 4.1). One MiB is left for keys and headers.
 */
export const ROW_BYTES_MAX = 15 * 1_048_576
/** Cassandra keeps the length of a key in 16 bits. */
const KEY_BYTES_MAX = 65_535

export interface Batch<T extends RowKey = StoredRow | RowDelete> {
  readonly table: TableName
  readonly items: readonly T[]
  readonly bytes: number
}

/**
 * Of a row that comes several times only the newest is sent: the others would lose. Throws before anything is
 * sent when a row is too large, or when two rows of one key and one timestamp differ: Cassandra would keep the
 * larger bytes of each cell, which may be a mixture of both.
 */
export function batchesOf<T extends StoredRow | RowDelete>(items: readonly T[]): Batch<T>[] {
  const tables = new Map<TableName, Map<string, T[]>>()
  for (const item of items) {
    const partitions = tables.get(item.table) ?? new Map<string, T[]>()
    tables.set(item.table, partitions)
    const group = partitions.get(item.partition)
    if (group === undefined) partitions.set(item.partition, [item])
    else group.push(item)
  }
  const batches: Batch<T>[] = []
  for (const [table, partitions] of tables) {
    for (const group of partitions.values()) slice(table, newest(group), batches)
  }
  return batches
}

function slice<T extends StoredRow | RowDelete>(
  table: TableName,
  group: readonly T[],
  batches: Batch<T>[],
): void {
  let items: T[] = []
  let bytes = 0
  for (const item of group) {
    const size = checkedSize(item)
    if (items.length > 0 && (items.length === BATCH_ROWS_MAX || bytes + size > BATCH_BYTES_MAX)) {
      batches.push({ table, items, bytes })
      items = []
      bytes = 0
    }
    items.push(item)
    bytes += size
  }
  batches.push({ table, items, bytes })
}

function newest<T extends StoredRow | RowDelete>(group: readonly T[]): readonly T[] {
  if (group.length === 1) return group
  const rows = new Map<string, T>()
  for (const item of group) {
    const other = rows.get(item.row)
    if (other === undefined || item.writtenAt > other.writtenAt) rows.set(item.row, item)
    else if (item.writtenAt === other.writtenAt) checkSame(item, other)
  }
  return rows.size === group.length ? group : [...rows.values()]
}

function checkSame(item: StoredRow | RowDelete, other: StoredRow | RowDelete): void {
  if (!('value' in item) || !('value' in other)) return
  if (item.position === other.position && Buffer.compare(item.value, other.value) === 0) return
  throw new RangeError(`${nameOf(item)}: two different values have the write timestamp ${item.writtenAt}`)
}

/** Bytes of keys and value; per row some 40 more go over the wire. */
function checkedSize(item: StoredRow | RowDelete): number {
  const { partition, row } = item
  if (partition === '') throw new RangeError(`${nameOf(item)}: the partition must not be empty`)
  // Three bytes at most for a code unit: only long keys are counted exactly.
  const long = (partition.length + row.length) * 3 > KEY_BYTES_MAX
  const partitionBytes = long ? Buffer.byteLength(partition) : partition.length
  const rowBytes = long ? Buffer.byteLength(row) : row.length
  if (partitionBytes > KEY_BYTES_MAX || rowBytes > KEY_BYTES_MAX) {
    throw new RowTooLargeError(
      `${nameOf(item)} has a key of more than ${KEY_BYTES_MAX} bytes`,
      'A key is made of ids, names and times; such a long one is a fault of the program.',
    )
  }
  const size = partitionBytes + rowBytes + ('value' in item ? item.value.length : 0)
  if (size <= ROW_BYTES_MAX) return size
  throw new RowTooLargeError(
    `${nameOf(item)} has ${size} bytes, more than the ${ROW_BYTES_MAX} that fit into one mutation of Cassandra`,
    'Rows are cut so that they stay far below; a row this large is a fault of the program.',
  )
}

function nameOf(item: RowKey): string {
  const short = (key: string): string => JSON.stringify(key.length > 100 ? `${key.slice(0, 100)}...` : key)
  return `row ${short(item.row)} of ${item.table} ${short(item.partition)}`
}
