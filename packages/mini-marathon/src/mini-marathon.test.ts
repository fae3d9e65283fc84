/** Real processes, small ones, with checks many times a second. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, onTestFinished, test, vi } from 'vitest'
import { MiniMarathon } from './mini-marathon.ts'
import { openRest } from './rest.ts'

const CHECKOUT = fileURLToPath(new URL('../../..', import.meta.url))
const SMALL_APP = 'packages/mini-marathon/src/testing/small-app.ts'
const PATIENCE = { timeout: 30_000, interval: 20 }

function app(name: string, rest: object = {}) {
  return {
    id: `/g/${name}`,
    args: ['node', SMALL_APP],
    user: 'nobody',
    container: { portMappings: [{ containerPort: 8000, name: 'http', servicePort: 10_099 }] },
    env: { APP_PORT: '8000' },
    healthChecks: [
      {
        protocol: 'MESOS_HTTP',
        path: '/healthz',
        delaySeconds: 0,
        gracePeriodSeconds: 20,
        intervalSeconds: 0.05,
        timeoutSeconds: 2,
        maxConsecutiveFailures: 2,
      },
    ],
    taskKillGracePeriodSeconds: 5,
    backoffSeconds: 0.05,
    ...rest,
  }
}

const folder = (): string => {
  const path = mkdtempSync(join(tmpdir(), 'smacktalk-marathon-'))
  onTestFinished(() => rmSync(path, { recursive: true, force: true }))
  return path
}

async function open() {
  const said: string[] = []
  const marathon = await MiniMarathon.open({
    directory: folder(),
    checkout: CHECKOUT,
    overlay: { replace: {}, set: {} },
    servicePorts: 'free',
    // A temporary folder of root is closed to others; that users are changed is tested with the real group.
    keepUser: true,
    say: (line) => said.push(line),
  })
  onTestFinished(() => marathon[Symbol.asyncDispose]())
  const tasks = (name: string) => [...marathon.record(`/g/${name}`).tasks.values()]
  const settled = () => vi.waitFor(() => expect(marathon.deployments).toEqual([]), PATIENCE)
  return { marathon, said, tasks, settled }
}

function isAlive(pid: number | null): boolean {
  try {
    return pid !== null && process.kill(pid, 0)
  } catch {
    return false // no such process
  }
}

test('an app starts when what it needs is healthy, and a killed task comes back', async () => {
  const { marathon, said, tasks, settled } = await open()
  marathon.putGroup({ id: '/g', apps: [app('page', { dependencies: ['/g/job'] }), app('job')] })
  await settled()
  const lines = said.join('\n')
  expect(lines).toMatch(/g_job\.\w+ is healthy[\s\S]*Starting g_page/)
  const [first] = tasks('page')
  process.kill(first?.pid ?? 0, 'SIGKILL')
  await vi.waitFor(() => {
    const [next] = tasks('page')
    expect(next?.id).not.toBe(first?.id)
    expect(next?.isHealthy).toBe(true)
  }, PATIENCE)
  expect(said.join('\n')).toContain(`${first?.id} ended (SIGKILL); the next starts in 0.1 s.`)
})

test('a task that fails its checks is replaced without back-off, one that ends at once with more and more', async () => {
  const { marathon, said } = await open()
  const sick = app('sick', { env: { APP_PORT: '8000', FAIL_AFTER_MS: '200' } })
  const dead = app('dead', { env: { EXIT_AT_ONCE: '1' }, backoffSeconds: 0.1, backoffFactor: 2 })
  marathon.putGroup({ id: '/g', apps: [sick, dead] })
  await vi.waitFor(() => {
    const lines = said.join('\n')
    expect(lines.match(/g_sick\.\w+ failed 2 health checks in a row/g)?.length).toBeGreaterThan(1)
    expect(lines).toMatch(/in 0\.1 s\.\n.*I do not want to live[\s\S]*in 0\.2 s[\s\S]*in 0\.4 s/)
  }, PATIENCE)
  expect(said.join('\n')).not.toMatch(/g_sick\.\w+ ended/)
})

test('SIGKILL comes after the grace period to whoever does not stop', async () => {
  const { marathon, said, tasks, settled } = await open()
  const deaf = app('deaf', {
    env: { APP_PORT: '8000', IGNORE_SIGTERM: '1' },
    taskKillGracePeriodSeconds: 0.3,
  })
  marathon.putGroup({ id: '/g', apps: [deaf] })
  await settled()
  const [task] = tasks('deaf')
  marathon.removeGroup('/g')
  await settled()
  expect(said.join('\n')).toContain(`${task?.id} has not stopped within 0.3 s: SIGKILL.`)
  expect(isAlive(task?.pid ?? null)).toBe(false)
  expect(marathon.records).toEqual([])
})

test('an app that is just leaving comes back when it is wanted again', async () => {
  const { marathon, tasks, settled } = await open()
  const group = { id: '/g', apps: [app('page')] }
  marathon.putGroup(group)
  await settled()
  marathon.removeGroup('/g')
  expect(() => marathon.putGroup(group)).toThrow('is deploying some of these apps')
  marathon.putGroup(group, { force: true })
  await settled()
  expect(tasks('page').filter(({ isHealthy }) => isHealthy)).toHaveLength(1)
})

/** Asks as browsers do: a connection that ends unanswered, since its task was just told to stop, is made once more. */
async function statusAt(url: string): Promise<number> {
  const ask = async (): Promise<number> => (await fetch(url, { headers: { connection: 'close' } })).status
  return ask().catch(ask)
}

