import { expect, test } from 'vitest'
import { FoldedWaiters } from './folded-waiters.ts'

function waiters() {
  const positions = new Map<number, number>()
  const waiting = new FoldedWaiters((partition) => positions.get(partition) ?? null)
  const reach = (partition: number, position: number): void => {
    positions.set(partition, position)
    waiting.reached(partition)
  }
  return { waiting, reach }
}

async function isDone(promise: Promise<void>): Promise<boolean> {
  const pending = Symbol('pending')
  return (await Promise.race([promise, Promise.resolve(pending)])) !== pending
}

test('whoever waits goes on when every partition is at its end, not before', async () => {
  const { waiting, reach } = waiters()
  const both = waiting.until([2, 1, 0])
  const first = waiting.until([1])
  reach(0, 0)
  expect(await isDone(first)).toBe(true)
  reach(1, 0)
  expect(await isDone(both)).toBe(false)
  reach(0, 1)
  expect(await isDone(both)).toBe(true)
})

test('a partition that is not ours is waited for, one without records is not', async () => {
  const { waiting, reach } = waiters()
  await waiting.until([0, 0])
  const later = waiting.until([1])
  expect(await isDone(later)).toBe(false)
  reach(0, 5)
  await later
  await waiting.until([6])
})

test('the end of the job is told to whoever waits then and to whoever asks later', async () => {
  const { waiting } = waiters()
  const waitingNow = waiting.until([1])
  waiting.end(new Error('the store is gone'))
  await expect(waitingNow).rejects.toThrow('the store is gone')
  await expect(waiting.until([0])).rejects.toThrow('the store is gone')
})
