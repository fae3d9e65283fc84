import { PipelineError } from '@smacktalk/ports'

/** Cassandra understood the request and will not do it: rights, limits, a certificate, a wrong data center. */
export class StoreRefusedError extends PipelineError {
  override readonly name = 'StoreRefusedError'
  override readonly retriable = false
}

/** The keyspace or its tables are not there, or still of an older version: somebody has to run `smacktalk migrate`. */
export class StoreSchemaError extends PipelineError {
  override readonly name = 'StoreSchemaError'
  override readonly retriable = false
}

/** The tables are of a newer version than this build knows. */
export class NewerSchemaError extends PipelineError {
  override readonly name = 'NewerSchemaError'
  override readonly retriable = false
}

/** A row larger than Cassandra takes in one mutation. */
export class RowTooLargeError extends PipelineError {
  override readonly name = 'RowTooLargeError'
  override readonly retriable = false
}

/** Another process migrates the schema and did not end in time, or took the lock over. */
export class MigrationLockedError extends PipelineError {
  override readonly name = 'MigrationLockedError'
  override readonly retriable = true
}
