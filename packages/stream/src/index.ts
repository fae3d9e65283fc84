export { DEFAULT_FOLD_SETTINGS, type FoldSettings, readBackMs } from './fold-settings.ts'
export type { PartitionRef } from './needed-partitions.ts'
export {
  type CommitPoint,
  type DecodedRow,
  PartitionFold,
  type PlacedRecord,
} from './partition-fold.ts'
export type { CachedRow } from './row-cache.ts'
export { resultTable } from './row-tables.ts'
export { SIGHTINGS_MAX } from './sightings.ts'
