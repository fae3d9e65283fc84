import { PipelineError } from '@smacktalk/ports'

/** The brokers answer, and will not do what was asked: password, rights, certificates, version. */
export class LogRefusedError extends PipelineError {
  override readonly name = 'LogRefusedError'
  override readonly retriable = false
}

/** The topics are missing, or not as this program needs them. */
export class TopicsNotReadyError extends PipelineError {
  override readonly name = 'TopicsNotReadyError'
  override readonly retriable = false
}

/** A record is larger than the log takes; it was not written, and never will be. */
export class RecordTooLargeError extends PipelineError {
  override readonly name = 'RecordTooLargeError'
  override readonly retriable = false
}
