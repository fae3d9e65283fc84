import { describe, expect, test } from 'vitest'
import { span } from './records.ts'
import { contentOf, ownPartition, rowOf, SEED, shuffled, T } from './rows.ts'
import type { StoreUnderTest } from './store-under-test.ts'

export function describeOverwriting(name: string, open: () => Promise<StoreUnderTest>): void {
  describe(`row store, ${name}: rows never move backwards`, () => {
    test('a newer write replaces position, timestamp and value', async () => {
      await using subject = await open()
      const partition = ownPartition()
      const newer = rowOf(partition, 'a', T + 1, 'newer', 'minutes', 8)
      await subject.store.write([rowOf(partition, 'a', T, 'older', 'minutes', 7)])
      await subject.store.write([newer])
      expect(await subject.store.load('minutes', partition)).toEqual([newer])
    })

    test('an older write is silently without effect, whatever its position', async () => {
      await using subject = await open()
      const partition = ownPartition()
      const newer = rowOf(partition, 'a', T + 1, 'newer', 'minutes', 7)
      await subject.store.write([newer])
      await subject.store.write([rowOf(partition, 'a', T, 'older', 'minutes', 9)])
      expect(await subject.store.load('minutes', partition)).toEqual([newer])
    })

    test('the same write again changes nothing', async () => {
      await using subject = await open()
      const partition = ownPartition()
      const row = rowOf(partition, 'a', T, 'value')
      await subject.store.write([row, row])
      await subject.store.write([row])
      expect(await subject.store.load('minutes', partition)).toEqual([row])
    })

    test('of one row several times in one call the newest stays', async () => {
      await using subject = await open()
      const partition = ownPartition()
      const versions = [3, 1, 4, 2].map((step) => rowOf(partition, 'a', T + step, `version ${step}`))
      await subject.store.write(versions)
      expect(await contentOf(subject.store, partition)).toEqual({ a: 'version 4' })
    })

    test(`writers at once leave every row at its newest, in any order (seed ${SEED})`, async () => {
      await using subject = await open()
      const partition = ownPartition()
      const versions = span(0, 20).flatMap((key) =>
        span(0, 30).map((step) => rowOf(partition, `row ${key + 10}`, T + step, `version ${step}`)),
      )
      const mixed = shuffled(versions)
      const calls = span(0, 60).map((call) => mixed.slice(call * 10, call * 10 + 10))
      await Promise.all(calls.map((rows) => subject.store.write(rows)))
      const wanted = Object.fromEntries(span(0, 20).map((key) => [`row ${key + 10}`, 'version 29']))
      expect(await contentOf(subject.store, partition)).toEqual(wanted)
    })
  })
}
