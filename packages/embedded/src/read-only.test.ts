import { cpSync } from 'node:fs'
import { join } from 'node:path'
import { DataLockedError, type StoredRow } from '@smacktalk/ports'
import { expect, test } from 'vitest'
import { ManualClock } from '../../../test/conformance/manual-clock.ts'
import { allOf, offsetsOf, record, span } from '../../../test/conformance/records.ts'
import { temporaryFolder } from '../../../test/support/temporary-folder.ts'
import { DataFolderError } from './errors.ts'
import { openEmbedded, openEmbeddedToRead } from './open-embedded.ts'

const clock = new ManualClock()
const open = (directory: string) =>
  openEmbedded({ directory, clock, logRetentionMs: 86_400_000, rowRetentionDays: 400 })

const row = (name: string): StoredRow => ({
  table: 'minutes',
  partition: 'v1/1',
  row: name,
  position: 1,
  writtenAt: clock.now() * 1_000,
  value: new Uint8Array(10),
})

test('data of a running product can be read, its newest rows too, and not be changed', async () => {
  using folder = temporaryFolder()
  await using running = await open(folder.path)
  await running.log.append('channels', [record('a', 'x')])
  await using reader = await openEmbeddedToRead({ directory: folder.path, clock })
  await running.store.write([row('later')])
  expect(await reader.store.load('minutes', 'v1/1')).toEqual([row('later')])
  expect(offsetsOf(await allOf(reader.log, 'channels', 0))).toEqual(span(0, 1))
  await expect(reader.store.write([row('mine')])).rejects.toBeInstanceOf(DataFolderError)
  await expect(reader.log.append('chat', [record('a', 'x')])).rejects.toBeInstanceOf(DataFolderError)
  await running.store.write([row('more')])
  expect(await reader.store.load('minutes', 'v1/1')).toHaveLength(2)
})

test('a reader is in nobody’s way', async () => {
  using folder = temporaryFolder()
  await (await open(folder.path))[Symbol.asyncDispose]()
  await using _reader = await openEmbeddedToRead({ directory: folder.path, clock })
  await using _running = await open(folder.path)
  await expect(open(folder.path)).rejects.toBeInstanceOf(DataLockedError)
})

test('what a killed process has left can be read before it runs again', async () => {
  using folder = temporaryFolder()
  using left = temporaryFolder()
  await using running = await open(folder.path)
  await running.store.write([row('written')])
  for (const name of ['smacktalk.db', 'smacktalk.db-wal']) {
    cpSync(join(folder.path, name), join(left.path, name))
  }
  {
    await using reader = await openEmbeddedToRead({ directory: left.path, clock })
    expect(await reader.store.load('minutes', 'v1/1')).toEqual([row('written')])
  }
  await using again = await open(left.path)
  expect(await again.store.load('minutes', 'v1/1')).toEqual([row('written')])
})

test('where there are no data a reader makes none', async () => {
  using folder = temporaryFolder()
  const nothing = openEmbeddedToRead({ directory: folder.path, clock })
  await expect(nothing).rejects.toBeInstanceOf(DataFolderError)
  await expect(nothing).rejects.toThrow(/There are no data in /)
  await expect(openEmbeddedToRead({ directory: join(folder.path, 'none'), clock })).rejects.toThrow(
    /There are no data in /,
  )
})
