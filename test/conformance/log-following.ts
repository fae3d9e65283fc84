import type { EventLog, LogRecord } from '@smacktalk/ports'
import { describe, expect, test, vi } from 'vitest'
import { KEY, type LogUnderTest, WAIT } from './log-under-test.ts'
import { keysInDistinctPartitions, numbered, offsetsOf, record, span, textsOf } from './records.ts'

export function describeFollowing(name: string, open: () => Promise<LogUnderTest>): void {
  describe(`event log, ${name}: following`, () => {
    test('from the start: all that is there, then caught up once, then what comes', async () => {
      await using subject = await open()
      const { log } = subject
      const keys = keysInDistinctPartitions(log, 5)
      for (const key of keys) await log.append('chat', numbered(key, 1_500))
      await using follower = following(log, 'chat', 'start')
      await follower.caughtUp
      for (const key of keys) expect(follower.textsOf(key)).toEqual(span(0, 1_500).map(String))
      for (const key of keys) await log.append('chat', numbered(key, 2, 1_500))
      await vi.waitFor(() => expect(follower.records.length).toBe(5 * 1_502), WAIT)
      for (const key of keys) expect(follower.textsOf(key)).toEqual(span(0, 1_502).map(String))
      await follower.stop()
      expect(follower.timesCaughtUp).toBe(1)
    })

    test('from the end: only what comes after', async () => {
      await using subject = await open()
      const { log } = subject
      await log.append('chat', numbered(KEY, 5))
      await using follower = following(log, 'chat', 'end')
      await follower.caughtUp
      await log.append('chat', numbered(KEY, 3, 5))
      await vi.waitFor(() => expect(follower.textsOf(KEY)).toEqual(['5', '6', '7']), WAIT)
      await follower.stop()
      expect(follower.timesCaughtUp).toBe(1)
    })

    test('an empty topic is caught up with at once', async () => {
      await using subject = await open()
      await using follower = following(subject.log, 'alerts', 'start')
      await follower.caughtUp
      expect(follower.records).toEqual([])
      await follower.stop()
    })

    test('several followers get everything, each on its own', async () => {
      await using subject = await open()
      const { log } = subject
      await using one = following(log, 'chat', 'end')
      await using other = following(log, 'chat', 'end')
      await Promise.all([one.caughtUp, other.caughtUp])
      await log.append('chat', numbered(KEY, 5))
      await vi.waitFor(() => expect(other.textsOf(KEY)).toEqual(span(0, 5).map(String)), WAIT)
      await vi.waitFor(() => expect(one.textsOf(KEY)).toEqual(span(0, 5).map(String)), WAIT)
      await one.stop()
      await log.append('chat', numbered(KEY, 1, 5))
      await vi.waitFor(() => expect(other.records.length).toBe(6), WAIT)
      expect(one.records.length).toBe(5)
      await other.stop()
    })

    test('views reach who follows them, in order', async () => {
      await using subject = await open()
      const { log } = subject
      const keys = keysInDistinctPartitions(log, 3)
      await using follower = following(log, 'views', 'end')
      await follower.caughtUp
      for (const call of span(0, 20))
        for (const key of keys) await log.append('views', numbered(key, 2, call * 2))
      await vi.waitFor(() => expect(follower.records.length).toBe(120), WAIT)
      for (const key of keys) {
        expect(follower.textsOf(key)).toEqual(span(0, 40).map(String))
        const offsets = offsetsOf(follower.records.filter((each) => each.key === key))
        expect(offsets).toEqual(span(offsets[0]!, offsets[0]! + 40))
      }
      await follower.stop()
    })

    test('of a compacted topic the newest record of every key comes, in the order of its partition', async () => {
      await using subject = await open()
      let log = subject.log
      for (const round of span(0, 3)) {
        for (const key of ['anna', 'bert', 'carl']) {
          if (key !== 'bert' || round < 2) await log.append('channels', [record(key, `${key} ${round}`)])
        }
      }
      log = await subject.reopen()
      await using follower = following(log, 'channels', 'start')
      await follower.caughtUp
      const newest = new Map(follower.records.map(({ key, value }) => [key, new TextDecoder().decode(value)]))
      expect(newest).toEqual(
        new Map([
          ['anna', 'anna 2'],
          ['bert', 'bert 1'],
          ['carl', 'carl 2'],
        ]),
      )
      for (const partition of new Set(follower.records.map((each) => each.partition))) {
        const offsets = offsetsOf(follower.records.filter((each) => each.partition === partition))
        expect(offsets).toEqual([...offsets].sort((a, b) => a - b))
      }
      await log.append('channels', [record('bert', 'bert 3')])
      await vi.waitFor(() => expect(textsOf(follower.records).at(-1)).toBe('bert 3'), WAIT)
      await follower.stop()
    })

    test('a follower that throws ends with its error', async () => {
      await using subject = await open()
      const { log } = subject
      await log.append('alerts', [record(KEY, 'x')])
      const deliver = (): void => {
        throw new Error('cannot take it')
      }
      const following = log.follow('alerts', 'start', deliver, new AbortController().signal)
      await expect(following).rejects.toThrow('cannot take it')
    })

    test('a signal that has aborted already ends it before anything is delivered', async () => {
      await using subject = await open()
      const { log } = subject
      await log.append('alerts', [record(KEY, 'x')])
      const records: LogRecord[] = []
      await log.follow('alerts', 'start', (batch) => records.push(...batch), AbortSignal.abort())
      expect(records).toEqual([])
    })
  })
}

interface Following extends AsyncDisposable {
  readonly records: readonly LogRecord[]
  readonly caughtUp: Promise<void>
  readonly timesCaughtUp: number
  textsOf(key: string): string[]
  stop(): Promise<void>
}

function following(
  log: EventLog,
  topic: 'chat' | 'views' | 'channels' | 'alerts',
  from: 'start' | 'end',
): Following {
  const controller = new AbortController()
  const caughtUp = Promise.withResolvers<void>()
  const records: LogRecord[] = []
  let timesCaughtUp = 0
  const finished = log.follow(
    topic,
    from,
    (batch) => records.push(...batch),
    controller.signal,
    () => {
      timesCaughtUp++
      caughtUp.resolve()
    },
  )
  const settled = Promise.allSettled([finished])
  return {
    records,
    caughtUp: Promise.race([caughtUp.promise, finished]),
    get timesCaughtUp() {
      return timesCaughtUp
    },
    textsOf: (key) => textsOf(records.filter((each) => each.key === key)),
    async stop() {
      controller.abort()
      await finished
    },
    async [Symbol.asyncDispose]() {
      controller.abort()
      await settled
    },
  }
}
