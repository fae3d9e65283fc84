import type { RowStore } from '@smacktalk/ports'
import { expect, test } from 'vitest'
import { meteredStore } from './metered-store.ts'

test('counts the rows of each write with the time it took, and nothing of a write that failed', async () => {
  let now = 0
  const passed: [number, number][] = []
  const store = {
    write: async () => {
      now += 7
    },
    commit: async () => {
      now += 3
      throw new Error('refused')
    },
  } as Partial<RowStore> as RowStore
  const metered = meteredStore(store, { passed: (rows, ms) => passed.push([rows, ms]) }, { now: () => now })
  const row = {
    table: 'minutes',
    partition: '1',
    row: '1',
    position: 1,
    writtenAt: 1,
    value: new Uint8Array(),
  } as const
  await metered.write([row, row])
  await metered.write([])
  await expect(metered.commit({ rows: [row], deletes: [], clocks: [], checkpoint: row })).rejects.toThrow(
    'refused',
  )
  expect(passed).toEqual([[2, 7]])
})
