import { LOG_PARTITIONS } from '@smacktalk/contract'
import { type EventLog, LogMismatchError } from '@smacktalk/ports'
import { describe, expect, test, vi } from 'vitest'
import { KEY, type LogUnderTest, WAIT } from './log-under-test.ts'
import { RecordingHandler, type RecordingHandlerOptions } from './recording-handler.ts'
import { keysInDistinctPartitions, numbered, record, span } from './records.ts'

export function describeConsuming(name: string, open: () => Promise<LogUnderTest>): void {
  describe(`event log, ${name}: consuming`, () => {
    test('every partition is opened once, and its batches follow from the offset it was opened at', async () => {
      await using subject = await open()
      const { log } = subject
      const keys = keysInDistinctPartitions(log, 4)
      const starts = new Map(keys.map((key, index) => [log.partitionOf(key), index * 10]))
      for (const key of keys) await log.append('chat', numbered(key, 30))
      await using reader = consuming(log, { start: (partition) => starts.get(partition) ?? 0 })
      await vi.waitFor(() => expect(reader.handler.records.length).toBe(30 + 20 + 10 + 0), WAIT)
      await vi.waitFor(() => expect(reader.handler.opened.size).toBe(LOG_PARTITIONS), WAIT)
      for (const key of keys) {
        const partition = log.partitionOf(key)
        expect(reader.handler.textsIn(partition)).toEqual(span(starts.get(partition)!, 30).map(String))
      }
      await reader.stop()
    })

    test('nothing of a partition is delivered before its opening is through', async () => {
      await using subject = await open()
      const { log } = subject
      const partition = log.partitionOf(KEY)
      await log.append('chat', numbered(KEY, 3))
      const gate = Promise.withResolvers<number>()
      const asked = Promise.withResolvers<void>()
      await using reader = consuming(log, {
        start: (opening) => {
          if (opening !== partition) return 0
          asked.resolve()
          return gate.promise
        },
      })
      await asked.promise
      await log.append('chat', numbered(KEY, 3, 3))
      expect(reader.handler.textsIn(partition)).toEqual([])
      gate.resolve(2)
      await vi.waitFor(() => expect(reader.handler.textsIn(partition)).toEqual(['2', '3', '4', '5']), WAIT)
      await reader.stop()
    })

    test('records appended later arrive, with the end of the partition as it is then', async () => {
      await using subject = await open()
      const { log } = subject
      await using reader = consuming(log)
      await vi.waitFor(() => expect(reader.handler.opened.size).toBe(LOG_PARTITIONS), WAIT)
      for (const call of span(0, 5)) {
        await log.append('chat', numbered(KEY, 4, call * 4))
        await vi.waitFor(() => expect(reader.handler.texts.length).toBe((call + 1) * 4), WAIT)
        expect(reader.handler.batches.at(-1)!.end).toBe((call + 1) * 4)
      }
      await reader.stop()
    })

    test('the next batch of a partition waits for the one before', async () => {
      await using subject = await open()
      const { log } = subject
      const gate = Promise.withResolvers<void>()
      await using reader = consuming(log, { batch: () => gate.promise })
      await log.append('chat', [record(KEY, 'first')])
      await vi.waitFor(() => expect(reader.handler.texts).toEqual(['first']), WAIT)
      await log.append('chat', [record(KEY, 'second')])
      await log.append('chat', [record(KEY, 'third')])
      await subject.nextMillisecond()
      expect(reader.handler.texts).toEqual(['first'])
      gate.resolve()
      await vi.waitFor(() => expect(reader.handler.texts).toEqual(['first', 'second', 'third']), WAIT)
      await reader.stop()
    })

    test('every partition gets its turn while one has a long backlog', async () => {
      await using subject = await open()
      const { log } = subject
      const [long, short] = keysInDistinctPartitions(log, 2) as [string, string]
      await log.append('chat', numbered(long, 20_000))
      await log.append('chat', numbered(short, 1))
      await using reader = consuming(log)
      await vi.waitFor(() => expect(reader.handler.texts.length).toBe(20_001), WAIT)
      const order = reader.handler.records.map(({ partition }) => partition)
      const behind = order.length - 1 - order.indexOf(log.partitionOf(short))
      expect(behind).toBeGreaterThan(1_000)
      await reader.stop()
    })

    test('after the signal every partition is closed, none while a batch of it runs, and no batch follows', async () => {
      await using subject = await open()
      const { log } = subject
      const keys = keysInDistinctPartitions(log, 3)
      const running = Promise.withResolvers<void>()
      const gate = Promise.withResolvers<void>()
      await using reader = consuming(log, {
        batch: () => {
          running.resolve()
          return gate.promise
        },
      })
      await vi.waitFor(() => expect(reader.handler.opened.size).toBe(LOG_PARTITIONS), WAIT)
      for (const key of keys) await log.append('chat', numbered(key, 2_500))
      await running.promise
      const stopped = reader.stop()
      await log.append('chat', numbered(keys[0]!, 1))
      expect(reader.handler.closed).not.toContain(reader.handler.batches[0]!.partition)
      gate.resolve()
      await stopped
      const delivered = reader.handler.batches.length
      expect(reader.handler.opened.size).toBe(0)
      expect([...reader.handler.closed].sort((a, b) => a - b)).toEqual(span(0, LOG_PARTITIONS))
      await log.append('chat', numbered(keys[0]!, 1))
      await subject.nextMillisecond()
      expect(reader.handler.batches.length).toBe(delivered)
    })

    test('a signal that aborts while partitions are opened closes those that were', async () => {
      await using subject = await open()
      const controller = new AbortController()
      const handler = new RecordingHandler({
        start: (partition) => {
          if (partition === 5) controller.abort()
          return 0
        },
      })
      await subject.log.consume('chat', groupName(), handler, controller.signal)
      expect(handler.closed.length).toBeGreaterThan(0)
      expect(handler.opened.size).toBe(0)
      expect(handler.wrong).toEqual([])
    })

    test('a handler that throws ends the reader with its error; that partition is not closed, the others are', async () => {
      await using subject = await open()
      const { log } = subject
      const partition = log.partitionOf(KEY)
      await using reader = consuming(log, {
        batch: async (batch) => {
          if (batch.partition === partition) throw new Error('the handler has had enough')
        },
      })
      await vi.waitFor(() => expect(reader.handler.opened.size).toBe(LOG_PARTITIONS), WAIT)
      await log.append('chat', [record(KEY, 'x')])
      await expect(reader.finished).rejects.toThrow('the handler has had enough')
      expect(reader.handler.closed).not.toContain(partition)
      expect(reader.handler.closed.length).toBe(LOG_PARTITIONS - 1)
    })

    test('a partition that cannot be opened ends the reader with that error', async () => {
      await using subject = await open()
      await using reader = consuming(subject.log, {
        start: (partition) => (partition === 3 ? Promise.reject(new Error('no checkpoint')) : 0),
      })
      await expect(reader.finished).rejects.toThrow('no checkpoint')
      expect(reader.handler.closed).not.toContain(3)
      expect(reader.handler.opened.size).toBe(0)
    })

    test('a start beyond the end of a partition means another log, and is refused', async () => {
      await using subject = await open()
      const { log } = subject
      await log.append('chat', numbered(KEY, 3))
      const partition = log.partitionOf(KEY)
      await using reader = consuming(log, { start: (opening) => (opening === partition ? 4 : 0) })
      await expect(reader.finished).rejects.toBeInstanceOf(LogMismatchError)
      expect(reader.handler.batches).toEqual([])
    })

    test('every group gets everything', async () => {
      await using subject = await open()
      const { log } = subject
      await using one = consuming(log)
      await using other = consuming(log)
      await log.append('chat', numbered(KEY, 10))
      for (const { handler } of [one, other]) {
        await vi.waitFor(() => expect(handler.texts).toEqual(span(0, 10).map(String)), WAIT)
      }
      await one.stop()
      await other.stop()
    })

    test('a group may be read again after its reader has stopped, from where its handler says', async () => {
      await using subject = await open()
      const { log } = subject
      const group = groupName()
      const partition = log.partitionOf(KEY)
      await log.append('chat', numbered(KEY, 6))
      for (const start of [0, 4]) {
        await using reader = consuming(
          log,
          { start: (opening) => (opening === partition ? start : 0) },
          group,
        )
        await vi.waitFor(() => expect(reader.handler.texts).toEqual(span(start, 6).map(String)), WAIT)
        await reader.stop()
      }
    })
  })
}

let groups = 0
const groupName = (): string => `group-${process.pid}-${++groups}`

interface Consuming extends AsyncDisposable {
  readonly handler: RecordingHandler
  readonly finished: Promise<void>
  /** Aborts, waits for the end, and checks that the handler was called as promised. */
  stop(): Promise<void>
}

function consuming(log: EventLog, options: RecordingHandlerOptions = {}, group = groupName()): Consuming {
  const handler = new RecordingHandler(options)
  const controller = new AbortController()
  const finished = log.consume('chat', group, handler, controller.signal)
  const settled = Promise.allSettled([finished])
  return {
    handler,
    finished,
    async stop() {
      controller.abort()
      await finished
      expect(handler.wrong).toEqual([])
    },
    async [Symbol.asyncDispose]() {
      controller.abort()
      await settled
    },
  }
}
