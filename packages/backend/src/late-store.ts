/** A store for those who can begin without one: it opens in the background. */
import type { TableName } from '@smacktalk/contract'
import { type Commit, type RowStore, type StoredRow, StoreUnavailableError } from '@smacktalk/ports'
import { LateOpening, type Open } from './late-opening.ts'

/** Until it is open every call is refused as unavailable, which callers ride out as they do an outage. */
export class LateStore implements RowStore {
  readonly #opening: LateOpening<RowStore>

  constructor(open: Open<RowStore>) {
    this.#opening = new LateOpening(open)
  }

  get failed(): Promise<never> {
    return this.#opening.failed
  }

  async load(table: TableName, partition: string): Promise<readonly StoredRow[]> {
    return this.#opened().load(table, partition)
  }

  async loadRange(
    table: TableName,
    partition: string,
    from: string,
    to: string,
  ): Promise<readonly StoredRow[]> {
    return this.#opened().loadRange(table, partition, from, to)
  }

  async write(rows: readonly StoredRow[]): Promise<void> {
    return this.#opened().write(rows)
  }

  async commit(commit: Commit): Promise<void> {
    return this.#opened().commit(commit)
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#opening[Symbol.asyncDispose]()
  }

  #opened(): RowStore {
    const store = this.#opening.opened
    if (store !== null) return store
    throw new StoreUnavailableError(
      `The store is not open yet: ${this.#opening.reason}`,
      'It is tried again all the time.',
    )
  }
}
