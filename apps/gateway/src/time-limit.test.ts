import { type RowStore, StoreUnavailableError } from '@smacktalk/ports'
import { expect, test, vi } from 'vitest'
import type { Outage } from './probe.ts'
import { STORE_ANSWER_MS, timeLimited } from './time-limit.ts'

function limited(load: () => Promise<readonly never[]>) {
  const time = { nowMs: 0 }
  const known: { outage: Outage | null } = { outage: null }
  const asked = vi.fn(load)
  const store = { load: asked, loadRange: asked } as unknown as RowStore
  return {
    time,
    known,
    asked,
    ...timeLimited(
      store,
      () => time.nowMs,
      () => known.outage,
    ),
  }
}

test('an answer in time is passed on, a failure too', async () => {
  const good = limited(async () => [])
  expect(await good.store.load('minutes', 'x')).toEqual([])
  const fault = new StoreUnavailableError('no', 'wait')
  const bad = limited(() => Promise.reject(fault))
  await expect(bad.store.loadRange('minutes', 'x', 'a', 'b')).rejects.toBe(fault)
  good.limit.sweep()
  bad.limit.sweep()
})

test('only calls that take too long are given up, as a store that cannot be reached', async () => {
  const { store, limit, time } = limited(() => new Promise(() => {}))
  const first = store.load('minutes', 'x')
  time.nowMs = 1_000
  const second = store.load('minutes', 'y')
  const settled = vi.fn()
  second.catch(settled)
  time.nowMs = STORE_ANSWER_MS
  limit.sweep()
  await expect(first).rejects.toThrow(StoreUnavailableError)
  await expect(first).rejects.toThrow('did not answer within 4 s')
  expect(settled).not.toHaveBeenCalled()
  limit.giveUp()
  await expect(second).rejects.toThrow(StoreUnavailableError)
})

test('a store that is known not to answer is not asked', async () => {
  const { store, asked, known } = limited(async () => [])
  known.outage = { since: 0, reason: 'Nobody is there.' }
  await expect(store.load('minutes', 'x')).rejects.toThrow('Nobody is there.')
  known.outage = null
  expect(await store.load('minutes', 'x')).toEqual([])
  expect(asked).toHaveBeenCalledTimes(1)
})
