/** Bytes that are no record of a known schema. In the log they go to `dead-letters`; a row of ours is fatal. */
export class BrokenBytesError extends Error {
  override readonly name: string = 'BrokenBytesError'

  constructor(message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause })
  }
}

/** Bytes of a schema that this build does not know; the store may have it, from a newer one (`learnSchema`). */
export class UnknownSchemaError extends BrokenBytesError {
  override readonly name = 'UnknownSchemaError'
  /** 16 hex digits: the row key in the table `schemas`. */
  readonly fingerprint: string

  constructor(fingerprint: string) {
    super(`Unknown schema ${fingerprint}.`)
    this.fingerprint = fingerprint
  }
}
