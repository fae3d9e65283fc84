/**
 * The group of marathon/, executed: what people expect of a cluster manager happens with these files. One living
 * system under load, so the tests follow one another.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { eventually } from '../support/eventually.ts'
import { type GroupWorld, openGroupWorld, type TaskView, used } from './group-world.ts'
import { apps, group } from './marathon-files.ts'

const SEED = Number(process.env['SMACKTALK_TEST_SEED'] ?? 20_261_121)
/** More of them measure what the tasks need (docs/deploy/dcos.md). */
const MESSAGES_PER_SECOND = Number(process.env['SMACKTALK_TEST_RATE'] ?? 200)
const PATIENCE = { withinMs: 90_000, everyMs: 100 }
/** No page stands still for longer while tasks are replaced: 3 to 4 s on a quiet machine, 9 s on a very busy one. */
const STILL_MS_MAX = 25_000
/** Over so long the use of processors is measured. */
const USE_MS = 10_000

let world: GroupWorld
const startedAtMs = performance.now()

beforeAll(async () => {
  console.info(`the group: seed ${SEED}, ${MESSAGES_PER_SECOND} messages/s`)
  world = await openGroupWorld({ seed: SEED, messagesPerSecond: MESSAGES_PER_SECOND })
})

afterAll(async () => {
  await world?.[Symbol.asyncDispose]()
})

function told(line: string): void {
  console.info(`${((performance.now() - startedAtMs) / 1_000).toFixed(0)} s: ${line}`)
}

/** Longest time without something newer on the page. */
function stillMs(fromMs: number): number {
  const times = [fromMs, ...world.shown.filter((atMs) => atMs > fromMs), Date.now()]
  return Math.max(...times.map((atMs, index) => atMs - (times[index - 1] ?? atMs)))
}

/** Prints what each task uses under this load: what `cpus` and `mem` of the files are chosen from. */
async function tellUse(): Promise<void> {
  const tasks = await world.tasks()
  const before = new Map(tasks.map(({ pid }) => [pid, used(pid)?.cpuSeconds ?? 0]))
  await sleep(USE_MS)
  for (const { appId, pid } of tasks) {
    const figures = used(pid)
    if (figures === null) continue
    const share = (figures.cpuSeconds - (before.get(pid) ?? 0)) / (USE_MS / 1_000)
    told(`${appId}: peak ${figures.megabytes.toFixed(0)} MB, ${(share * 100).toFixed(0)} % of a core`)
  }
}

async function idsOf(app?: string): Promise<string[]> {
  return (await world.tasks(app)).map(({ id }) => id).sort()
}

test('the whole group comes up from the files: in order, healthy, ready', async () => {
  const tasks = await world.tasks()
  const perApp = group.apps.map(({ id }) => [id, tasks.filter(({ appId }) => appId === id).length])
  expect(perApp).toEqual(group.apps.map(({ id, instances }) => [id, instances]))
  for (const task of tasks) expect(await world.status(task, '/readyz'), task.id).toBe(200)
  const startOf = (app: string): number =>
    Math.min(
      ...tasks.filter(({ appId }) => appId.endsWith(app)).map(({ startedAt }) => Date.parse(startedAt)),
    )
  expect(startOf('/gateway')).toBeGreaterThan(startOf('/stream-job'))
  expect(startOf('/ingestor-b')).toBeGreaterThan(startOf('/ingestor-a'))
  told('all is healthy')
})

test('a task that is killed comes back, and the others stay', async () => {
  const before = await world.tasks('stream-job')
  const [victim] = before
  process.kill(victim?.pid ?? 0, 'SIGKILL')
  await eventually('it is gone', async () => !(await idsOf()).includes(victim?.id ?? ''), PATIENCE)
  await world.settled()
  const after = await idsOf('stream-job')
  expect(after).toHaveLength(before.length)
  expect(after).toEqual(expect.arrayContaining(before.slice(1).map(({ id }) => id)))
  told('a killed task is back')
})

