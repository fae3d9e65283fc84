import { LOG_PARTITIONS } from '@smacktalk/contract'
import { describe, expect, test } from 'vitest'
import { KEY, type LogUnderTest } from './log-under-test.ts'
import {
  allOf,
  keysInDistinctPartitions,
  numbered,
  offsetsOf,
  rangeOf,
  record,
  span,
  textsOf,
} from './records.ts'

export function describeAppending(name: string, open: () => Promise<LogUnderTest>): void {
  describe(`event log, ${name}: appending`, () => {
    test('keys go to the partitions Kafka gives them', async () => {
      await using subject = await open()
      const { log } = subject
      expect(log.partitions).toBe(LOG_PARTITIONS)
      expect(log.partitionOf('21')).toBe((-973932308 & 0x7fffffff) % LOG_PARTITIONS)
      expect(log.partitionOf('abc')).toBe(479470107 % LOG_PARTITIONS)
      await log.append('chat', [record('abc', 'x')])
      const [stored] = await allOf(log, 'chat', log.partitionOf('abc'))
      expect(stored).toMatchObject({ partition: log.partitionOf('abc'), key: 'abc' })
    })

    test('records of a key keep their order, within a call and from call to call', async () => {
      await using subject = await open()
      const { log } = subject
      const calls = span(0, 40).map((call) => log.append('chat', numbered(KEY, 5, call * 5)))
      await Promise.all(calls)
      const stored = await allOf(log, 'chat', log.partitionOf(KEY))
      expect(textsOf(stored)).toEqual(span(0, 200).map(String))
    })

    test('several callers at once lose nothing and write nothing twice', async () => {
      await using subject = await open()
      const { log } = subject
      const keys = keysInDistinctPartitions(log, 7)
      const caller = async (key: string): Promise<void> => {
        for (const call of span(0, 10)) await log.append('chat', numbered(key, 3, call * 3))
      }
      await Promise.all(keys.map(caller))
      for (const key of keys) {
        expect(textsOf(await allOf(log, 'chat', log.partitionOf(key)))).toEqual(span(0, 30).map(String))
      }
    })

    test('offsets start at 0 and have no holes, also after the log was opened again', async () => {
      await using subject = await open()
      let log = subject.log
      const keys = keysInDistinctPartitions(log, 5)
      const records = span(0, 30).flatMap((round) => keys.map((key) => record(key, String(round))))
      await log.append('chat', records.slice(0, 80))
      log = await subject.reopen()
      await log.append('chat', records.slice(80))
      for (const key of keys) {
        const partition = log.partitionOf(key)
        const stored = await allOf(log, 'chat', partition)
        expect(offsetsOf(stored)).toEqual(span(0, 30))
        expect(await log.extent('chat', partition)).toEqual({ low: 0, end: 30 })
      }
    })

    test('append times never fall within a partition', async () => {
      await using subject = await open()
      let log = subject.log
      for (const call of span(0, 6)) {
        await log.append('chat', numbered(KEY, 3, call * 3))
        if (call === 3) log = await subject.reopen()
        await subject.nextMillisecond()
      }
      const times = (await allOf(log, 'chat', log.partitionOf(KEY))).map(({ appendMs }) => appendMs)
      expect(times).toEqual([...times].sort((a, b) => a - b))
      expect(times.every(Number.isSafeInteger)).toBe(true)
      expect(times.at(-1)).toBeGreaterThan(times[0]!)
    })

    test('keys and values come back as they were, whatever they hold', async () => {
      await using subject = await open()
      const { log } = subject
      const allBytes = Uint8Array.from({ length: 256 }, (_, index) => index)
      const large = Uint8Array.from({ length: 900_000 }, (_, index) => (index * 31) & 0xff)
      const values = [
        new Uint8Array(0),
        allBytes,
        allBytes.subarray(100, 200),
        Buffer.from('Grüße 💜'),
        large,
      ]
      const key = 'ключ-💜'
      await log.append(
        'chat',
        values.map((value) => ({ key, value })),
      )
      const stored = await allOf(log, 'chat', log.partitionOf(key))
      expect(stored.map((each) => each.key)).toEqual(values.map(() => key))
      expect(stored.length).toBe(values.length)
      for (const [index, value] of values.entries()) {
        expect(Buffer.compare(stored[index]!.value, value)).toBe(0)
      }
    })

    test('appending nothing is done at once', async () => {
      await using subject = await open()
      await subject.log.append('chat', [])
    })

    test('what is acknowledged can be read at once, and is there after the log was opened again', async () => {
      await using subject = await open()
      let log = subject.log
      const partition = log.partitionOf(KEY)
      await log.append('chat', numbered(KEY, 3))
      expect(await log.extent('chat', partition)).toEqual({ low: 0, end: 3 })
      expect(textsOf(await rangeOf(log, 'chat', partition, 0, 3))).toEqual(['0', '1', '2'])
      log = await subject.reopen()
      expect(textsOf(await rangeOf(log, 'chat', partition, 0, 3))).toEqual(['0', '1', '2'])
    })

    test('topics do not mix', async () => {
      await using subject = await open()
      const { log } = subject
      await log.append('chat', [record(KEY, 'chat')])
      await log.append('dead-letters', [record(KEY, 'dead letter')])
      await log.append('alerts', [record(KEY, 'alert')])
      expect(textsOf(await allOf(log, 'chat', log.partitionOf(KEY)))).toEqual(['chat'])
      expect(textsOf(await allOf(log, 'dead-letters', 0))).toEqual(['dead letter'])
      expect(textsOf(await allOf(log, 'alerts', 0))).toEqual(['alert'])
    })
  })
}
