/** Rows, deletes and commits that the row store's suite is made of. */
import type { TableName } from '@smacktalk/contract'
import type { Commit, RowDelete, RowStore, StoredRow } from '@smacktalk/ports'
import { bytesOf, textOf } from './records.ts'

/** Microseconds; some day in 2026. */
export const T = Date.UTC(2026, 0, 15) * 1_000
export const SEED = 20_260_115

let partitions = 0
/** Stores may live longer than a test, so every test has partitions of its own. */
export const ownPartition = (): string => `v1/${process.pid}-${++partitions}`

export function rowOf(
  partition: string,
  row: string,
  writtenAt: number,
  text = 'value',
  table: TableName = 'minutes',
  position = 1,
): StoredRow {
  return { table, partition, row, position, writtenAt, value: bytesOf(text) }
}

export function deleteOf(partition: string, row: string, writtenAt: number): RowDelete {
  return { table: 'minutes', partition, row, writtenAt }
}

export function commitOf(partition: string, writtenAt: number, parts: Partial<Commit> = {}): Commit {
  const checkpoint = rowOf(partition, '0000', writtenAt, `checkpoint ${writtenAt}`, 'checkpoints', 99)
  return { rows: [], deletes: [], clocks: [], checkpoint, ...parts }
}

export async function contentOf(
  store: RowStore,
  partition: string,
  table: TableName = 'minutes',
): Promise<Record<string, string>> {
  const rows = await store.load(table, partition)
  return Object.fromEntries(rows.map(({ row, value }) => [row, textOf(value)]))
}

/** A seeded shuffle: the same order in every run. */
export function shuffled<T>(items: readonly T[]): T[] {
  const result = [...items]
  let state = SEED
  for (let index = result.length - 1; index > 0; index--) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    const other = state % (index + 1)
    const moved = result[index]!
    result[index] = result[other]!
    result[other] = moved
  }
  return result
}
