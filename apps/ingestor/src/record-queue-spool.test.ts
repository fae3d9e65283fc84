import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { createInterface } from 'node:readline'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { type EventLog, LogMismatchError, LogUnavailableError, type OutgoingRecord } from '@smacktalk/ports'
import { silentLogger, systemClock } from '@smacktalk/runtime'
import { describe, expect, it, onTestFinished } from 'vitest'
import { ManualClock } from '../../../test/conformance/manual-clock.ts'
import { temporaryFolder } from '../../../test/support/temporary-folder.ts'
import { openTemporaryLog, recordsIn } from '../../../test/support/temporary-log.ts'
import { type QueueSpoolOptions, RecordQueue, type RecordQueueOptions } from './record-queue.ts'
import { CHANNELS, logThat, pushLine } from './testing/numbered-lines.ts'

/** A real log that can be out of reach. */
async function openFlakyLog() {
  const embedded = await openTemporaryLog()
  let failure: Error | null = null
  const log = logThat(async (topic, records: readonly OutgoingRecord[]) => {
    if (failure !== null) throw failure
    await embedded.log.append(topic, records)
  })
  return {
    log,
    embedded,
    fail: (error: Error | null = new LogUnavailableError('no broker', 'wait')) => {
      failure = error
    },
    async lines(channelId?: string): Promise<number[]> {
      const records = await recordsIn(embedded)
      return records.flatMap((record) =>
        record.kind === 'broken' && (channelId ?? record.value.channelId) === record.value.channelId
          ? [record.value.line]
          : [],
      )
    },
  }
}

function spoolPlace(): QueueSpoolOptions {
  const folder = temporaryFolder()
  onTestFinished(() => folder[Symbol.dispose]())
  return { directory: join(folder.path, 'spool'), spoolMs: 21_600_000, logRetentionMs: 86_400_000 }
}

function openQueue(log: EventLog, options: Partial<RecordQueueOptions> & { spool: QueueSpoolOptions }) {
  const queue = new RecordQueue({
    log,
    clock: systemClock,
    logger: silentLogger,
    ingestor: 'one',
    ...options,
  })
  // A test that expects an end looks at it itself.
  queue.finished.catch(() => undefined)
  onTestFinished(async () => {
    // Told by the test already, if it is a failure.
    await queue.stop(0).catch(() => undefined)
  })
  return queue
}

function push(queue: RecordQueue, first: number, last: number, receivedAt: number): void {
  for (let line = first; line <= last; line++) {
    pushLine(queue, CHANNELS[line % CHANNELS.length]!, line, receivedAt)
  }
}

/** Lets time pass until a fact holds; the test's own time limit ends a wait for what never comes. */
async function pass(clock: ManualClock, holds: () => boolean): Promise<void> {
  while (!holds()) {
    clock.advance(20)
    await nextTurn()
  }
}

const span = (first: number, last: number): number[] =>
  Array.from({ length: last - first + 1 }, (_, index) => first + index)
const ofChannel = (channelId: string, lines: number[]): number[] =>
  lines.filter((line) => CHANNELS[line % CHANNELS.length] === channelId)

/** Order is promised per channel. */
async function expectLines(log: { lines(channelId?: string): Promise<number[]> }, lines: number[]) {
  for (const channelId of CHANNELS) {
    expect(await log.lines(channelId)).toEqual(ofChannel(channelId, lines))
  }
}

