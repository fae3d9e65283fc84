import { describe, expect, test } from 'vitest'
import { KEY, type LogUnderTest } from './log-under-test.ts'
import { allOf, numbered, offsetsOf, rangeOf, span } from './records.ts'

export function describeRanges(name: string, open: () => Promise<LogUnderTest>): void {
  describe(`event log, ${name}: reading ranges`, () => {
    test('a range holds from, and not to', async () => {
      await using subject = await open()
      const { log } = subject
      const partition = log.partitionOf(KEY)
      await log.append('chat', numbered(KEY, 10))
      expect(offsetsOf(await rangeOf(log, 'chat', partition, 3, 7))).toEqual([3, 4, 5, 6])
      expect(await rangeOf(log, 'chat', partition, 5, 5)).toEqual([])
      expect(await rangeOf(log, 'chat', partition, 7, 3)).toEqual([])
    })

    test('a range that reaches beyond the end stops there', async () => {
      await using subject = await open()
      const { log } = subject
      const partition = log.partitionOf(KEY)
      await log.append('chat', numbered(KEY, 4))
      expect(offsetsOf(await rangeOf(log, 'chat', partition, 2, 1_000))).toEqual([2, 3])
      expect(await rangeOf(log, 'chat', partition, 4, 1_000)).toEqual([])
    })

    test('a long range comes in batches that follow each other without a hole', async () => {
      await using subject = await open()
      const { log } = subject
      const partition = log.partitionOf(KEY)
      await log.append('chat', numbered(KEY, 5_000))
      let next = 100
      for await (const batch of log.read('chat', partition, 100, 4_900)) {
        expect(batch.length).toBeGreaterThan(0)
        expect(offsetsOf(batch)).toEqual(span(next, next + batch.length))
        next += batch.length
      }
      expect(next).toBe(4_900)
    })

    test('an empty partition starts and ends at 0', async () => {
      await using subject = await open()
      expect(await subject.log.extent('chat', 17)).toEqual({ low: 0, end: 0 })
      expect(await allOf(subject.log, 'chat', 17)).toEqual([])
      expect(await subject.log.offsetAt('chat', 17, 0)).toBe(0)
    })

    test('an offset is found by append time: the first at or after it, the end when there is none', async () => {
      await using subject = await open()
      const { log } = subject
      const partition = log.partitionOf(KEY)
      for (const call of span(0, 5)) {
        await log.append('chat', numbered(KEY, 3, call * 3))
        await subject.nextMillisecond()
      }
      const stored = await allOf(log, 'chat', partition)
      const times = [...new Set(stored.map(({ appendMs }) => appendMs))]
      expect(times.length).toBeGreaterThan(1)
      for (const at of times.flatMap((time) => [time - 1, time, time + 1])) {
        const first = stored.find(({ appendMs }) => appendMs >= at)
        expect(await log.offsetAt('chat', partition, at)).toBe(first?.offset ?? 15)
      }
      expect(await log.offsetAt('chat', partition, 0)).toBe(0)
    })
  })
}
