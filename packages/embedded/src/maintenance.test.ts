import { join } from 'node:path'
import { CHECKPOINTS_PARTITION, checkpointRow, DAY_MS, HOUR_MS, type TableName } from '@smacktalk/contract'
import type { StoredRow } from '@smacktalk/ports'
import { expect, test, vi } from 'vitest'
import { ManualClock } from '../../../test/conformance/manual-clock.ts'
import { numbered, record } from '../../../test/conformance/records.ts'
import { temporaryFolder } from '../../../test/support/temporary-folder.ts'
import { Database } from './database.ts'
import { ROUND_EVERY_MS, SWEEP_EVERY_MS } from './maintenance.ts'
import { openEmbedded } from './open-embedded.ts'

const RETENTION_MS = DAY_MS
const KEY = '1234'

async function openAged() {
  const folder = temporaryFolder()
  const clock = new ManualClock()
  const errors: string[] = []
  const logger = { warn: () => {}, error: (message: string) => errors.push(message) }
  const options = {
    directory: folder.path,
    clock,
    logRetentionMs: RETENTION_MS,
    rowRetentionDays: 30,
    logger,
  }
  let embedded = await openEmbedded(options)
  return {
    clock,
    errors,
    path: join(folder.path, 'smacktalk.db'),
    get log() {
      return embedded.log
    },
    get store() {
      return embedded.store
    },
    get partition() {
      return embedded.log.partitionOf(KEY)
    },
    async extent() {
      return embedded.log.extent('chat', embedded.log.partitionOf(KEY))
    },
    /** Folds up to a position, as the stream job would. */
    async fold(position: number) {
      const checkpoint: StoredRow = {
        table: 'checkpoints',
        partition: CHECKPOINTS_PARTITION,
        row: checkpointRow(embedded.log.partitionOf(KEY)),
        position,
        writtenAt: clock.now() * 1_000 + position,
        value: new Uint8Array(1),
      }
      await embedded.store.commit({ rows: [], deletes: [], clocks: [], checkpoint })
    },
    async reopen() {
      await embedded[Symbol.asyncDispose]()
      embedded = await openEmbedded(options)
    },
    /** Rounds of maintenance pass until the check holds. */
    async until(check: () => Promise<void>, stepMs = ROUND_EVERY_MS) {
      await vi.waitFor(
        () => {
          clock.advance(stepMs)
          return check()
        },
        { timeout: 60_000, interval: 2 },
      )
    },
    /** Enough rounds for everything that may be deleted to be deleted, seen by a dead letter that expires last. */
    async settled() {
      await embedded.log.append('dead-letters', [record('x', 'x')])
      const { end } = await embedded.log.extent('dead-letters', 0)
      clock.advance(RETENTION_MS + ROUND_EVERY_MS)
      await this.until(async () => expect((await embedded.log.extent('dead-letters', 0)).low).toBe(end))
      // That round may have begun before the time moved on; one more has seen everything.
      await embedded.log.append('dead-letters', [record('x', 'x')])
      clock.advance(RETENTION_MS + ROUND_EVERY_MS)
      await this.until(async () => expect((await embedded.log.extent('dead-letters', 0)).low).toBe(end + 1))
    },
    async [Symbol.asyncDispose]() {
      await embedded[Symbol.asyncDispose]()
      folder[Symbol.dispose]()
    },
  }
}

test('folded records go when they are older than the retention, younger ones stay', async () => {
  await using subject = await openAged()
  await subject.log.append('chat', numbered(KEY, 5))
  subject.clock.advance(RETENTION_MS / 2)
  await subject.log.append('chat', numbered(KEY, 5, 5))
  await subject.fold(9)
  subject.clock.advance(RETENTION_MS / 2)
  await subject.until(async () => expect(await subject.extent()).toEqual({ low: 5, end: 10 }))
})

test('records that are not folded stay, however old', async () => {
  await using subject = await openAged()
  await subject.log.append('chat', numbered(KEY, 5))
  await subject.settled()
  expect(await subject.extent()).toEqual({ low: 0, end: 5 })
})

test('while some are not folded, what the fold reads back when it restarts stays too', async () => {
  await using subject = await openAged()
  await subject.log.append('chat', numbered(KEY, 5))
  subject.clock.advance(RETENTION_MS + HOUR_MS)
  await subject.log.append('chat', numbered(KEY, 5, 5))
  subject.clock.advance(HOUR_MS)
  await subject.log.append('chat', numbered(KEY, 5, 10))
  await subject.fold(9)
  // The first five are older than one retention before position 9; all others are needed.
  await subject.settled()
  expect(await subject.extent()).toEqual({ low: 5, end: 15 })
  await subject.fold(14)
  await subject.until(async () => expect(await subject.extent()).toEqual({ low: 15, end: 15 }))
})

