import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { startProgram } from './testing/program.ts'

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'smacktalk-cli-'))
  onTestFinished(() => rmSync(path, { recursive: true, force: true }))
  return path
}

async function ended(args: readonly string[], env: Record<string, string> = {}, cwd = folder()) {
  const program = startProgram(args, { cwd, env })
  return { code: await program.ended(), printed: program.printed() }
}

test('--help lists the commands and what the exit codes mean, --version the version', async () => {
  const help = await ended(['--help'])
  expect(help.code).toBe(0)
  expect(help.printed).toMatch(/all {2,}every role in one process/)
  expect(help.printed).toContain('Exit codes')
  const version = await ended(['--version'])
  expect(version).toEqual({ code: 0, printed: expect.stringMatching(/^smacktalk \d+\.\d+\.\d+\n$/) })
})

test.each(['all', 'simulator'])('%s --help lists its options', async (command) => {
  const help = await ended([command, '--help'])
  expect(help.code).toBe(0)
  expect(help.printed).toContain('--port')
  expect((await ended(['help', command])).printed).toBe(help.printed)
})

test('the help of all lists every setting with its variable', async () => {
  expect((await ended(['all', '--help'])).printed).toContain('SMACKTALK_TWITCH_WATCHDOG_MS')
})

test.each([
  [['al'], 'Did you mean "all"?'],
  [[], 'Which command?'],
  [['all', '--sorce', 'demo'], 'Did you mean "--source"?'],
  [['all', 'demo'], 'takes no argument "demo"'],
  [['simulator', '--port', 'x'], 'A whole number from 0 to 65535'],
])('%j is refused with code 2 and a way out', async (args, message) => {
  const run = await ended(args)
  expect(run.code).toBe(2)
  expect(run.printed).toContain(message)
  expect(run.printed).not.toContain('    at ')
})

test.each(['ingestor', 'stream-job', 'gateway'])('%s alone over embedded data is refused', async (role) => {
  const { code, printed } = await ended([role])
  expect(code).toBe(2)
  expect(printed).toMatch(/needs the backend "cluster"/)
  expect(printed).toContain('SMACKTALK_BACKEND=cluster')
})

test('embedded data need no migration', async () => {
  const { code, printed } = await ended(['migrate'])
  expect(code).toBe(0)
  expect(printed).toContain('nothing to do')
})

test('settings that cannot be used are refused with code 2, all of them at once', async () => {
  const cwd = folder()
  writeFileSync(join(cwd, 'smacktalk.config.json'), '{ "chanels": [] }')
  const run = await ended(['all', '--port', '-1'], { SMACKTALK_HORIZON: '5' }, cwd)
  expect(run.code).toBe(2)
  expect(run.printed).toContain('Did you mean "channels"?')
  expect(run.printed).toContain('Did you mean "SMACKTALK_HORIZON_MS"?')
  expect(run.printed).toContain('http.port of the command line is "-1"')
})

test('a port in use is told with what to do, and code 1', async () => {
  const other = createServer()
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    other.close()
  })
  const address = other.address()
  const port = String(typeof address === 'object' && address !== null ? address.port : 0)
  for (const args of [['simulator'], ['all', '--source', 'demo']]) {
    const run = await ended([...args, '--port', port])
    expect(run.code).toBe(1)
    expect(run.printed).toContain(`Port ${port} of 127.0.0.1 is in use`)
    expect(run.printed).not.toContain('    at ')
  }
})
