export { type Demo, type DemoOptions, type ImportPastOptions, startDemo } from './demo.ts'
export { type HistoryOptions, type HistoryTotals, importHistory } from './history.ts'
export { type Ingestor, type IngestorFigures, type IngestorOptions, startIngestor } from './ingestor.ts'
export { createSettingsBook, type IngestorSettings } from './settings-book.ts'
