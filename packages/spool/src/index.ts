export { SpoolUnavailableError } from './errors.ts'
export { type OnGoing, SPOOL_BYTES_MAX, Spool, type SpoolOptions } from './spool.ts'
export { type EntryHead, type EntryKind, type Loss, type SpoolEntry, spooledBytes } from './spool-entry.ts'
export type { SpoolLogger } from './spool-folder.ts'
