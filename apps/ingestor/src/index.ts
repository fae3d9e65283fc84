export { type Demo, type DemoOptions, type ImportPastOptions, startDemo } from './demo.ts'
export { type DemoPast, openDemoPast } from './demo-past.ts'
export type { Folding } from './folding.ts'
export { type HistoryOptions, type HistoryTotals, importHistory } from './history.ts'
export { ImportInterruptedError, UnreadableFileError } from './import-errors.ts'
export {
  type FileContent,
  type ImportFile,
  inspectFile,
  keepStream,
  type LookedThrough,
  lookThrough,
  runOf,
} from './import-file.ts'
export {
  IMPORT_INGESTOR_ID,
  type ImportOptions,
  type ImportOutcome,
  importRun,
} from './import-run.ts'
export { type IngestGroup, type IngestGroupOptions, openIngestGroup } from './ingest-group.ts'
export {
  type BackfillSource,
  type ChannelsToHear,
  type Ingestor,
  type IngestorFigures,
  type IngestorOptions,
  startIngestor,
} from './ingestor.ts'
export { readApart } from './read-apart.ts'
export type { QueueFigures, QueueSpoolOptions } from './record-queue.ts'
export { createSettingsBook, type IngestorSettings } from './settings-book.ts'
export { type StoredFoldingOptions, storedFolding } from './stored-folding.ts'
export { wantedMeanwhile } from './wanted-meanwhile.ts'
