export {
  type Backend,
  type BackendOptions,
  type BackendSettings,
  migrateBackend,
  openBackend,
  probeBackend,
} from './backend.ts'
export type { DataSource } from './cluster-places.ts'
export * from './finding.ts'
export type { Patience, Wait } from './patience.ts'
export { type Newest, newestOf, type Rows, rowsOf } from './progress.ts'
