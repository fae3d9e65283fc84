/** The roles' own figures as metrics. The newest role is asked from now on; metrics outlive it. */
import type { Ingestor } from '@smacktalk/ingestor'
import type { Metrics } from '@smacktalk/runtime'
import type { StreamJob } from '@smacktalk/stream-job'

export function publishJobFigures(metrics: Metrics, job: StreamJob): void {
  const of = (name: string, help: string, read: (figures: ReturnType<StreamJob['figures']>) => number) =>
    metrics.gaugeOf(name, help, () => read(job.figures()))
  of('job_lag_records', 'records appended and not yet folded', ({ lag }) => lag)
  of('job_records', 'records folded since the start', ({ records }) => records)
  of('job_dead_letters', 'records that could not be read since the start', ({ deadLetters }) => deadLetters)
  of('job_latency_ms', 'age of the newest folded record when it was folded', ({ latencyMs }) => latencyMs)
  of('job_partitions', 'log partitions this job folds', ({ partitions }) => partitions)
}

export function publishIngestorFigures(metrics: Metrics, ingestor: Ingestor): void {
  const of = (name: string, help: string, read: (figures: ReturnType<Ingestor['figures']>) => number) =>
    metrics.gaugeOf(name, help, () => read(ingestor.figures()))
  of('ingestor_lines', 'lines heard since the start', ({ lines }) => lines)
  of('ingestor_channels_wanted', 'channels asked for', ({ wanted }) => wanted)
  of('ingestor_channels_joined', 'channels heard', ({ joined }) => joined)
  of(
    'ingestor_channels_confirmed',
    'channels that the chat server has confirmed',
    ({ source }) => source.confirmed,
  )
  of('ingestor_connections', 'connections to chat that are wanted', ({ source }) => source.connections.length)
  of(
    'ingestor_connections_open',
    'connections to chat that are open',
    ({ source }) =>
      source.connections.filter(({ state }) => state === 'open' || state === 'overlapping').length,
  )
  of('ingestor_connection_restarts', 'connections to chat that replaced another one', ({ source }) =>
    source.connections.reduce((sum, { restarts }) => sum + restarts, 0),
  )
  of('ingestor_queue_records', 'records that wait for the log', ({ queue }) => queue.records)
  of('ingestor_spool_records', 'records that wait on disk', ({ queue }) => queue.spool.records)
  of('ingestor_spool_bytes', 'bytes that wait on disk', ({ queue }) => queue.spool.bytes)
  of('ingestor_spool_failing', '1 while the disk takes no records, else 0', ({ queue }) =>
    queue.spool.state === 'failing' ? 1 : 0,
  )
  of(
    'ingestor_spool_unreadable',
    'spooled records that could not be read',
    ({ queue }) => queue.spool.unreadable,
  )
  of(
    'ingestor_history_questions',
    'gaps that a history service was asked for',
    ({ backfill }) => backfill?.asked ?? 0,
  )
  of(
    'ingestor_history_failures',
    'questions that the history service did not answer',
    ({ backfill }) => backfill?.failed ?? 0,
  )
  of('ingestor_history_lines', 'lines that the history service told', ({ backfill }) => backfill?.lines ?? 0)
  of(
    'ingestor_dropped',
    'records dropped since the start, because no more could wait',
    ({ queue }) => queue.dropped,
  )
}