test('offsets and append times go on after retention has emptied a partition and the log was opened again', async () => {
  await using subject = await openAged()
  await subject.log.append('chat', numbered(KEY, 2_500))
  const appendedAt = subject.clock.now()
  await subject.fold(2_499)
  subject.clock.advance(RETENTION_MS)
  await subject.until(async () => expect(await subject.extent()).toEqual({ low: 2_500, end: 2_500 }))
  subject.clock.set(appendedAt - HOUR_MS)
  await subject.reopen()
  expect(await subject.extent()).toEqual({ low: 2_500, end: 2_500 })
  await subject.log.append('chat', [record(KEY, 'next')])
  for await (const [next] of subject.log.read('chat', subject.partition, 0, 9_999)) {
    expect(next).toMatchObject({ offset: 2_500, appendMs: appendedAt })
  }
  expect(await subject.extent()).toEqual({ low: 2_500, end: 2_501 })
})

test('dead letters and alerts go with their time, wanted channels stay', async () => {
  await using subject = await openAged()
  for (const topic of ['dead-letters', 'alerts', 'channels'] as const) {
    await subject.log.append(topic, [record('a', 'x')])
  }
  subject.clock.advance(RETENTION_MS)
  for (const topic of ['dead-letters', 'alerts'] as const) {
    await subject.until(async () => expect(await subject.log.extent(topic, 0)).toEqual({ low: 1, end: 1 }))
  }
  expect(await subject.log.extent('channels', 0)).toEqual({ low: 0, end: 1 })
})

test('rows go when they are older than their retention, where their table has one', async () => {
  await using subject = await openAged()
  const partition = 'v1/1/2026-01-15'
  const rowIn = (table: TableName, row: string, ageDays: number): StoredRow => ({
    table,
    partition,
    row,
    position: 1,
    writtenAt: (subject.clock.now() - ageDays * DAY_MS) * 1_000,
    value: new Uint8Array(1),
  })
  const many = (name: string, ageDays: number): StoredRow[] =>
    Array.from({ length: 1_200 }, (_, index) => rowIn('minutes', `${name} ${index + 1_000}`, ageDays))
  const young = [...many('a young', 29), ...many('c young', 29)]
  await subject.store.write([...young, ...many('b old', 31), ...many('d old', 31)])
  await subject.store.write([rowIn('channels', 'old', 31), rowIn('clocks', 'old', 31)])
  await subject.until(async () => {
    const rows = await subject.store.load('minutes', partition)
    expect(rows.length).toBe(young.length)
    expect(rows.map(({ row }) => row)).toEqual(young.map(({ row }) => row))
  }, SWEEP_EVERY_MS / 10)
  expect(await subject.store.load('channels', partition)).toHaveLength(1)
  expect(await subject.store.load('clocks', partition)).toHaveLength(1)
})

test('the mark of a deleted row goes after ten days, in every table', async () => {
  await using subject = await openAged()
  const writtenAt = subject.clock.now() * 1_000
  const deletes = (['minutes', 'channels'] as const).map((table) => ({
    table,
    partition: 'p',
    row: 'r',
    writtenAt,
  }))
  const checkpoint: StoredRow = {
    table: 'checkpoints',
    partition: 'p',
    row: 'r',
    position: 1,
    writtenAt,
    value: new Uint8Array(1),
  }
  await subject.store.commit({ rows: [], deletes, clocks: [], checkpoint })
  const marks = (): number => {
    const database = new Database(subject.path, 0)
    const sql = 'SELECT (SELECT count(*) FROM row_minutes) + (SELECT count(*) FROM row_channels)'
    const [count] = database.prepare(sql).get() ?? []
    database.close()
    return Number(count)
  }
  expect(marks()).toBe(2)
  await subject.until(async () => expect(marks()).toBe(0), SWEEP_EVERY_MS)
  expect(subject.clock.now() * 1_000 - writtenAt).toBeGreaterThan(10 * DAY_MS * 1_000)
})

test('a failure is reported, and the next try deletes', async () => {
  await using subject = await openAged()
  await subject.log.append('alerts', [record('a', 'x')])
  const database = new Database(subject.path, 0)
  database.exec(
    "CREATE TRIGGER refuse BEFORE DELETE ON topic_alerts BEGIN SELECT RAISE(ABORT, 'not now'); END",
  )
  subject.clock.advance(RETENTION_MS)
  await subject.until(async () => expect(subject.errors).toContain('expired data could not be deleted'))
  database.exec('DROP TRIGGER refuse')
  database.close()
  await subject.until(
    async () => expect(await subject.log.extent('alerts', 0)).toEqual({ low: 1, end: 1 }),
    30_000,
  )
})
