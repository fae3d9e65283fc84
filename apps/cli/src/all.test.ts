import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ChannelsAnswer, StatusAnswer } from '@smacktalk/contract'
import { startFakeTwitch } from '@smacktalk/fake-twitch'
import { expect, onTestFinished, test, vi } from 'vitest'
import { type Program, startProgram } from './testing/program.ts'

const WAIT = { timeout: 60_000, interval: 50 } as const

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'smacktalk-all-'))
  onTestFinished(() => rmSync(path, { recursive: true, force: true }))
  return path
}

async function started(args: readonly string[], cwd: string, env: Record<string, string> = {}) {
  const program = startProgram(['all', '--port', '0', ...args], { cwd, env })
  const [, url = ''] = await program.has(/Open (http:\S+)/)
  const ask = async <T>(path: string): Promise<T> => {
    const answer = await fetch(`${url}/api/v1${path}`)
    expect(answer.status).toBe(200)
    // What the route promises; the tests of the gateway check that it keeps it.
    return (await answer.json()) as T
  }
  const status = () => ask<StatusAnswer>('/status')
  const state = async (login: string) => {
    const { channels } = await ask<ChannelsAnswer>('/channels')
    return channels.find(({ name }) => name === login)?.state ?? null
  }
  return { program, url, status, state }
}

async function stopped(program: Program): Promise<void> {
  program.child.kill('SIGTERM')
  expect(await program.ended()).toBe(0)
  expect(program.printed()).toContain('Stopped.')
}

test('the demo world is served, stops cleanly on SIGTERM and goes on where it was', async () => {
  const cwd = folder()
  const first = await started(['--source', 'demo'], cwd)
  expect((await fetch(`${first.url}/healthz`)).status).toBe(200)
  await vi.waitUntil(async () => (await fetch(`${first.url}/readyz`)).status === 200, WAIT)
  await vi.waitUntil(async () => (await first.status()).account.messages > 20, WAIT)
  expect((await first.status()).source).toBe('demo')
  const metrics = await (await fetch(`${first.url}/metrics`)).text()
  expect(metrics).toMatch(/smacktalk_job_records \d+/)
  await stopped(first.program)

  const second = await started(['--source', 'demo'], cwd)
  expect((await second.status()).account.messages).toBeGreaterThan(20)
  const third = startProgram(['all', '--source', 'demo', '--port', '0'], { cwd })
  expect(await third.ended()).toBe(2)
  expect(third.printed()).not.toContain('    at ')
  await stopped(second.program)
})

test('a channel added to the file is joined, and one taken out is left', async () => {
  const cwd = folder()
  const file = join(cwd, 'smacktalk.config.json')
  writeFileSync(file, '{ "source": "demo", "channels": ["first_one"] }')
  const { program, state } = await started([], cwd)
  await vi.waitUntil(async () => (await state('first_one')) === 'joined', WAIT)
  writeFileSync(file, '{ "source": "demo", "channels": ["second_one"] }')
  await vi.waitUntil(async () => (await state('second_one')) === 'joined', WAIT)
  await vi.waitUntil(async () => (await state('first_one')) === null, WAIT)
  expect(program.printed()).toContain('smacktalk.config.json changed: channels.')
  writeFileSync(file, '{ "channels": [')
  await program.has(/is not valid JSON/)
  expect(await state('second_one')).toBe('joined')
  await stopped(program)
})

test('when Twitch cannot be reached the demo world is shown and said to be one', async () => {
  const { program, status } = await started([], folder(), { SMACKTALK_TWITCH_URL: 'ws://127.0.0.1:1' })
  expect((await status()).source).toBe('demo')
  expect(program.printed()).toContain('Twitch cannot be reached')
  await stopped(program)
})

test.each(['auto', 'twitch'])(
  'the source %s changes without a restart of the process, and back, each with its own data',
  async (set) => {
    const twitch = await startFakeTwitch({})
    onTestFinished(() => twitch[Symbol.asyncDispose]())
    const cwd = folder()
    writeFileSync(join(cwd, 'smacktalk.config.json'), '{ "channels": ["first_one"] }')
    const variables = { SMACKTALK_TWITCH_URL: twitch.url }
    const { program, url, status, state } = await started(['--source', set], cwd, variables)
    expect((await status()).source).toBe('twitch')
    await vi.waitUntil(async () => (await state('first_one')) === 'joined', WAIT)

    const change = async (source: string) => {
      const body = JSON.stringify({ source })
      const headers = { 'content-type': 'application/json' }
      const answer = await fetch(`${url}/api/v1/source`, { method: 'POST', headers, body })
      return answer.status
    }
    const shows = async (source: string) => {
      try {
        return (await status()).source === source
      } catch {
        // Between two gateways nobody listens.
        return false
      }
    }
    expect(await change('demo')).toBe(202)
    await vi.waitUntil(() => shows('demo'), WAIT)
    await vi.waitUntil(async () => (await status()).account.messages > 0, WAIT)
    await vi.waitUntil(async () => (await status()).twitchReachable, WAIT)
    expect(await change('twitch')).toBe(202)
    await vi.waitUntil(() => shows('twitch'), WAIT)
    expect((await status()).account.messages).toBe(0)
    expect(program.child.exitCode).toBeNull()
    await stopped(program)
  },
)
