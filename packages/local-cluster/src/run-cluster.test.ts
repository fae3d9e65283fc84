import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, onTestFinished, test } from 'vitest'
import { temporaryFolder } from '../../../test/support/temporary-folder.ts'
import { freePorts } from './free-ports.ts'

const MAIN = fileURLToPath(new URL('main.ts', import.meta.url))

interface Outcome {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

function run(words: readonly string[], env: NodeJS.ProcessEnv = process.env): Promise<Outcome> {
  return new Promise((resolve) => {
    execFile(process.execPath, [MAIN, ...words], { env }, (error, stdout, stderr) => {
      resolve({ code: typeof error?.code === 'number' ? error.code : 0, stdout, stderr })
    })
  })
}

function folder(): string {
  const made = temporaryFolder()
  onTestFinished(() => made[Symbol.dispose]())
  return made.path
}

test('--help says what it is, what it needs and which options there are', async () => {
  const { code, stdout } = await run(['--help'])
  expect(code).toBe(0)
  for (const word of ['--brokers', '--kafka-port', '--cassandra-port', '--data-dir', '--fresh', 'Java 17']) {
    expect(stdout).toContain(word)
  }
})

test('a wrong word is one clear line, and exit code 2', async () => {
  const { code, stderr } = await run(['--brokers', 'many'])
  expect(code).toBe(2)
  expect(stderr).toBe(
    '--brokers is "many".\nUse 1, or 3: fewer than three cannot agree when one is missing.\n',
  )
})

test('a taken port stops it before anything is started', async () => {
  const [port = 0, other = 0] = await freePorts(2)
  const server = createServer().listen(port, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => void server.close())
  const dataDir = join(folder(), 'cluster')
  const words = ['--data-dir', dataDir, '--cassandra-port', String(port), '--kafka-port', String(other)]
  const { code, stderr } = await run(words)
  expect(code).toBe(1)
  expect(stderr).toContain(`Port ${port} of 127.0.0.1, wanted for Cassandra, is in use by another program.`)
  expect(stderr).toContain('choose another port')
})

test('a folder with something else in it is refused', async () => {
  const dataDir = join(folder(), 'photos')
  mkdirSync(dataDir)
  writeFileSync(join(dataDir, 'one.png'), '')
  const { code, stderr } = await run(['--data-dir', dataDir, '--fresh'])
  expect(code).toBe(1)
  expect(stderr).toContain('holds something else than a cluster')
})

test('without Java it says which one to install', async () => {
  const [kafka = 0, cassandra = 0] = await freePorts(2)
  const { code, stderr } = await run(
    ['--data-dir', join(folder(), 'c'), '--kafka-port', String(kafka), '--cassandra-port', String(cassandra)],
    { PATH: '' },
  )
  expect(code).toBe(1)
  expect(stderr).toContain('Java 17 is needed, and java is not there.\nInstall a Java 17')
})
