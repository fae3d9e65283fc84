/** Bytes that are no record of a known schema. In the log they go to `dead-letters`; a row of ours is fatal. */
export class BrokenBytesError extends Error {
  override readonly name = 'BrokenBytesError'

  constructor(message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause })
  }
}
