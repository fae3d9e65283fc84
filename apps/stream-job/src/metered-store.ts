/** A store whose writes are counted and timed, row by row. */
import type { Clock, RowStore } from '@smacktalk/ports'
import type { HopMeter } from '@smacktalk/runtime'

/** The same store; the meter is told of each write that has become durable. Waiting for an absent store counts. */
export function meteredStore(
  store: RowStore,
  meter: Pick<HopMeter, 'passed'>,
  clock: Pick<Clock, 'now'>,
): RowStore {
  const timed = async (rows: number, write: () => Promise<void>): Promise<void> => {
    const began = clock.now()
    await write()
    if (rows > 0) meter.passed(rows, clock.now() - began)
  }
  return {
    load: (table, partition) => store.load(table, partition),
    loadRange: (table, partition, from, to) => store.loadRange(table, partition, from, to),
    write: (rows) => timed(rows.length, () => store.write(rows)),
    commit: (commit) => timed(commit.rows.length + commit.clocks.length + 1, () => store.commit(commit)),
    [Symbol.asyncDispose]: () => store[Symbol.asyncDispose](),
  }
}
