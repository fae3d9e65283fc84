import { type AnyRecord, type Coverage, NO_CHANNEL } from '@smacktalk/contract'
import {
  type EventLog,
  LogMismatchError,
  LogUnavailableError,
  type OutgoingRecord,
  type Topic,
} from '@smacktalk/ports'
import { silentLogger, systemClock } from '@smacktalk/runtime'
import { decodeRecord } from '@smacktalk/wire'
import { describe, expect, it } from 'vitest'
import { RECORDS_PER_APPEND, RecordQueue } from './record-queue.ts'

/** A log whose appends wait for leave, or fail as told; what it took is kept in order. */
function createGatedLog() {
  const taken: { key: string; record: AnyRecord }[] = []
  const sizes: number[] = []
  let inFlight = 0
  let mostInFlight = 0
  let failures: Error[] = []
  let gate = Promise.resolve()
  let opened: (() => void) | undefined
  const log: Pick<EventLog, 'append'> = {
    async append(_topic: Topic, records: readonly OutgoingRecord[]) {
      inFlight++
      mostInFlight = Math.max(mostInFlight, inFlight)
      await gate
      inFlight--
      const failure = failures.shift()
      if (failure !== undefined) throw failure
      sizes.push(records.length)
      for (const { key, value } of records) taken.push({ key, record: decodeRecord(value) })
    },
  }
  return {
    log: log as EventLog,
    taken,
    sizes,
    mostInFlight: () => mostInFlight,
    failNext(...errors: Error[]) {
      failures = errors
    },
    shut() {
      const { promise, resolve } = Promise.withResolvers<void>()
      gate = promise
      opened = resolve
    },
    open() {
      opened?.()
      gate = Promise.resolve()
    },
  }
}

function broken(line: number, receivedAt = line): AnyRecord {
  return {
    kind: 'broken',
    value: {
      channelId: '11',
      channelLogin: 'a',
      run: 'live',
      line,
      ingestor: 'one',
      receivedAt,
      sentAt: null,
      reason: 'no-id',
    },
  }
}

function coverage(from: number, to: number): AnyRecord {
  const value: Coverage = {
    channelId: '11',
    channelLogin: 'a',
    ingestor: 'one',
    origin: 'heard',
    from,
    to,
    ended: null,
  }
  return { kind: 'coverage', value }
}

const settingsRecord: AnyRecord = {
  kind: 'channelSettings',
  value: { channelId: '11', channelLogin: 'a', bots: [], commandPrefix: '!', optOut: [], moments: null },
}

function openQueue(log: EventLog, limits: { recordsMax?: number; bytesMax?: number } = {}) {
  return new RecordQueue({
    log,
    clock: systemClock,
    logger: silentLogger,
    ingestor: 'one',
    spool: null,
    ...limits,
  })
}

const lines = (taken: { record: AnyRecord }[]) =>
  taken.flatMap(({ record }) => (record.kind === 'broken' ? [record.value.line] : []))

