import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { DataLockedError } from '@smacktalk/ports'
import { expect, test } from 'vitest'
import { temporaryFolder } from '../../../test/support/temporary-folder.ts'
import { SpoolUnavailableError } from './errors.ts'
import { lockSpoolFolder } from './lock-spool-folder.ts'
import { drained, entries, numbersOf, span, spoolFolder } from './testing/numbered.ts'

const HOLDER = `
  const { lockSpoolFolder } = await import(process.argv[1])
  lockSpoolFolder(process.argv[2])
  process.stdout.write('locked\\n')
  setInterval(() => {}, 1000)`

test('a spool folder that another ingestor uses is refused, with what to do; killing that one frees it', async () => {
  using folder = temporaryFolder()
  const directory = join(folder.path, 'data', 'spool')
  const module = new URL('./lock-spool-folder.ts', import.meta.url).href
  const child = spawn(process.execPath, ['--input-type=module', '--eval', HOLDER, module, directory], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const gone = once(child, 'exit')
  try {
    expect(await once(createInterface(child.stdout), 'line')).toEqual(['locked'])
    expect(() => lockSpoolFolder(directory)).toThrow(DataLockedError)
    expect(() => lockSpoolFolder(directory)).toThrow(`"${directory}" is in use by another ingestor`)
  } finally {
    child.kill('SIGKILL')
    await gone
  }
  using _lock = lockSpoolFolder(directory)
})

test('the lock of the folder stays while files in it come and go', () => {
  const folder = spoolFolder()
  using lock = lockSpoolFolder(folder.directory)
  const spool = folder.open()
  spool.append(entries(1, 10), [])
  expect(numbersOf(drained(spool))).toEqual(span(1, 10))
  expect(() => lockSpoolFolder(folder.directory)).toThrow(DataLockedError)
  lock[Symbol.dispose]()
  lockSpoolFolder(folder.directory)[Symbol.dispose]()
})

test('a folder that cannot be made is no lock of somebody else', () => {
  expect(() => lockSpoolFolder('/proc/nothing/here')).toThrow(SpoolUnavailableError)
})
