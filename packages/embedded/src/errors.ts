import { PipelineError } from '@smacktalk/ports'

/** The folder or file cannot be created, opened or written at all. */
export class DataFolderError extends PipelineError {
  override readonly name = 'DataFolderError'
  override readonly retriable = false
}

/** The data file is no Smacktalk data, or its content is damaged. */
export class DamagedDataError extends PipelineError {
  override readonly name = 'DamagedDataError'
  override readonly retriable = false
}

/** The data file was written by a newer version whose layout this one does not know. */
export class NewerDataError extends PipelineError {
  override readonly name = 'NewerDataError'
  override readonly retriable = false
}
