/** Something that is being opened while others begin without it. */

/**
 * Opens until it works.
 * @param signal ends the tries
 * @param because is told why it has not worked yet
 */
export type Open<T> = (signal: AbortSignal, because: (reason: string) => void) => Promise<T>

export class LateOpening<T extends AsyncDisposable> implements AsyncDisposable {
  readonly #opening: Promise<T | null>
  readonly #stopping = new AbortController()
  #opened: T | null = null
  #reason = 'it is being opened.'
  /** Rejects when it can never be opened; never resolves. */
  readonly failed: Promise<never>

  constructor(open: Open<T>) {
    const failed = Promise.withResolvers<never>()
    this.failed = failed.promise
    // Whoever awaits `failed` sees it; until then it must not count as unhandled.
    this.failed.catch(() => undefined)
    const because = (reason: string): void => {
      this.#reason = reason
    }
    this.#opening = open(this.#stopping.signal, because).then(
      (opened) => {
        this.#opened = opened
        return opened
      },
      (error: unknown) => {
        if (!this.#stopping.signal.aborted) failed.reject(error)
        return null
      },
    )
  }

  /** Null until it is open. */
  get opened(): T | null {
    return this.#opened
  }

  /** Why it is not open yet, a sentence. */
  get reason(): string {
    return this.#reason
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stopping.abort(new Error('It is no longer needed.'))
    const opened = await this.#opening
    await opened?.[Symbol.asyncDispose]()
  }
}