describe('the record queue with a spool', () => {
  it('leaves the disk alone while the log takes records', async () => {
    const spool = spoolPlace()
    const clock = new ManualClock()
    let taken = 0
    const log = logThat(async (_topic, records) => {
      taken += records.length
    })
    const queue = openQueue(log, { clock, spool })
    for (let turn = 0; turn < 200; turn++) {
      push(queue, turn * 200 + 1, turn * 200 + 200, clock.now())
      await pass(clock, () => taken === turn * 200 + 200)
    }
    expect(await queue.stop(1_000)).toBe(0)
    expect(queue.figures().spool).toMatchObject({ state: 'empty', reason: null, spooled: 0 })
    expect(existsSync(spool.directory)).toBe(false)
  })

  it('spools when the log has taken nothing for a moment, and drains in order when it takes records again', async () => {
    const log = await openFlakyLog()
    const spool = spoolPlace()
    const clock = new ManualClock()
    const queue = openQueue(log.log, { clock, spool })
    log.fail()
    push(queue, 1, 3_000, clock.now())
    const before = clock.now()
    await pass(clock, () => queue.figures().spool.records === 3_000)
    expect(clock.now() - before).toBeGreaterThanOrEqual(2_000)
    expect(queue.figures()).toMatchObject({ records: 0, bytes: 0, spool: { state: 'holding' } })
    push(queue, 3_001, 4_000, clock.now())
    await pass(clock, () => queue.figures().spool.records === 4_000)
    expect(queue.troubles()).toEqual([expect.stringMatching(/4000 wait, 4000 of them in the spool/)])
    log.fail(null)
    push(queue, 4_001, 4_500, clock.now())
    await pass(clock, () => queue.figures().appended === 4_500)
    push(queue, 4_501, 4_600, clock.now())
    expect(await queue.stop(1_000)).toBe(0)
    await expectLines(log, span(1, 4_600))
    expect(queue.figures().spool).toMatchObject({ state: 'empty', records: 0 })
    expect(readdirSync(spool.directory)).toEqual(['lock.db'])
  })

  it('spools what is too much for memory, however fast the log is', async () => {
    const log = await openFlakyLog()
    const spool = spoolPlace()
    const clock = new ManualClock()
    const held = Promise.withResolvers<void>()
    const slow = logThat(async (topic, records) => {
      await held.promise
      await log.log.append(topic, records)
    })
    const queue = openQueue(slow, { clock, spool })
    push(queue, 1, 12_000, clock.now())
    clock.advance(40)
    await nextTurn()
    clock.advance(1_000)
    while (queue.figures().records > 0) await nextTurn()
    expect(queue.figures().spool.records).toBe(12_000)
    held.resolve()
    await pass(clock, () => queue.figures().appended === 12_000)
    expect(await queue.stop(1_000)).toBe(0)
    await expectLines(log, span(1, 12_000))
  })

  it('loses nothing when it stops while the log is away: the next process goes on, old records first', async () => {
    const log = await openFlakyLog()
    const spool = spoolPlace()
    log.fail()
    const first = openQueue(log.log, { spool })
    push(first, 1, 1_700, systemClock.now())
    expect(await first.stop(10)).toBe(0)
    const second = openQueue(log.log, { spool, ingestor: 'two' })
    expect(second.figures().spool.records).toBe(1_700)
    push(second, 1_701, 1_800, systemClock.now())
    log.fail(null)
    expect(await second.stop(10_000)).toBe(0)
    await expectLines(log, span(1, 1_800))
    expect(readdirSync(spool.directory)).toEqual(['lock.db'])
  })

  it('does not wait for an append that hangs when it stops', async () => {
    const spool = spoolPlace()
    const queue = openQueue(
      logThat(() => new Promise(() => undefined)),
      { spool },
    )
    push(queue, 1, 10, systemClock.now())
    expect(await queue.stop(100)).toBe(0)
    const next = openQueue(
      logThat(() => new Promise(() => undefined)),
      { spool },
    )
    expect(next.figures().spool.records).toBe(10)
  })

  it('keeps what waits for the next start when the log can no longer be written at all', async () => {
    const log = await openFlakyLog()
    const spool = spoolPlace()
    log.fail(new LogMismatchError('another log', 'stop'))
    const first = openQueue(log.log, { spool })
    push(first, 1, 800, systemClock.now())
    await expect(first.finished).rejects.toThrow('another log')
    log.fail(null)
    const second = openQueue(log.log, { spool })
    expect(await second.stop(10_000)).toBe(0)
    await expectLines(log, span(1, 800))
  })

  it('lets the oldest go from a full spool, counts them by channel, and marks the gap', async () => {
    const log = await openFlakyLog()
    const spool = { ...spoolPlace(), bytesMax: 200_000 }
    const clock = new ManualClock()
    const queue = openQueue(log.log, { clock, spool })
    log.fail()
    const heardAt: number[] = []
    for (let turn = 0; turn < 10; turn++) {
      heardAt.push(clock.now())
      push(queue, turn * 500 + 1, turn * 500 + 500, clock.now())
      await pass(clock, () => queue.figures().records === 0 && queue.figures().spool.records > 0)
    }
    const { dropped, droppedByChannel, spool: figures } = queue.figures()
    expect(figures.bytes).toBeLessThanOrEqual(200_000)
    expect(dropped).toBeGreaterThan(1_000)
    expect(Object.values(droppedByChannel).reduce((sum, count) => sum + count, 0)).toBe(dropped)
    log.fail(null)
    await pass(clock, () => queue.figures().spool.records === 0)
    expect(await queue.stop(1_000)).toBe(0)
    const heard = await log.lines()
    expect(heard).toHaveLength(5_000 - dropped)
    for (const channelId of CHANNELS) {
      const sent = ofChannel(channelId, span(1, 5_000))
      expect((await log.lines(channelId)).length + droppedByChannel[channelId]!).toBe(sent.length)
    }
    const marks = (await recordsIn(log.embedded)).filter(({ kind }) => kind === 'coverage')
    expect(marks).toHaveLength(CHANNELS.length)
    // The first 500 were in flight all the time.
    const [, from] = heardAt
    for (const { value } of marks) expect(value).toMatchObject({ from, to: from, ended: 'spool full' })
  })

  it('lets go what would be judged late, and marks the gap with that cause', async () => {
    const log = await openFlakyLog()
    const spool = { ...spoolPlace(), spoolMs: 60_000 }
    const clock = new ManualClock()
    const queue = openQueue(log.log, { clock, spool })
    log.fail()
    push(queue, 1, 1, clock.now())
    await pass(clock, () => queue.figures().spool.records === 1)
    push(queue, 2, 1_000, clock.now())
    await pass(clock, () => queue.figures().spool.records === 1_000)
    clock.advance(50_000)
    push(queue, 1_001, 1_100, clock.now())
    await pass(clock, () => queue.figures().dropped === 999)
    log.fail(null)
    await pass(clock, () => queue.figures().spool.records === 0)
    expect(await queue.stop(1_000)).toBe(0)
    // The first was in flight.
    await expectLines(log, [1, ...span(1_001, 1_100)])
    const marks = (await recordsIn(log.embedded)).filter(({ kind }) => kind === 'coverage')
    expect(marks.map(({ value }) => value)).toEqual(
      CHANNELS.map(() => expect.objectContaining({ ended: 'log unreachable for too long' })),
    )
  })

  it('goes on in memory when the spool cannot be used, says why, and spools as soon as it can', async () => {
    const log = await openFlakyLog()
    const spool = spoolPlace()
    const errors: string[] = []
    const logger = {
      ...silentLogger,
      error: (_facts: unknown, message?: unknown) => errors.push(String(message)),
    }
    const clock = new ManualClock()
    writeFileSync(spool.directory, 'a file where the folder should be')
    const queue = openQueue(log.log, { clock, spool, logger })
    errors.length = 0
    log.fail()
    push(queue, 1, 700, clock.now())
    await pass(clock, () => queue.figures().spool.state === 'failing')
    const before = clock.now()
    await pass(clock, () => clock.now() - before > 60_000)
    expect(errors).toEqual(['the spool fails; records wait in memory'])
    expect(queue.figures()).toMatchObject({
      dropped: 0,
      spool: { reason: expect.stringContaining('cannot be used') },
    })
    expect(queue.troubles()).toEqual([
      expect.stringMatching(/700 wait, none was dropped/),
      expect.stringMatching(/^Records wait in memory only: The spool .* cannot be used/),
    ])
    rmSync(spool.directory)
    await pass(clock, () => queue.figures().spool.records === 700)
    expect(queue.figures().spool).toMatchObject({ state: 'holding', reason: null })
    log.fail(null)
    await pass(clock, () => queue.figures().appended === 700)
    expect(await queue.stop(1_000)).toBe(0)
    await expectLines(log, span(1, 700))
  })
})

