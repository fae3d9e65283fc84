import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { DataLockedError } from '@smacktalk/ports'
import { expect, test } from 'vitest'
import { temporaryFolder } from '../../../test/support/temporary-folder.ts'
import { lockFolder } from './lock.ts'

const HOLDER = `
  const { lockFolder } = await import(process.argv[1])
  lockFolder(process.argv[2])
  process.stdout.write('locked\\n')
  setInterval(() => {}, 1000)`

/** Another process that holds the folder; resolves when it does. */
async function holder(folder: string): Promise<ChildProcess> {
  const module = new URL('./lock.ts', import.meta.url).href
  const child = spawn(process.execPath, ['--input-type=module', '--eval', HOLDER, module, folder], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const [line] = await once(createInterface(child.stdout!), 'line')
  expect(line).toBe('locked')
  return child
}

async function killed(child: ChildProcess): Promise<void> {
  const gone = once(child, 'exit')
  child.kill('SIGKILL')
  await gone
}

test('a folder held by another process is refused in one sentence: which folder, whose, what to do', async () => {
  using folder = temporaryFolder()
  const child = await holder(folder.path)
  try {
    lockFolder(folder.path)
    expect.unreachable('the lock was given twice')
  } catch (error) {
    expect(error).toBeInstanceOf(DataLockedError)
    expect(error).toMatchObject({
      message: `The data in "${folder.path}" is in use by the process ${child.pid}`,
      hint: 'Stop that one, or choose another dataDir.',
      retriable: false,
    })
  } finally {
    await killed(child)
  }
})

test('killing the holder frees the folder', async () => {
  using folder = temporaryFolder()
  await killed(await holder(folder.path))
  using _lock = lockFolder(folder.path)
  expect(readFileSync(join(folder.path, 'lock.pid'), 'utf8')).toBe(`${process.pid}\n`)
})

test('letting go frees the folder', () => {
  using folder = temporaryFolder()
  lockFolder(folder.path)[Symbol.dispose]()
  lockFolder(folder.path)[Symbol.dispose]()
})
