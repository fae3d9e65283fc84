import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { expect, onTestFinished, test } from 'vitest'

const MODULE = new URL('./run-until-signalled.ts', import.meta.url).href

/** A process of its own: signals and exits cannot be tried on the one that runs the tests. */
async function started(body: string) {
  const script = `
    import { runUntilSignalled } from '${MODULE}'
    const say = (line) => console.log(line)
    const until = (signal) => new Promise((resolve) => signal.addEventListener('abort', resolve))
    const alive = setInterval(() => {}, 1000)
    ${body}
    clearInterval(alive)
  `
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
    cwd: fileURLToPath(new URL('.', import.meta.url)),
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let printed = ''
  child.stdout.on('data', (data) => {
    printed += data
  })
  child.stderr.on('data', (data) => {
    printed += data
  })
  onTestFinished(() => {
    child.kill('SIGKILL')
  })
  return {
    child,
    printed: () => printed,
    async has(text: string) {
      while (!printed.includes(text)) {
        if (child.exitCode !== null) throw new Error(`It ended without "${text}":\n${printed}`)
        await Promise.race([once(child.stdout, 'data'), once(child.stderr, 'data'), once(child, 'close')])
      }
    },
    async ended() {
      if (child.exitCode === null && child.signalCode === null) await once(child, 'close')
      return child.exitCode
    },
  }
}

test.each(['SIGINT', 'SIGTERM'] as const)(
  '%s ends the run through its scopes, with code 0',
  async (signal) => {
    const run = await started(`
    await runUntilSignalled(async (signal) => {
      await using scope = { async [Symbol.asyncDispose]() { say('closed') } }
      say('up')
      await until(signal)
    }, { say })`)
    await run.has('up')
    run.child.kill(signal)
    expect(await run.ended()).toBe(0)
    expect(run.printed()).toContain('closed')
  },
)

test('a second signal ends it at once, but the same key press handed down twice does not', async () => {
  const run = await started(`
    await runUntilSignalled(async (signal) => {
      say('up')
      await until(signal)
      setTimeout(() => say('later'), 400)
      await new Promise(() => {})
    }, { say })`)
  await run.has('up')
  run.child.kill('SIGINT')
  await run.has('Stopping')
  run.child.kill('SIGINT')
  await run.has('later')
  run.child.kill('SIGINT')
  expect(await run.ended()).toBe(130)
  expect(run.printed()).toContain('Stopped at once.')
})

test('a stop that hangs ends with code 1 and says what hung', async () => {
  const run = await started(`
    await runUntilSignalled(async (signal) => {
      say('up')
      await until(signal)
      await new Promise(() => {})
    }, { say, graceMs: 100, stopping: () => 'the stream job' })`)
  await run.has('up')
  run.child.kill('SIGTERM')
  expect(await run.ended()).toBe(1)
  expect(run.printed()).toContain('still open: the stream job')
})

test('an error of the run is told and gives its code', async () => {
  const run = await started(`
    await runUntilSignalled(async () => { throw new Error('no room') },
      { say, failed: (error) => { say(error.message); return 2 } })`)
  expect(await run.ended()).toBe(2)
  expect(run.printed()).toContain('no room')
})

test.each([
  ['a rejection nobody handles', `Promise.reject(new Error('lost promise'))`],
  ['an exception nobody catches', `setTimeout(() => { throw new Error('lost promise') })`],
])('%s ends the process with its reason', async (_what, fault) => {
  const run = await started(`
    await runUntilSignalled(async (signal) => { ${fault}; await until(signal) }, { say })`)
  expect(await run.ended()).toBe(1)
  expect(run.printed()).toContain('lost promise')
})