interface Said {
  readonly spooled: number
  readonly state: string
  readonly reason: string | null
}

/** A process that hears and spools until it is killed; `said` gives its newest line that fits. */
function startSpooling(directory: string, limitBlocks: number | null = null) {
  const script = new URL('./testing/spooling-process.ts', import.meta.url).pathname
  const args = [script, directory, 'child']
  const child: ChildProcess =
    limitBlocks === null
      ? spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
      : spawn('/bin/sh', ['-c', `ulimit -f ${limitBlocks}; exec "$0" "$@"`, process.execPath, ...args], {
          stdio: ['ignore', 'pipe', 'inherit'],
        })
  const lines = createInterface(child.stdout!)[Symbol.asyncIterator]()
  onTestFinished(() => void child.kill('SIGKILL'))
  return {
    child,
    async said(fits: (said: Said) => boolean): Promise<Said> {
      for (let line = await lines.next(); line.done !== true; line = await lines.next()) {
        const said = JSON.parse(line.value) as Said
        if (fits(said)) return said
      }
      throw new Error('The process ended.')
    },
    async kill(): Promise<void> {
      const gone = once(child, 'exit')
      child.kill('SIGKILL')
      await gone
    },
  }
}

describe('a process that spools', () => {
  it('is killed in the middle of it: the next one appends all that was spooled, in order, and nothing twice', async () => {
    const log = await openFlakyLog()
    const spool = spoolPlace()
    const process = startSpooling(spool.directory)
    const { spooled } = await process.said(({ spooled }) => spooled > 4_000)
    await process.kill()
    const queue = openQueue(log.log, { spool, ingestor: 'two' })
    const left = queue.figures().spool.records
    expect(left).toBeGreaterThanOrEqual(spooled)
    expect(await queue.stop(30_000)).toBe(0)
    await expectLines(log, span(1, left))
    expect(readdirSync(spool.directory)).toEqual(['lock.db'])
  })

  it('keeps its file for itself as long as it lives', async () => {
    const log = await openFlakyLog()
    const spool = spoolPlace()
    const process = startSpooling(spool.directory)
    await process.said(({ spooled }) => spooled > 0)
    const other = openQueue(log.log, { spool, ingestor: 'child' })
    expect(other.figures().spool).toMatchObject({ state: 'empty', records: 0 })
    expect(await other.stop(1_000)).toBe(0)
    await process.kill()
    const next = openQueue(log.log, { spool, ingestor: 'child' })
    expect(next.figures().spool.records).toBeGreaterThan(0)
  })

  it('survives a limit on the size of its files, says so, and keeps what it has spooled', async () => {
    const log = await openFlakyLog()
    const spool = spoolPlace()
    mkdirSync(dirname(spool.directory), { recursive: true })
    const process = startSpooling(spool.directory, 512)
    const { reason } = await process.said(({ state }) => state === 'failing')
    expect(reason).toContain('The spool')
    expect(process.child.exitCode).toBeNull()
    await process.kill()
    const queue = openQueue(log.log, { spool })
    const left = queue.figures().spool.records
    expect(left).toBeGreaterThan(100)
    expect(await queue.stop(30_000)).toBe(0)
    await expectLines(log, span(1, left))
  })
})
