/**
 * What was opened, closed in reverse order. It knows what it is closing right now, so that a stop that hangs can
 * say where.
 */
export class NamedScope implements AsyncDisposable {
  readonly #stack = new AsyncDisposableStack()
  #closing: string | null = null

  use<T extends AsyncDisposable>(name: string, resource: T): T {
    this.defer(name, () => resource[Symbol.asyncDispose]())
    return resource
  }

  defer(name: string, close: () => PromiseLike<void> | void): void {
    this.#stack.defer(async () => {
      this.#closing = name
      await close()
    })
  }

  /** Null while nothing is being closed. */
  get closing(): string | null {
    return this.#closing
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#stack.disposeAsync()
    this.#closing = null
  }
}