test('while Cassandra is down no task is killed: alive is not ready', async () => {
  const before = await world.tasks()
  const readiness = async (task: TaskView): Promise<number> => world.status(task, '/readyz')
  const needing = before.filter(({ appId }) => /stream-job$/.test(appId))
  const ingestors = before.filter(({ appId }) => /ingestor/.test(appId))
  await world.cassandra.kill()
  await eventually(
    'the jobs say that they are not ready',
    async () => (await Promise.all(needing.map(readiness))).every((status) => status === 503),
    PATIENCE,
  )
  // Longer than it takes Marathon's check to give a task up.
  const [check] = apps[0]?.content.healthChecks ?? []
  const giveUpMs = (check?.intervalSeconds ?? 0) * (check?.maxConsecutiveFailures ?? 0) * 1_000
  const until = Date.now() + giveUpMs * 1.25
  while (Date.now() < until) {
    for (const task of before) expect(await world.status(task, '/healthz'), task.id).toBe(200)
    for (const task of ingestors) expect(await readiness(task), task.id).toBe(200)
    await sleep(1_000)
  }
  await world.settled()
  expect(await Promise.all(needing.map(readiness))).toEqual(needing.map(() => 503))
  await world.cassandra.start()
  await eventually(
    'all is ready again',
    async () => (await Promise.all(before.map(readiness))).every((status) => status === 200),
    PATIENCE,
  )
  expect(await idsOf()).toEqual(before.map(({ id }) => id).sort())
  told('Cassandra was away and is back')
})

test('one stream job becomes three under load, and they share the partitions', async () => {
  await world.rest('PUT', '/v2/apps/smacktalk/stream-job', { instances: 1 })
  await world.settled()
  expect(await idsOf('stream-job')).toHaveLength(1)
  const from = Date.now()
  await world.rest('PUT', '/v2/apps/smacktalk/stream-job', { instances: 3 })
  await world.settled()
  const jobs = await world.tasks('stream-job')
  expect(jobs).toHaveLength(3)
  const partitions = async (task: TaskView): Promise<number> => {
    const page = await (await fetch(`http://127.0.0.1:${task.ports[0]}/metrics`)).text()
    return Number(/^smacktalk_job_partitions (\d+)$/m.exec(page)?.[1])
  }
  await eventually(
    'each has partitions',
    async () => {
      const counts = await Promise.all(jobs.map(partitions))
      return counts.every((count) => count > 0) && counts.reduce((sum, count) => sum + count, 0) === 8
    },
    PATIENCE,
  )
  expect(stillMs(from)).toBeLessThan(STILL_MS_MAX)
  told(`one job became three; the page stood still for at most ${stillMs(from)} ms`)
})

test('a rolling upgrade of everything under load: frames flow, and what was said is counted once', async () => {
  await tellUse()
  const before = await idsOf()
  const from = Date.now()
  const next = group.apps.map((app) => ({ ...app, env: { ...app.env, SMACKTALK_LOG_LEVEL: 'warn' } }))
  await world.rest('PUT', '/v2/groups', { ...group, apps: next })
  await world.settled()
  const after = await idsOf()
  expect(after.filter((id) => before.includes(id))).toEqual([])
  expect(after).toHaveLength(group.apps.reduce((sum, { instances = 1 }) => sum + instances, 0))
  const still = stillMs(from)
  told(`everything is replaced; the page stood still for at most ${still} ms`)
  expect(still).toBeLessThan(STILL_MS_MAX)
  await world.allCounted()
  told(`all of ${world.chat.messages} messages are counted`)
})

test('deleting the group leaves nothing running', async () => {
  const tasks = await world.tasks()
  await world.rest('DELETE', '/v2/groups/smacktalk')
  await eventually('no app is left', async () => (await idsOf()).length === 0, PATIENCE)
  const isAlive = (pid: number): boolean => {
    try {
      return process.kill(pid, 0)
    } catch {
      return false // no such process
    }
  }
  expect(tasks.filter(({ pid }) => isAlive(pid))).toEqual([])
  expect(world.said.filter((line) => line.includes('SIGKILL.'))).toEqual([])
  told('nothing is left')
})