test('an upgrade keeps the service port answering', async () => {
  const { marathon, tasks, settled } = await open()
  const upgrade = { instances: 2, upgradeStrategy: { minimumHealthCapacity: 0.5, maximumOverCapacity: 0 } }
  marathon.putGroup({ id: '/g', apps: [app('page', upgrade)] })
  await settled()
  const before = tasks('page').map(({ id }) => id)
  const port = marathon.record('/g/page').servicePorts[0]?.port
  marathon.putApp('/g/page', { env: { APP_PORT: '8000', VERSION: '2' } })
  let asked = 0
  while (marathon.deployments.length > 0) {
    expect(await statusAt(`http://127.0.0.1:${port}/`)).toBe(200)
    asked += 1
  }
  expect(asked).toBeGreaterThan(3)
  const after = tasks('page').map(({ id }) => id)
  expect(after).toHaveLength(2)
  expect(after.filter((id) => before.includes(id))).toEqual([])
})

test('REST scales, kills, shows, removes and refuses', async () => {
  const { marathon, settled } = await open()
  await using rest = await openRest(marathon, 0)
  const ask = async (method: string, path: string, body?: unknown) => {
    const answer = await fetch(rest.url + path, {
      method,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    return { status: answer.status, body: (await answer.json()) as Record<string, unknown> }
  }
  const group = { id: '/g', apps: [app('page'), app('job', { dependencies: ['/g/page'] })] }
  expect((await ask('PUT', '/v2/groups', group)).status).toBe(200)
  expect((await ask('PUT', '/v2/apps/g/page', { instances: 2 })).status).toBe(409)
  const [deployment] = (await ask('GET', '/v2/deployments')).body as unknown as [{ affectedApps: string[] }]
  expect(deployment.affectedApps).toEqual(['/g/page', '/g/job'])
  await settled()

  expect((await ask('PUT', '/v2/apps//g/page', { instances: 2 })).status).toBe(200)
  await settled()
  const { app: shown } = (await ask('GET', '/v2/apps/g/page')).body as {
    app: { instances: number; tasksHealthy: number; tasks: { id: string; pid: number }[] }
  }
  expect(shown).toMatchObject({ instances: 2, tasksHealthy: 2 })
  const [task] = shown.tasks
  expect((await ask('DELETE', `/v2/apps/g/page/tasks/${task?.id}`)).status).toBe(200)
  await vi.waitFor(() => expect(isAlive(task?.pid ?? null)).toBe(false), PATIENCE)
  await vi.waitFor(async () => {
    expect((await ask('GET', '/v2/apps')).body).toMatchObject({
      apps: [{ tasksHealthy: 2 }, { tasksHealthy: 1 }],
    })
  }, PATIENCE)
  expect(await (await fetch(rest.url)).text()).toMatch(/\/g\/page {2}2\/2 healthy, http:\/\/127\.0\.0\.1:\d+/)

  expect((await ask('GET', '/v2/apps/g/other')).status).toBe(404)
  expect((await ask('PUT', '/v2/apps/g/page', { instances: -1 })).status).toBe(422)
  expect((await ask('DELETE', '/v2/apps/g/page')).status).toBe(405)
  expect((await ask('GET', '/v2/pods')).status).toBe(404)
  expect((await fetch(`${rest.url}/v2/groups`, { method: 'PUT', body: 'no JSON' })).status).toBe(400)

  expect((await ask('DELETE', '/v2/groups/g')).status).toBe(200)
  await settled()
  expect((await ask('GET', '/v2/groups')).body).toEqual({ id: '/', apps: [] })
})

test('tasks end with the program, however it ends', async () => {
  const own = folder()
  const group = join(own, 'group.json')
  writeFileSync(
    group,
    JSON.stringify({ id: '/g', apps: [{ ...app('page'), container: undefined, healthChecks: [] }] }),
  )
  const main = join(CHECKOUT, 'packages/mini-marathon/src/main.ts')
  const options = [
    '--group',
    group,
    '--job',
    'none',
    '--port',
    '0',
    '--keep-user',
    '--data-dir',
    join(own, 'data'),
  ]
  const child = spawn(process.execPath, [main, ...options], { stdio: ['ignore', 'ignore', 'pipe'] })
  onTestFinished(() => void child.kill('SIGKILL'))
  let said = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said += text
  })
  const pid = await vi.waitFor(async () => {
    const [, url = ''] = /What runs: (\S+)/.exec(said) ?? []
    const found = /process (\d+)/.exec(await (await fetch(url)).text())?.[1]
    expect(found).toBeDefined()
    return Number(found)
  }, PATIENCE)
  expect(isAlive(pid)).toBe(true)
  expect(said).toContain('Not emulated:')
  child.kill('SIGKILL')
  await once(child, 'exit')
  await vi.waitFor(() => expect(isAlive(pid)).toBe(false), PATIENCE)
})
