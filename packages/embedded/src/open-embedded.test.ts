import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DataLockedError, LogUnavailableError, StoreUnavailableError } from '@smacktalk/ports'
import { expect, test } from 'vitest'
import { ManualClock } from '../../../test/conformance/manual-clock.ts'
import { rangeOf } from '../../../test/conformance/records.ts'
import { temporaryFolder } from '../../../test/support/temporary-folder.ts'
import { Database } from './database.ts'
import { DamagedDataError, DataFolderError, NewerDataError } from './errors.ts'
import { openEmbedded } from './open-embedded.ts'

const open = (directory: string) =>
  openEmbedded({ directory, clock: new ManualClock(), logRetentionMs: 86_400_000, rowRetentionDays: 400 })

function inDatabase(path: string, sql: string): void {
  const database = new Database(path, 0)
  database.exec(sql)
  database.close()
}

test('the folder is created with its parents', async () => {
  using folder = temporaryFolder()
  const directory = join(folder.path, 'some', 'where')
  await using _embedded = await open(directory)
  expect(existsSync(join(directory, 'smacktalk.db'))).toBe(true)
})

test('the file is in WAL mode and carries our mark', async () => {
  using folder = temporaryFolder()
  await using _embedded = await open(folder.path)
  const database = new Database(join(folder.path, 'smacktalk.db'), 0)
  expect(database.prepare('PRAGMA journal_mode').get()).toEqual(['wal'])
  expect(database.pragma('application_id')).toBe(0x534d544b)
  expect(database.pragma('user_version')).toBe(1)
  database.close()
})

test('a file of a newer version is refused with both numbers, and left as it is', async () => {
  using folder = temporaryFolder()
  const path = join(folder.path, 'smacktalk.db')
  await (await open(folder.path))[Symbol.asyncDispose]()
  inDatabase(path, 'PRAGMA user_version = 7')
  await expect(open(folder.path)).rejects.toBeInstanceOf(NewerDataError)
  await expect(open(folder.path)).rejects.toThrow(/newer Smacktalk \(layout 7, this one knows 1\)/)
  inDatabase(path, 'PRAGMA user_version = 1')
  await (await open(folder.path))[Symbol.asyncDispose]()
})

test('a database of somebody else is refused and left as it is', async () => {
  using folder = temporaryFolder()
  const path = join(folder.path, 'smacktalk.db')
  inDatabase(path, 'CREATE TABLE theirs (x)')
  await expect(open(folder.path)).rejects.toThrow(/is not a Smacktalk data file/)
  const database = new Database(path, 0)
  expect(database.prepare('SELECT name FROM sqlite_schema').all()).toEqual([['theirs']])
  expect(database.prepare('PRAGMA journal_mode').get()).toEqual(['delete'])
  database.close()
})

test('a damaged file is named, with what to do', async () => {
  using folder = temporaryFolder()
  writeFileSync(join(folder.path, 'smacktalk.db'), Buffer.alloc(8_192, 7))
  const failure = await open(folder.path).then(
    () => null,
    (error: unknown) => error,
  )
  expect(failure).toBeInstanceOf(DamagedDataError)
  expect(failure).toMatchObject({
    message: expect.stringContaining('smacktalk.db" is damaged'),
    hint: expect.stringContaining('dataDir'),
    retriable: false,
  })
})

test('a folder that cannot be one is named', async () => {
  using folder = temporaryFolder()
  const path = join(folder.path, 'file')
  writeFileSync(path, '')
  await expect(open(path)).rejects.toBeInstanceOf(DataFolderError)
  await expect(open(join(path, 'below'))).rejects.toThrow(/cannot be used/)
})

test.runIf(existsSync('/proc/self'))('a folder where none can be created is named at once', async () => {
  await expect(open('/proc/smacktalk/some/where')).rejects.toBeInstanceOf(DataFolderError)
})

test('a failed opening lets go of the folder', async () => {
  using folder = temporaryFolder()
  const path = join(folder.path, 'smacktalk.db')
  inDatabase(path, 'CREATE TABLE theirs (x)')
  await expect(open(folder.path)).rejects.toBeInstanceOf(DamagedDataError)
  inDatabase(path, 'DROP TABLE theirs')
  await (await open(folder.path))[Symbol.asyncDispose]()
})

test('one process cannot open a folder twice either', async () => {
  using folder = temporaryFolder()
  await using _first = await open(folder.path)
  await expect(open(folder.path)).rejects.toBeInstanceOf(DataLockedError)
})

test('after disposal log and store refuse, disposing again is harmless, and the folder is free', async () => {
  using folder = temporaryFolder()
  const embedded = await open(folder.path)
  const record = { key: 'a', value: new Uint8Array(1) }
  await embedded.log.append('chat', [record])
  await embedded[Symbol.asyncDispose]()
  await embedded[Symbol.asyncDispose]()
  await expect(embedded.log.append('chat', [record])).rejects.toBeInstanceOf(LogUnavailableError)
  await expect(embedded.log.append('views', [record])).rejects.toBeInstanceOf(LogUnavailableError)
  const partition = embedded.log.partitionOf('a')
  await expect(rangeOf(embedded.log, 'chat', partition, 0, 1)).rejects.toBeInstanceOf(LogUnavailableError)
  await expect(embedded.store.load('minutes', 'a')).rejects.toBeInstanceOf(StoreUnavailableError)
  await expect(embedded.store.write([])).rejects.toBeInstanceOf(StoreUnavailableError)
  await (await open(folder.path))[Symbol.asyncDispose]()
})

test('disposal writes what waits', async () => {
  using folder = temporaryFolder()
  const embedded = await open(folder.path)
  const records = Array.from({ length: 5_000 }, () => ({ key: 'a', value: new Uint8Array(100) }))
  const appended = embedded.log.append('chat', records)
  await embedded[Symbol.asyncDispose]()
  await appended
  await using again = await open(folder.path)
  expect(await again.log.extent('chat', again.log.partitionOf('a'))).toEqual({ low: 0, end: 5_000 })
})
