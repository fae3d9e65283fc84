import { array, boolean, long, record, string, type TypeOf } from './avro-schema.ts'

const topEntrySchema = record('TopEntry', {
  key: string,
  /** What people see; the newest one. Empty when it is the key. */
  label: string,
  count: long,
  /** Messages with it, where `count` counts occurrences. */
  messages: long,
  /** Largest possible over-count. */
  error: long,
})
export type TopEntry = TypeOf<typeof topEntrySchema>

/**
 * Exact, and sorted by key, while there are at most `capacity` distinct keys. Then SpaceSaving: sorted by count,
 * among equals the one that reached it first comes first; that order decides who is replaced.
 */
export const topEntriesSchema = record('TopEntries', { approximate: boolean, entries: array(topEntrySchema) })
export type TopEntries = TypeOf<typeof topEntriesSchema>
