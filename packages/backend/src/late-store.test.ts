import { LogUnavailableError, StoreUnavailableError } from '@smacktalk/ports'
import { expect, test, vi } from 'vitest'
import { MemoryStore } from '../../../test/support/memory-store.ts'
import { LateLog } from './late-log.ts'
import { LateStore } from './late-store.ts'

test('until it is open every call is refused as unavailable, then it is the store', async () => {
  const inner = new MemoryStore()
  const opening = Promise.withResolvers<MemoryStore>()
  const store = new LateStore(() => opening.promise)
  await expect(store.write([])).rejects.toThrow(StoreUnavailableError)
  await expect(store.load('minutes', 'a')).rejects.toThrow(StoreUnavailableError)
  opening.resolve(inner)
  await vi.waitFor(() => store.write([]))
  expect(await store.loadRange('minutes', 'a', '', 'z')).toEqual([])
  const disposed = vi.spyOn(inner, Symbol.asyncDispose)
  await store[Symbol.asyncDispose]()
  expect(disposed).toHaveBeenCalledOnce()
})

test('one that can never be opened says so', async () => {
  const store = new LateStore(() => Promise.reject(new Error('the password is wrong')))
  await expect(store.failed).rejects.toThrow('the password is wrong')
})

test('disposing ends the opening, which then is no failure', async () => {
  const store = new LateStore(
    (signal) =>
      new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason))),
  )
  const failed = vi.fn()
  store.failed.catch(failed)
  await store[Symbol.asyncDispose]()
  expect(failed).not.toHaveBeenCalled()
})

test('a log that is not open yet says why, and already knows where a key belongs', async () => {
  const log = new LateLog(64, (_signal, because) => {
    because('no broker answers.')
    return new Promise(() => {})
  })
  const { signal } = new AbortController()
  expect(log.partitions).toBe(64)
  expect(log.partitionOf('abc')).toBe(479470107 % 64)
  await expect(log.append('chat', [])).rejects.toThrow(LogUnavailableError)
  await expect(log.follow('views', 'end', () => {}, signal)).rejects.toThrow('no broker answers')
  await expect(log.read('chat', 0, 0, 1)[Symbol.asyncIterator]().next()).rejects.toThrow(LogUnavailableError)
})
