import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startFakeTwitch } from '@smacktalk/fake-twitch'
import { expect, onTestFinished, test } from 'vitest'
import { runDoctor, UnwellError } from './doctor.ts'
import { ageText, findingText } from './doctor-text.ts'
import { startProgram } from './testing/program.ts'

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'smacktalk-doctor-'))
  onTestFinished(() => rmSync(path, { recursive: true, force: true }))
  return path
}

/** Its lines, and whether anything failed. */
async function consulted(env: Record<string, string>, cwd = folder()) {
  const lines: string[] = []
  const outcome = runDoctor(
    { env, cwd },
    {
      terminal: { say: () => undefined },
      print: (line) => void lines.push(line),
      signal: new AbortController().signal,
    },
  )
  const failed = await outcome.then(
    () => false,
    (error: unknown) => {
      if (error instanceof UnwellError) return true
      throw error
    },
  )
  const of = (what: string) => lines.filter((line) => line.slice(6).startsWith(what))
  return { lines, failed, of }
}

async function twitch(): Promise<string> {
  const server = await startFakeTwitch({})
  onTestFinished(() => server[Symbol.asyncDispose]())
  return server.url
}

test('where nothing has run yet it says so, and nothing fails', async () => {
  const { failed, of } = await consulted({ SMACKTALK_TWITCH_URL: await twitch() })
  expect(failed).toBe(false)
  expect(of('settings')).toEqual([expect.stringContaining('backend embedded')])
  expect(of('twitch')).toEqual([expect.stringMatching(/^ok .* answers\.$/)])
  expect(of('data')).toEqual([expect.stringMatching(/^warn .*made when the product starts/)])
})

test('settings that cannot be used are one line, and a failure', async () => {
  const cwd = folder()
  writeFileSync(join(cwd, 'smacktalk.config.json'), '{ "chanels": [] }')
  const { failed, lines } = await consulted({}, cwd)
  expect(failed).toBe(true)
  expect(lines).toEqual([expect.stringMatching(/^FAIL {2}settings .*Did you mean "channels"/)])
})

test('Twitch out of reach fails only where nothing stands in for it', async () => {
  const env = { SMACKTALK_TWITCH_URL: 'ws://127.0.0.1:1' }
  const auto = await consulted(env)
  expect(auto.of('twitch')[0]).toMatch(/^warn .*demo world/)
  expect(auto.failed).toBe(false)
  const only = await consulted({ ...env, SMACKTALK_SOURCE: 'twitch' })
  expect(only.of('twitch')[0]).toMatch(/^FAIL .*Check the network/)
  expect(only.failed).toBe(true)
})

test('a cluster that is away is told once for each server', async () => {
  const { failed, of } = await consulted({
    SMACKTALK_SOURCE: 'demo',
    SMACKTALK_BACKEND: 'cluster',
    SMACKTALK_KAFKA_BROKERS: '127.0.0.1:1',
    SMACKTALK_CASSANDRA_CONTACT_POINTS: '127.0.0.1:1',
  })
  expect(failed).toBe(true)
  expect(of('broker')).toEqual([expect.stringMatching(/^FAIL .*127\.0\.0\.1:1/)])
  expect(of('store')).toEqual([expect.stringMatching(/^FAIL .*127\.0\.0\.1:1/)])
  expect([...of('topics'), ...of('schema')].every((line) => line.startsWith('warn'))).toBe(true)
})

test('a running product is asked, and its data are looked at when it has stopped', async () => {
  const cwd = folder()
  const env = { SMACKTALK_SOURCE: 'demo', SMACKTALK_DEMO_MESSAGES_PER_SECOND: '5' }
  const product = startProgram(['all', '--port', '0'], { cwd, env })
  const [, port = ''] = await product.has(/Open http:\S+:(\d+)/)
  const running = await consulted({ ...env, PORT: port }, cwd)
  expect(running.of('data').at(-1)).toContain(`process ${product.child.pid}`)
  expect(running.of('product')).toEqual([expect.stringMatching(/^(ok|FAIL)/)])
  product.child.kill('SIGTERM')
  expect(await product.ended()).toBe(0)
  const stopped = await consulted(env, cwd)
  expect(stopped.failed).toBe(false)
  // What came in while it stopped waits for the next start.
  expect(stopped.of('rows')).toEqual([expect.stringMatching(/counted (and stored|when the product starts)/)])
  expect(stopped.of('hops')).toEqual([expect.stringMatching(/^ok .*Last moved: /)])
})

test('a finding is one line that ends with what to do', () => {
  const finding = { what: 'broker', verdict: 'fail', says: 'It is\n  away', advice: 'Start it.' } as const
  expect(findingText(finding)).toBe('FAIL  broker     It is away. Start it.')
})

test.each([
  [-5, '0.0 s'],
  [400, '0.4 s'],
  [12_300, '12 s'],
  [200_000, '3 min'],
  [86_400_000, '24 h'],
])('%i ms are told as %s', (ms, text) => {
  expect(ageText(ms)).toBe(text)
})
