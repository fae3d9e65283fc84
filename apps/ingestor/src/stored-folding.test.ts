import { CHECKPOINTS_PARTITION, checkpointRow } from '@smacktalk/contract'
import { StoreUnavailableError } from '@smacktalk/ports'
import { silentLogger } from '@smacktalk/runtime'
import { encodeRow } from '@smacktalk/wire'
import { expect, test, vi } from 'vitest'
import { MemoryStore } from '../../../test/support/memory-store.ts'
import { storedFolding } from './stored-folding.ts'

/** Time passes by itself, as fast as it is waited for. */
function setUp(signal = new AbortController().signal) {
  const store = new MemoryStore()
  let nowMs = 1_700_000_000_000
  const clock = {
    now: () => nowMs,
    async sleep(ms: number) {
      nowMs += ms
      await new Promise((resolve) => setImmediate(resolve))
    },
  }
  const onStandstill = vi.fn()
  const folding = storedFolding({ store, clock, logger: silentLogger, signal, onStandstill })
  const reach = (partition: number, position: number) =>
    store.write([
      {
        table: 'checkpoints',
        partition: CHECKPOINTS_PARTITION,
        row: checkpointRow(partition),
        position,
        writtenAt: position + 1,
        value: encodeRow('checkpoint', { position, writtenAt: position + 1, appendMs: 1 }),
      },
    ])
  return { store, folding, reach, onStandstill }
}

test('whoever waits goes on when every partition is stored up to its end', async () => {
  const { folding, reach } = setUp()
  await folding.folded([0, 0])
  let done = false
  const waiting = folding.folded([2, 0, 5]).then(() => {
    done = true
  })
  await reach(0, 1)
  await reach(2, 3)
  await new Promise((resolve) => setTimeout(resolve, 5))
  expect(done).toBe(false)
  await reach(2, 4)
  await waiting
})

test('a standstill is told, and progress ends it', async () => {
  const { folding, reach, onStandstill } = setUp()
  const waiting = folding.folded([9])
  await vi.waitUntil(() => onStandstill.mock.calls.length >= 2)
  await reach(0, 8)
  await waiting
})

test('a store that is away is waited for, one that is broken is not', async () => {
  const { folding, reach, store } = setUp()
  const load = vi.spyOn(store, 'load').mockRejectedValueOnce(new StoreUnavailableError('away', 'wait'))
  await reach(0, 0)
  await folding.folded([1])
  expect(load).toHaveBeenCalledTimes(2)
  load.mockRejectedValueOnce(new Error('no such table'))
  await expect(folding.folded([2])).rejects.toThrow('no such table')
})

test('a signal ends the waiting with its reason', async () => {
  const stop = new AbortController()
  const { folding } = setUp(stop.signal)
  const waiting = folding.folded([1])
  stop.abort(new Error('enough'))
  await expect(waiting).rejects.toThrow('enough')
})
