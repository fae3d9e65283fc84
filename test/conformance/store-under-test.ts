import type { RowStore } from '@smacktalk/ports'

export interface StoreUnderTest extends AsyncDisposable {
  readonly store: RowStore
  /** Closes the store and opens it again on the same data; the old one is not to be used any more. */
  reopen(): Promise<RowStore>
}
