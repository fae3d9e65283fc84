import type { RowStore } from '@smacktalk/ports'
import { describe, expect, test } from 'vitest'
import { commitOf, contentOf, deleteOf, ownPartition, rowOf, T } from './rows.ts'
import type { StoreUnderTest } from './store-under-test.ts'

export function describeDeletes(name: string, open: () => Promise<StoreUnderTest>): void {
  describe(`row store, ${name}: deletes`, () => {
    const deleting = async (store: RowStore, partition: string, writtenAt: number): Promise<void> =>
      store.commit(commitOf(partition, writtenAt, { deletes: [deleteOf(partition, 'a', writtenAt)] }))

    test('a delete takes what was written before it or at its timestamp', async () => {
      await using subject = await open()
      const { store } = subject
      for (const age of [1, 0]) {
        const partition = ownPartition()
        await store.write([rowOf(partition, 'a', T - age), rowOf(partition, 'b', T - age, 'stays')])
        await deleting(store, partition, T)
        expect(await contentOf(store, partition)).toEqual({ b: 'stays' })
      }
    })

    test('a delete leaves what was written after it', async () => {
      await using subject = await open()
      const partition = ownPartition()
      const row = rowOf(partition, 'a', T + 1, 'newer')
      await subject.store.write([row])
      await deleting(subject.store, partition, T)
      expect(await subject.store.load('minutes', partition)).toEqual([row])
    })

    test('a write that is not newer than the delete has no effect after it either', async () => {
      await using subject = await open()
      const { store } = subject
      const partition = ownPartition()
      await store.write([rowOf(partition, 'a', T - 2)])
      await deleting(store, partition, T)
      await store.write([rowOf(partition, 'a', T - 1, 'late')])
      await store.write([rowOf(partition, 'a', T, 'as old as the delete')])
      expect(await store.load('minutes', partition)).toEqual([])
    })

    test('a delete of what never was holds back older writes too', async () => {
      await using subject = await open()
      const { store } = subject
      const partition = ownPartition()
      await deleting(store, partition, T)
      await store.write([rowOf(partition, 'a', T - 1, 'late')])
      expect(await store.load('minutes', partition)).toEqual([])
    })

    test('a newer write brings a deleted row back', async () => {
      await using subject = await open()
      const { store } = subject
      const partition = ownPartition()
      await store.write([rowOf(partition, 'a', T - 1)])
      await deleting(store, partition, T)
      const row = rowOf(partition, 'a', T + 1, 'again')
      await store.write([row])
      expect(await store.load('minutes', partition)).toEqual([row])
    })

    test('a deleted row stays away after the store was opened again', async () => {
      await using subject = await open()
      const partition = ownPartition()
      await subject.store.write([rowOf(partition, 'a', T - 1)])
      await deleting(subject.store, partition, T)
      const store = await subject.reopen()
      await store.write([rowOf(partition, 'a', T - 1)])
      expect(await store.loadRange('minutes', partition, '', 'z')).toEqual([])
    })

    test('a row both written and deleted by one commit is gone when the timestamps are equal', async () => {
      await using subject = await open()
      const partition = ownPartition()
      const rows = [rowOf(partition, 'a', T)]
      await subject.store.commit(commitOf(partition, T, { rows, deletes: [deleteOf(partition, 'a', T)] }))
      expect(await contentOf(subject.store, partition)).toEqual({})
    })
  })
}
