/**
 * What every row store promises (packages/ports/src/row-store.ts), asked in a way that SQLite and Cassandra can
 * both answer: equal timestamps always carry equal bytes, timestamps are microseconds of our time, and no row
 * outgrows a mutation.
 */
import { describeCommits } from './row-commits.ts'
import { describeDeletes } from './row-deletes.ts'
import { describeOverwriting } from './row-overwriting.ts'
import { describeWriting } from './row-writing.ts'
import type { StoreUnderTest } from './store-under-test.ts'

export function describeRowStore(name: string, open: () => Promise<StoreUnderTest>): void {
  describeWriting(name, open)
  describeOverwriting(name, open)
  describeCommits(name, open)
  describeDeletes(name, open)
}
