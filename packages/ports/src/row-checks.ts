/**
 * What may be stored, the same in every backing. Whoever breaks these rules has a fault of its own, so they are no
 * errors to try again after.
 */
import type { RowKey } from '@smacktalk/contract'
import type { RowDelete, StoredRow } from './row-store.ts'

/**
 * Only among these is the order of UTF-8 bytes the order by code unit on every backing. Partition keys are only
 * compared for equality, and some hold names as a line brought them; so any text will do there.
 */
const PRINTABLE_ASCII = /^[\x20-\x7e]*$/

export function checkRow(row: StoredRow): void {
  checkKey(row)
  checkInteger(row, 'position', row.position)
  checkInteger(row, 'writtenAt', row.writtenAt)
  if (!(row.value instanceof Uint8Array)) throw new TypeError(`${nameOf(row)}: the value must be bytes`)
}

export function checkDelete(removed: RowDelete): void {
  checkKey(removed)
  checkInteger(removed, 'writtenAt', removed.writtenAt)
}

function checkKey(key: RowKey): void {
  if (typeof key.partition !== 'string') throw new TypeError(`${nameOf(key)}: the partition must be text`)
  if (typeof key.row === 'string' && PRINTABLE_ASCII.test(key.row)) return
  throw new RangeError(`${nameOf(key)}: a row key is printable ASCII`)
}

/**
 * A missing or fractional number would be stored as NULL by SQLite. In Cassandra a missing timestamp silently becomes
 * the server's clock and NaN becomes 0.
 */
function checkInteger(key: RowKey, field: string, value: number): void {
  if (Number.isSafeInteger(value)) return
  throw new RangeError(`${nameOf(key)}: ${field} must be a whole number below 2^53, not ${value}`)
}

function nameOf(key: RowKey): string {
  return `row ${JSON.stringify(key.row)} of ${key.table} ${JSON.stringify(key.partition)}`
}
