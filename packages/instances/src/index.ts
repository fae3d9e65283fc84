export {
  type Announcement,
  type AnnounceOptions,
  announce,
  type InstanceFigures,
  instanceId,
  PROCESS_TOKEN,
} from './announce.ts'
export {
  type BestState,
  bestStates,
  ingestorsOf,
  isUpheld,
  type SeenIngestor,
  STATE_FRESH_MS,
} from './best-states.ts'
export {
  type Instances,
  InstanceWatch,
  type Liveness,
  readInstances,
  type SeenInstance,
} from './instance-watch.ts'
export { readWatched } from './watched.ts'
