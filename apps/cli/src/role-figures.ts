/** The roles' own figures as metrics. */
import type { Ingestor } from '@smacktalk/ingestor'
import type { Metrics } from '@smacktalk/runtime'
import type { StreamJob } from '@smacktalk/stream-job'

/** The newest roles are asked from now on; metrics outlive them. */
export function publishFigures(metrics: Metrics, job: StreamJob, ingestor: Ingestor): void {
  const ofJob = (name: string, help: string, read: (figures: ReturnType<StreamJob['figures']>) => number) =>
    metrics.gaugeOf(name, help, () => read(job.figures()))
  ofJob('job_lag_records', 'records appended and not yet folded', ({ lag }) => lag)
  ofJob('job_records', 'records folded since the start', ({ records }) => records)
  ofJob(
    'job_dead_letters',
    'records that could not be read since the start',
    (figures) => figures.deadLetters,
  )
  ofJob(
    'job_latency_ms',
    'age of the newest folded record when it was folded',
    (figures) => figures.latencyMs,
  )
  ofJob('job_partitions', 'log partitions this job folds', ({ partitions }) => partitions)

  const ofIngestor = (
    name: string,
    help: string,
    read: (figures: ReturnType<Ingestor['figures']>) => number,
  ) => metrics.gaugeOf(name, help, () => read(ingestor.figures()))
  ofIngestor('ingestor_lines', 'lines heard since the start', ({ lines }) => lines)
  ofIngestor('ingestor_channels_wanted', 'channels asked for', ({ wanted }) => wanted)
  ofIngestor('ingestor_channels_joined', 'channels heard', ({ joined }) => joined)
}
