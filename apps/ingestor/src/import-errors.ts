import { PipelineError } from '@smacktalk/ports'

/** A file to import is missing, damaged, or cannot be read. */
export class UnreadableFileError extends PipelineError {
  override readonly name = 'UnreadableFileError'
  override readonly retriable = false
}

/** An import was told to stop; what it has appended stays, and the same import goes on behind it. */
export class ImportInterruptedError extends PipelineError {
  override readonly name = 'ImportInterruptedError'
  override readonly retriable = false
}
