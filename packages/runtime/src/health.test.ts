import { createServer } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { Health } from './health.ts'
import { openHealthServer } from './health-server.ts'
import { silentLogger } from './logger.ts'
import { createMetrics } from './metrics.ts'
import { PortInUseError } from './port-in-use-error.ts'

function clockAt(startMs: number) {
  const clock = { nowMs: startMs, now: () => clock.nowMs, sleep: () => Promise.resolve() }
  return clock
}

async function served(health: Health) {
  const common = { host: '127.0.0.1', metrics: createMetrics(), logger: silentLogger, health }
  const server = await openHealthServer({ ...common, port: 0 })
  onTestFinished(() => server[Symbol.asyncDispose]())
  return server
}

test('a process is ready when every condition is met, and says what is missing until then', () => {
  const health = new Health(clockAt(0))
  const log = health.condition('log')
  const store = health.condition('store', 'reading back')
  log.met()
  expect(health.ready().status).toBe(503)
  expect(JSON.parse(health.ready().body)).toEqual({ status: 'not ready', reasons: ['store: reading back'] })
  store.met()
  expect(health.ready().status).toBe(200)
  log.unmet('lost')
  expect(health.obstacles()).toEqual(['log: lost'])
  expect(health.live().status).toBe(200)
})

test('a loop that stands still makes the process neither alive nor ready', () => {
  const clock = clockAt(0)
  const health = new Health(clock)
  const loop = health.loop('fold', 1_000)
  clock.nowMs = 1_000
  expect(health.live().status).toBe(200)
  clock.nowMs = 1_001
  expect(health.live().status).toBe(503)
  expect(health.ready().status).toBe(503)
  loop.tick()
  expect(health.live().status).toBe(200)
})

test('what ended is not waited for', () => {
  const clock = clockAt(0)
  const health = new Health(clock)
  health.loop('fold', 1_000)[Symbol.dispose]()
  health.condition('log')[Symbol.dispose]()
  clock.nowMs = 5_000
  expect(health.ready().status).toBe(200)
})

test('the server answers for health, readiness and metrics, and nothing else', async () => {
  const health = new Health(clockAt(0))
  const condition = health.condition('log')
  const { url } = await served(health)
  expect((await fetch(`${url}/healthz`)).status).toBe(200)
  expect((await fetch(`${url}/readyz?x=1`)).status).toBe(503)
  condition.met()
  expect((await fetch(`${url}/readyz`)).status).toBe(200)
  const metrics = await fetch(`${url}/metrics`)
  expect(metrics.headers.get('content-type')).toContain('text/plain')
  expect(await metrics.text()).toContain('process_cpu_seconds_total')
  expect((await fetch(`${url}/other`)).status).toBe(404)
  expect((await fetch(`${url}/healthz`, { method: 'POST' })).status).toBe(405)
})

test('a port in use is an error that says what to do', async () => {
  const other = createServer()
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    other.close()
  })
  const address = other.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  const health = new Health(clockAt(0))
  const options = { host: '127.0.0.1', port, health, metrics: createMetrics(), logger: silentLogger }
  await expect(openHealthServer(options)).rejects.toThrow(PortInUseError)
})
