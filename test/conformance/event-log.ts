/**
 * What every event log promises (packages/ports/src/event-log.ts), asked in a way that SQLite and Kafka can both
 * answer: nothing here depends on the size of batches, on how partitions alternate, or on a clock of ours.
 */
import { describeAppending } from './log-appending.ts'
import { describeConsuming } from './log-consuming.ts'
import { describeFollowing } from './log-following.ts'
import { describeRanges } from './log-ranges.ts'
import type { LogUnderTest } from './log-under-test.ts'

export function describeEventLog(name: string, open: () => Promise<LogUnderTest>): void {
  describeAppending(name, open)
  describeRanges(name, open)
  describeConsuming(name, open)
  describeFollowing(name, open)
}
