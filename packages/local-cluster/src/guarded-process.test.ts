import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { expect, onTestFinished, test, vi } from 'vitest'
import { spawnGuarded } from './guarded-process.ts'

const GUARDED = fileURLToPath(new URL('guarded-process.ts', import.meta.url))

function guarded(script: string) {
  const lines: string[] = []
  const child = spawnGuarded('/bin/sh', ['-c', script], { onLine: (line) => lines.push(line) })
  onTestFinished(() => void child.signal('SIGKILL'))
  return { child, lines }
}

test('every line of both outputs is told before the end is, the last one without a line feed too', async () => {
  const { child, lines } = guarded('echo out; echo err >&2; printf last; exit 3')
  expect(await child.ended).toEqual({ code: 3, signal: null })
  expect([...lines].sort()).toEqual(['err', 'last', 'out'])
})

test('a signal reaches the program itself', async () => {
  const { child, lines } = guarded('trap "echo asked; exit 0" TERM; echo ready; while :; do sleep 0.01; done')
  await vi.waitFor(() => expect(lines).toContain('ready'))
  child.signal('SIGTERM')
  expect(await child.ended).toEqual({ code: 0, signal: null })
  expect(lines).toEqual(['ready', 'asked'])
})

test('the pid is that of the program', async () => {
  const { child, lines } = guarded('echo $$')
  await child.ended
  expect(lines).toEqual([String(child.pid)])
})

test('a program that does not exist ends with the code that shells have for it', async () => {
  const child = spawnGuarded('no-such-program', [], { onLine: () => undefined })
  expect(await child.ended).toEqual({ code: 127, signal: null })
})

test.each([
  ['SIGKILL', 'running'],
  ['SIGTERM', 'running'],
  ['SIGKILL', 'paused'],
])('when the parent ends with %s, a %s program ends with it', async (signal, state) => {
  // The program holds a connection to this test; its end is the end of the program, and of nothing else.
  const held = createServer()
  held.listen(0, '127.0.0.1')
  await once(held, 'listening')
  onTestFinished(() => void held.close())
  const address = held.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  const program = `require('node:net').connect(${port}, '127.0.0.1')`
  const parent = spawn(
    process.execPath,
    [
      '--input-type=module',
      '--eval',
      `const { spawnGuarded } = await import(${JSON.stringify(GUARDED)})
       const child = spawnGuarded(process.execPath, ['--eval', ${JSON.stringify(program)}], { onLine() {} })
       console.log(child.pid)`,
    ],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  )
  const printed = text(parent.stdout)
  onTestFinished(() => void parent.kill('SIGKILL'))
  const [connection] = await once(held, 'connection')
  connection.on('error', () => undefined) // it is reset when the program is killed
  const gone = once(connection, 'close')
  if (state === 'paused') {
    const pid = await pidOf(parent.pid ?? 0)
    process.kill(pid, 'SIGSTOP')
  }
  parent.kill(signal as NodeJS.Signals)
  connection.resume()
  await gone
  expect(Number(await printed)).toBeGreaterThan(0)
})

/** The one child of a process. */
async function pidOf(parent: number): Promise<number> {
  const ps = spawn('ps', ['-A', '-o', 'pid=,ppid='], { stdio: ['ignore', 'pipe', 'inherit'] })
  const lines = (await text(ps.stdout)).trim().split('\n')
  const found = lines
    .map((line) => line.trim().split(/\s+/).map(Number))
    .find(([, parentOf]) => parentOf === parent)
  if (found?.[0] === undefined) throw new Error(`process ${parent} has no child`)
  return found[0]
}
