import { describe, expect, test } from 'vitest'
import { span, textOf } from './records.ts'
import { commitOf, contentOf, deleteOf, ownPartition, rowOf, shuffled, T } from './rows.ts'
import type { StoreUnderTest } from './store-under-test.ts'

export function describeWriting(name: string, open: () => Promise<StoreUnderTest>): void {
  describe(`row store, ${name}: writing and loading`, () => {
    test('a row comes back as it was written', async () => {
      await using subject = await open()
      const partition = ownPartition()
      const row = rowOf(partition, 'a', T, 'value', 'minutes', 42)
      await subject.store.write([row])
      expect(await subject.store.load('minutes', partition)).toEqual([row])
    })

    test('a partition without rows is empty', async () => {
      await using subject = await open()
      expect(await subject.store.load('minutes', ownPartition())).toEqual([])
      expect(await subject.store.loadRange('minutes', ownPartition(), 'a', 'z')).toEqual([])
    })

    test('rows come ordered by code unit, whatever the order of writing', async () => {
      await using subject = await open()
      const partition = ownPartition()
      const keys = ['b', 'B', '', 'a/b', 'a', '10', '9', 'a b', '~', 'a0', '_', 'A']
      await subject.store.write(keys.map((key) => rowOf(partition, key, T)))
      const loaded = await subject.store.load('minutes', partition)
      expect(loaded.map(({ row }) => row)).toEqual([...keys].sort())
    })

    test('a range holds from, and not to', async () => {
      await using subject = await open()
      const partition = ownPartition()
      await subject.store.write(['a', 'b', 'c', 'd', 'e'].map((key) => rowOf(partition, key, T)))
      const range = async (from: string, to: string): Promise<string[]> =>
        (await subject.store.loadRange('minutes', partition, from, to)).map(({ row }) => row)
      expect(await range('b', 'd')).toEqual(['b', 'c'])
      expect(await range('aa', 'cc')).toEqual(['b', 'c'])
      expect(await range('', 'zz')).toEqual(['a', 'b', 'c', 'd', 'e'])
      expect(await range('c', 'c')).toEqual([])
      expect(await range('d', 'b')).toEqual([])
      expect(await range('x', 'z')).toEqual([])
    })

    test('partitions and tables do not mix', async () => {
      await using subject = await open()
      const { store } = subject
      const [one, other] = [ownPartition(), ownPartition()]
      await store.write([
        rowOf(one, 'a', T, 'minute', 'minutes'),
        rowOf(one, 'a', T, 'hour', 'hours'),
        rowOf(other, 'a', T, 'other minute', 'minutes'),
      ])
      expect(await contentOf(store, one, 'minutes')).toEqual({ a: 'minute' })
      expect(await contentOf(store, one, 'hours')).toEqual({ a: 'hour' })
      expect(await contentOf(store, other, 'minutes')).toEqual({ a: 'other minute' })
      expect(await contentOf(store, one, 'days')).toEqual({})
    })

    test('a partition key may hold any name', async () => {
      await using subject = await open()
      const keys = ['ünïcode', '名前', '💜 with space', "o'clock; --"].map(
        (text) => `${ownPartition()}/${text}`,
      )
      for (const key of keys) await subject.store.write([rowOf(key, 'a', T, key)])
      for (const key of keys) expect(await contentOf(subject.store, key)).toEqual({ a: key })
    })

    test('values are bytes, whatever they hold', async () => {
      await using subject = await open()
      const partition = ownPartition()
      const allBytes = Uint8Array.from({ length: 256 }, (_, index) => index)
      const values = [new Uint8Array(0), allBytes, allBytes.subarray(3, 7), Buffer.from([0, 0, 0])]
      await subject.store.write(
        values.map((value, index) => ({ ...rowOf(partition, String(index), T), value })),
      )
      const loaded = await subject.store.load('minutes', partition)
      expect(loaded.length).toBe(values.length)
      for (const [index, value] of values.entries()) expect([...loaded[index]!.value]).toEqual([...value])
    })

    test('a value of 5 MB is kept whole', async () => {
      await using subject = await open()
      const partition = ownPartition()
      const value = Uint8Array.from({ length: 5_000_000 }, (_, index) => (index * 31) & 0xff)
      await subject.store.write([{ ...rowOf(partition, 'large', T), value }])
      const [loaded] = await subject.store.load('minutes', partition)
      expect(Buffer.compare(loaded!.value, value)).toBe(0)
    })

    test('10,000 rows of one partition are written and loaded in order', async () => {
      await using subject = await open()
      const partition = ownPartition()
      const keys = span(0, 10_000).map((index) => String(index).padStart(6, '0'))
      await subject.store.write(shuffled(keys).map((key) => rowOf(partition, key, T, key)))
      const loaded = await subject.store.load('minutes', partition)
      expect(loaded.map(({ row }) => row)).toEqual(keys)
      expect(loaded.every(({ row, value }) => textOf(value) === row)).toBe(true)
      const range = await subject.store.loadRange('minutes', partition, '001000', '008000')
      expect(range.map(({ row }) => row)).toEqual(keys.slice(1_000, 8_000))
    })

    test('the largest positions and timestamps are exact', async () => {
      await using subject = await open()
      const partition = ownPartition()
      const row = rowOf(partition, 'a', T + 999_999, 'x', 'minutes', Number.MAX_SAFE_INTEGER)
      await subject.store.write([row])
      expect(await subject.store.load('minutes', partition)).toEqual([row])
    })

    test.each([
      ['a fraction', 0.5],
      ['no number', Number.NaN],
      ['more than 2^53', 2 ** 53],
      ['infinity', Number.POSITIVE_INFINITY],
    ])(
      '%s is refused as timestamp and as position, and nothing of the call is written',
      async (_what, wrong) => {
        await using subject = await open()
        const partition = ownPartition()
        const good = rowOf(partition, 'good', T)
        await expect(subject.store.write([good, rowOf(partition, 'bad', wrong)])).rejects.toThrow(/writtenAt/)
        const misplaced = rowOf(partition, 'bad', T, 'x', 'minutes', wrong)
        await expect(subject.store.write([good, misplaced])).rejects.toThrow(/position/)
        const commit = commitOf(partition, T, { deletes: [deleteOf(partition, 'good', wrong)] })
        await expect(subject.store.commit(commit)).rejects.toThrow(/writtenAt/)
        expect(await subject.store.load('minutes', partition)).toEqual([])
      },
    )

    test('writing nothing is done at once', async () => {
      await using subject = await open()
      await subject.store.write([])
    })

    test('what is acknowledged is there after the store was opened again', async () => {
      await using subject = await open()
      const partition = ownPartition()
      const rows = span(0, 20).map((index) => rowOf(partition, String(index + 10), T + index))
      await subject.store.write(rows)
      const store = await subject.reopen()
      expect(await store.load('minutes', partition)).toEqual(rows)
    })
  })
}
