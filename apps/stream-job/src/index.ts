export { PartitionWorker, type WorkerSettings } from './partition-worker.ts'
export {
  type StreamJob,
  type StreamJobFigures,
  type StreamJobOptions,
  startStreamJob,
} from './start-stream-job.ts'
