/**
 * Failures that cross a port. Each names the fact, keeps its cause, says what to do, and knows whether trying
 * again makes sense; unknown means no.
 */
export abstract class PipelineError extends Error {
  abstract override readonly name: string
  abstract readonly retriable: boolean
  /** What a person can do about it, one sentence. */
  readonly hint: string

  constructor(message: string, hint: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause })
    this.hint = hint
  }
}

/** The log cannot be reached or refused an append; the records were not written. */
export class LogUnavailableError extends PipelineError {
  override readonly name = 'LogUnavailableError'
  override readonly retriable = true
}

/** The store cannot be reached; what was sent may or may not be there, sending it again is safe. */
export class StoreUnavailableError extends PipelineError {
  override readonly name = 'StoreUnavailableError'
  override readonly retriable = true
}

/** No room left where data is kept. */
export class DiskFullError extends PipelineError {
  override readonly name = 'DiskFullError'
  override readonly retriable = true
}

/** Another process works on the same data. */
export class DataLockedError extends PipelineError {
  override readonly name = 'DataLockedError'
  override readonly retriable = false
}

/** The log is not the one the stored positions belong to: re-created or truncated. */
export class LogMismatchError extends PipelineError {
  override readonly name = 'LogMismatchError'
  override readonly retriable = false
}

/** One of our own rows cannot be read: never hidden, because what follows would be wrong. */
export class BrokenRowError extends PipelineError {
  override readonly name = 'BrokenRowError'
  override readonly retriable = false
}

/** Settings that cannot be used; every problem is listed. */
export class SettingsError extends PipelineError {
  override readonly name = 'SettingsError'
  override readonly retriable = false
}
