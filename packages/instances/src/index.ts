export {
  type Announcement,
  type AnnounceOptions,
  announce,
  type InstanceFigures,
  instanceId,
  PROCESS_TOKEN,
} from './announce.ts'
export {
  type Instances,
  InstanceWatch,
  type Liveness,
  readInstances,
  type SeenInstance,
} from './instance-watch.ts'
export { readWatched } from './watched.ts'