describe('the record queue', () => {
  it('appends everything in order, in batches, one at a time', async () => {
    const gated = createGatedLog()
    const queue = openQueue(gated.log)
    for (let line = 1; line <= 2_345; line++) queue.push(broken(line), '11', line)
    expect(await queue.stop(5_000)).toBe(0)
    expect(lines(gated.taken)).toEqual(Array.from({ length: 2_345 }, (_, index) => index + 1))
    expect(gated.mostInFlight()).toBe(1)
    expect(Math.max(...gated.sizes)).toBeLessThanOrEqual(2 * RECORDS_PER_APPEND)
    expect(queue.figures()).toMatchObject({ records: 0, bytes: 0, appended: 2_345, dropped: 0 })
  })

  it('does not wait for a full batch', async () => {
    const gated = createGatedLog()
    const queue = openQueue(gated.log)
    queue.push(broken(1), '11', 1)
    while (gated.taken.length === 0) await systemClock.sleep(1)
    expect(lines(gated.taken)).toEqual([1])
    await queue.stop(1_000)
  })

  it('tries again while the log is unavailable, and loses nothing', async () => {
    const gated = createGatedLog()
    gated.failNext(new LogUnavailableError('no broker', 'wait'), new LogUnavailableError('no broker', 'wait'))
    const queue = openQueue(gated.log)
    queue.push(broken(1), '11', 1)
    queue.push(broken(2), '11', 2)
    while (gated.taken.length < 2) await systemClock.sleep(1)
    expect(lines(gated.taken)).toEqual([1, 2])
    await queue.stop(1_000)
  })

  it('ends with the reason when trying again is of no use', async () => {
    const gated = createGatedLog()
    gated.failNext(new LogMismatchError('another log', 'stop'))
    const queue = openQueue(gated.log)
    queue.push(broken(1), '11', 1)
    await expect(queue.finished).rejects.toThrow('another log')
  })

  it('gives up at the deadline of a stop and says how much is left', async () => {
    const gated = createGatedLog()
    gated.failNext(...Array.from({ length: 100 }, () => new LogUnavailableError('no broker', 'wait')))
    const queue = openQueue(gated.log)
    queue.push(broken(1), '11', 1)
    expect(await queue.stop(250)).toBe(1)
    expect(gated.taken).toEqual([])
  })

  it('lets the oldest go when it is full, never settings, and marks the time as lost', async () => {
    const gated = createGatedLog()
    gated.shut()
    const queue = openQueue(gated.log, { recordsMax: 100 })
    queue.push(broken(0), '11', 0)
    // The first append takes what is there and hangs; what follows piles up.
    while (queue.figures().records > 0) await systemClock.sleep(1)
    queue.push(settingsRecord, '11', 1)
    for (let line = 1; line <= 150; line++) queue.push(broken(line, line * 10), '11', line * 10)
    queue.push(coverage(0, 1_200), '11', 1_500)
    queue.push(coverage(1_200, 1_600), '11', 1_600)
    const { dropped } = queue.figures()
    expect(dropped).toBeGreaterThanOrEqual(50)
    gated.open()
    expect(await queue.stop(5_000)).toBe(0)

    const heard = lines(gated.taken)
    expect(heard).toEqual([0, ...Array.from({ length: 150 - dropped }, (_, index) => dropped + 1 + index)])
    expect(gated.taken.filter(({ record }) => record.kind === 'channelSettings')).toHaveLength(1)
    const ticks = gated.taken.flatMap(({ record }) => (record.kind === 'coverage' ? [record.value] : []))
    expect(ticks).toMatchObject([
      { from: 10, to: 10, ended: 'spool full' },
      { from: 0, to: 10, ended: null },
      { from: dropped * 10 + 1, to: 1_200, ended: null },
      { from: 1_200, to: 1_600, ended: null },
    ])
    expect(queue.figures().bytes).toBe(0)
  })

  it('marks no lost time for lines that name no room', async () => {
    const gated = createGatedLog()
    gated.shut()
    const queue = openQueue(gated.log, { recordsMax: 100 })
    for (let line = 0; line <= 150; line++) {
      queue.push(broken(line), NO_CHANNEL, line)
      while (line === 0 && gated.mostInFlight() === 0) await systemClock.sleep(1)
    }
    expect(queue.figures().dropped).toBeGreaterThan(0)
    gated.open()
    expect(await queue.stop(5_000)).toBe(0)
    expect(gated.taken.filter(({ record }) => record.kind === 'coverage')).toEqual([])
  })

  it('is bounded by bytes as well', async () => {
    const gated = createGatedLog()
    gated.shut()
    const queue = openQueue(gated.log, { bytesMax: 50_000 })
    for (let line = 1; line <= 1_000; line++) queue.push(broken(line), '11', line)
    expect(queue.figures().bytes).toBeLessThanOrEqual(50_000)
    expect(queue.figures().dropped).toBeGreaterThan(500)
    gated.open()
    await queue.stop(5_000)
  })
})
