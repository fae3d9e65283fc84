/** Keys of the kill test: several share a partition, as channels do. */
export const KEYS: readonly string[] = Array.from({ length: 12 }, (_, index) => String(1_000 + index * 7))

/** Store partition with the rows of a log partition. */
export const rowsPartition = (partition: number): string => `v1/kill/${partition}`

/** Rows that a commit writes per key, all with the same number: enough for a kill to fall between two of them. */
export const ROWS_PER_KEY = 60
export const rowsOf = (key: string): string[] =>
  Array.from({ length: ROWS_PER_KEY }, (_, index) => `${key}/${String(index).padStart(2, '0')}`)
