import { DiskFullError, type StoredRow } from '@smacktalk/ports'
import { expect, test } from 'vitest'
import { ManualClock } from '../../../test/conformance/manual-clock.ts'
import { allOf, offsetsOf, record, span } from '../../../test/conformance/records.ts'
import { temporaryFolder } from '../../../test/support/temporary-folder.ts'
import { openEmbedded } from './open-embedded.ts'

/** A little more than the empty tables take. */
const PAGES_MAX = 80

const open = (directory: string, pageCountMax?: number) =>
  openEmbedded({
    directory,
    clock: new ManualClock(),
    logRetentionMs: 86_400_000,
    rowRetentionDays: 400,
    ...(pageCountMax === undefined ? {} : { pageCountMax }),
  })

const row = (table: StoredRow['table'], name: string, bytes: number): StoredRow => ({
  table,
  partition: 'v1/1',
  row: name,
  position: 1,
  writtenAt: 1_000,
  value: new Uint8Array(bytes),
})

test('a full disk refuses appends as such, keeps what was acknowledged, and leaves no hole', async () => {
  using folder = temporaryFolder()
  let acknowledged = 0
  {
    await using full = await open(folder.path, PAGES_MAX)
    const failure = await (async () => {
      for (;;) {
        await full.log.append('chat', [record('a', 'x'.repeat(3_000))])
        acknowledged++
      }
    })().catch((error: unknown) => error)
    expect(failure).toBeInstanceOf(DiskFullError)
    expect(failure).toMatchObject({ retriable: true, cause: expect.any(Error) })
    const partition = full.log.partitionOf('a')
    expect(offsetsOf(await allOf(full.log, 'chat', partition))).toEqual(span(0, acknowledged))
    await expect(full.log.append('chat', [record('a', 'x'.repeat(30_000))])).rejects.toBeInstanceOf(
      DiskFullError,
    )
  }
  expect(acknowledged).toBeGreaterThan(3)
  await using roomy = await open(folder.path)
  await roomy.log.append('chat', [record('a', 'y')])
  const stored = await allOf(roomy.log, 'chat', roomy.log.partitionOf('a'))
  expect(offsetsOf(stored)).toEqual(span(0, acknowledged + 1))
})

test('a commit that finds no room leaves nothing of itself', async () => {
  using folder = temporaryFolder()
  await using full = await open(folder.path, PAGES_MAX)
  const before = row('minutes', 'before', 10)
  await full.store.write([before])
  const commit = {
    rows: [row('minutes', 'small', 10), row('minutes', 'large', 1_000_000)],
    deletes: [{ table: 'minutes', partition: 'v1/1', row: 'before', writtenAt: 2_000 }],
    clocks: [row('clocks', 'clock', 10)],
    checkpoint: row('checkpoints', '0000', 10),
  } as const
  await expect(full.store.commit(commit)).rejects.toBeInstanceOf(DiskFullError)
  expect(await full.store.load('minutes', 'v1/1')).toEqual([before])
  expect(await full.store.load('clocks', 'v1/1')).toEqual([])
  expect(await full.store.load('checkpoints', 'v1/1')).toEqual([])
})
