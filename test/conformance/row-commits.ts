import type { TableName } from '@smacktalk/contract'
import { describe, expect, test } from 'vitest'
import { span } from './records.ts'
import { commitOf, contentOf, deleteOf, ownPartition, rowOf, T } from './rows.ts'
import type { StoreUnderTest } from './store-under-test.ts'

export function describeCommits(name: string, open: () => Promise<StoreUnderTest>): void {
  describe(`row store, ${name}: commits`, () => {
    test('a commit writes rows, deletes, clocks and its checkpoint', async () => {
      await using subject = await open()
      const { store } = subject
      const partition = ownPartition()
      await store.write([rowOf(partition, 'gone', T), rowOf(partition, 'old', T)])
      const commit = commitOf(partition, T + 5, {
        rows: [rowOf(partition, 'new', T + 4, 'new'), rowOf(partition, 'old', T + 3, 'changed')],
        deletes: [deleteOf(partition, 'gone', T + 5)],
        clocks: [rowOf(partition, 'channel', T + 5, 'clock', 'clocks')],
      })
      await store.commit(commit)
      expect(await contentOf(store, partition)).toEqual({ new: 'new', old: 'changed' })
      expect(await contentOf(store, partition, 'clocks')).toEqual({ channel: 'clock' })
      expect(await store.load('checkpoints', partition)).toEqual([commit.checkpoint])
    })

    test('a commit of a checkpoint alone is enough', async () => {
      await using subject = await open()
      const partition = ownPartition()
      const commit = commitOf(partition, T)
      await subject.store.commit(commit)
      expect(await subject.store.load('checkpoints', partition)).toEqual([commit.checkpoint])
    })

    test('the same commit again changes nothing', async () => {
      await using subject = await open()
      const { store } = subject
      const partition = ownPartition()
      const commit = commitOf(partition, T + 5, {
        rows: [rowOf(partition, 'new', T + 4, 'new')],
        deletes: [deleteOf(partition, 'gone', T + 5)],
        clocks: [rowOf(partition, 'channel', T + 5, 'clock', 'clocks')],
      })
      await store.commit(commit)
      await store.commit(commit)
      expect(await contentOf(store, partition)).toEqual({ new: 'new' })
      expect(await store.load('checkpoints', partition)).toEqual([commit.checkpoint])
    })

    test('a late commit of a worker that was overtaken changes nothing', async () => {
      await using subject = await open()
      const { store } = subject
      const partition = ownPartition()
      const newer = commitOf(partition, T + 5, {
        rows: [rowOf(partition, 'a', T + 5, 'newer')],
        clocks: [rowOf(partition, 'channel', T + 5, 'newer clock', 'clocks')],
      })
      const older = commitOf(partition, T + 3, {
        rows: [rowOf(partition, 'a', T + 3, 'older')],
        deletes: [deleteOf(partition, 'a', T + 2)],
        clocks: [rowOf(partition, 'channel', T + 3, 'older clock', 'clocks')],
      })
      await store.commit(newer)
      await store.commit(older)
      expect(await contentOf(store, partition)).toEqual({ a: 'newer' })
      expect(await contentOf(store, partition, 'clocks')).toEqual({ channel: 'newer clock' })
      expect(await store.load('checkpoints', partition)).toEqual([newer.checkpoint])
    })

    test('a commit of 3,000 rows in several tables arrives whole', async () => {
      await using subject = await open()
      const { store } = subject
      const partition = ownPartition()
      const tables: readonly TableName[] = ['minutes', 'hours', 'user_days']
      const rows = tables.flatMap((table) =>
        span(0, 1_000).map((index) => rowOf(partition, String(index + 1_000), T, 'x', table)),
      )
      await store.commit(commitOf(partition, T, { rows }))
      for (const table of tables) expect((await store.load(table, partition)).length).toBe(1_000)
    })

    test('what a commit made is there after the store was opened again', async () => {
      await using subject = await open()
      const partition = ownPartition()
      const commit = commitOf(partition, T + 1, { rows: [rowOf(partition, 'a', T + 1, 'kept')] })
      await subject.store.commit(commit)
      const store = await subject.reopen()
      expect(await contentOf(store, partition)).toEqual({ a: 'kept' })
      expect(await store.load('checkpoints', partition)).toEqual([commit.checkpoint])
    })
  })
}
