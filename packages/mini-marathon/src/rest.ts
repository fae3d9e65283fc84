/**
 * The part of Marathon's REST interface that is emulated, on the loopback address. Whoever can reach it can start
 * programs, so requests under another host name (DNS rebinding) are refused; a page of another origin cannot send
 * PUT or DELETE without being asked first, which is never allowed.
 */
import { once } from 'node:events'
import { createServer, type IncomingMessage } from 'node:http'
import { DefinitionError, LockedError, MarathonError, UnknownError } from './errors.ts'
import type { AppRecord, Deployment, MiniMarathon } from './mini-marathon.ts'
import { statusText } from './status-text.ts'

/** A group of some hundred apps. */
const BODY_BYTES_MAX = 1_048_576

const LOCAL_HOST = /^(127\.0\.0\.1|localhost|\[::1\])(:\d+)?$/

interface Answer {
  readonly status: number
  readonly body: unknown
}

interface Request {
  readonly method: string
  /** Behind `/v2/apps` or `/v2/groups`, with one slash in front: `/smacktalk/gateway`. */
  readonly id: string
  readonly force: boolean
  body(): Promise<unknown>
}

export interface Rest extends AsyncDisposable {
  readonly url: string
}

/** Port 0 is any free one. */
export async function openRest(marathon: MiniMarathon, port: number): Promise<Rest> {
  const server = createServer((request, response) => {
    answerTo(marathon, request)
      .catch(failure)
      .then(
        ({ status, body }) => {
          const isText = typeof body === 'string'
          response.writeHead(status, {
            'content-type': isText ? 'text/plain; charset=utf-8' : 'application/json; charset=utf-8',
            'x-content-type-options': 'nosniff',
          })
          response.end(isText ? body : `${JSON.stringify(body, null, 2)}\n`)
        },
        () => response.destroy(),
      )
  })
  server.listen(port, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  const own = typeof address === 'object' && address !== null ? address.port : port
  return {
    url: `http://127.0.0.1:${own}`,
    async [Symbol.asyncDispose]() {
      const closed = new Promise((done) => server.close(done))
      server.closeAllConnections()
      await closed
    },
  }
}

function failure(error: unknown): Answer {
  const message = error instanceof Error ? error.message : String(error)
  const hint = error instanceof MarathonError && error.hint !== '' ? { details: error.hint } : {}
  return { status: statusOf(error), body: { message, ...hint } }
}

function statusOf(error: unknown): number {
  if (error instanceof UnknownError) return 404
  if (error instanceof LockedError) return 409
  if (error instanceof DefinitionError) return 422
  return error instanceof SyntaxError ? 400 : 500
}

async function answerTo(marathon: MiniMarathon, message: IncomingMessage): Promise<Answer> {
  if (!LOCAL_HOST.test(message.headers.host ?? '')) {
    return { status: 403, body: { message: 'Ask under 127.0.0.1 or localhost.' } }
  }
  const { pathname, searchParams } = new URL(message.url ?? '/', 'http://127.0.0.1')
  const method = message.method ?? 'GET'
  if (pathname === '/' && method === 'GET') return { status: 200, body: statusText(marathon) }
  const [, kind = '', rest = ''] = /^\/v2\/(apps|groups|deployments)(\/.*)?$/.exec(pathname) ?? []
  const request: Request = {
    method,
    // People write /v2/apps//smacktalk/gateway and /v2/apps/smacktalk/gateway.
    id: `/${decodeURIComponent(rest).replace(/^\/+|\/+$/g, '')}`,
    force: searchParams.get('force') === 'true',
    body: () => bodyOf(message),
  }
  switch (kind) {
    case 'apps':
      return apps(marathon, request)
    case 'groups':
      return groups(marathon, request)
    case 'deployments':
      if (method !== 'GET') return notAllowed(method)
      return { status: 200, body: marathon.deployments.map(deploymentView) }
    default:
      return { status: 404, body: { message: `There is no ${pathname} here.` } }
  }
}

async function apps(marathon: MiniMarathon, { method, id, force, body }: Request): Promise<Answer> {
  const views = () => marathon.records.map((record) => appView(record, marathon.deployments))
  if (id === '/') return method === 'GET' ? { status: 200, body: { apps: views() } } : notAllowed(method)
  const [, appId = id, taskId] = /^(.*)\/tasks(?:\/([^/]+))?$/.exec(id) ?? []
  if (appId !== id) {
    const tasks = taskViews(marathon.record(appId))
    if (taskId === undefined && method === 'GET') return { status: 200, body: { tasks } }
    if (taskId === undefined || method !== 'DELETE') return notAllowed(method)
    const task = tasks.find((one) => one.id === taskId)
    if (task === undefined) throw new UnknownError(`${appId} has no task ${taskId}.`)
    marathon.killTask(taskId)
    return { status: 200, body: { task } }
  }
  switch (method) {
    case 'GET': {
      const record = marathon.record(id)
      const app = { ...appView(record, marathon.deployments), tasks: taskViews(record) }
      return { status: 200, body: { app } }
    }
    case 'PUT':
    case 'PATCH':
      return accepted(marathon.putApp(id, objectOf(await body()), { force }))
    default:
      return notAllowed(method)
  }
}

async function groups(marathon: MiniMarathon, { method, id, force, body }: Request): Promise<Answer> {
  switch (method) {
    case 'GET': {
      const inside = marathon.records.filter(({ app }) => id === '/' || app.id.startsWith(`${id}/`))
      if (id !== '/' && inside.length === 0) throw new UnknownError(`There is no group ${id}.`)
      return { status: 200, body: { id, apps: inside.map((one) => appView(one, marathon.deployments)) } }
    }
    case 'PUT': {
      const group = objectOf(await body())
      return accepted(marathon.putGroup(id === '/' ? group : { ...group, id }, { force }))
    }
    case 'DELETE':
      return accepted(marathon.removeGroup(id, { force }))
    default:
      return notAllowed(method)
  }
}

function appView({ app, tasks }: AppRecord, deployments: readonly Deployment[]) {
  const all = [...tasks.values()]
  const healthy = all.filter(({ isHealthy, isStopping }) => isHealthy && !isStopping).length
  const running = all.filter(({ pid }) => pid !== null).length
  return {
    ...app.json,
    version: app.configuration,
    tasksRunning: running,
    tasksHealthy: healthy,
    tasksUnhealthy: running - healthy,
    tasksStaged: all.length - running,
    deployments: deployments.filter(({ ids }) => ids.includes(app.id)).map(({ id }) => ({ id })),
  }
}

function taskViews({ app, tasks }: AppRecord) {
  return [...tasks.values()].map((task) => ({
    id: task.id,
    appId: app.id,
    host: '127.0.0.1',
    ports: task.ports,
    servicePorts: app.ports.map(({ servicePort }) => servicePort),
    startedAt: new Date(task.startedAtMs).toISOString(),
    version: task.configuration,
    state: task.isStopping ? 'TASK_KILLING' : task.pid === null ? 'TASK_STAGING' : 'TASK_RUNNING',
    healthCheckResults: [{ alive: task.isHealthy, consecutiveFailures: task.vitals.failures }],
    // Marathon has none: its tasks are on other machines.
    pid: task.pid,
  }))
}

function deploymentView({ id, ids, steps, at }: Deployment) {
  const step = steps[at]
  const current = step === undefined ? [] : step.kind === 'remove' ? step.ids : step.apps.map((app) => app.id)
  const action = step?.kind === 'remove' ? 'StopApplication' : 'ScaleApplication'
  return {
    id,
    affectedApps: ids,
    currentStep: at + 1,
    totalSteps: steps.length,
    currentActions: current.map((app) => ({ action, app })),
  }
}

function accepted({ id }: Deployment): Answer {
  return { status: 200, body: { version: new Date().toISOString(), deploymentId: id } }
}

function notAllowed(method: string): Answer {
  return { status: 405, body: { message: `${method} is not emulated here.` } }
}

function objectOf(value: unknown): Readonly<Record<string, unknown>> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { ...value }
  throw new DefinitionError('The body is no JSON object.')
}

async function bodyOf(message: IncomingMessage): Promise<unknown> {
  const pieces: Buffer[] = []
  let bytes = 0
  for await (const piece of message) {
    bytes += piece.length
    if (bytes > BODY_BYTES_MAX) throw new DefinitionError('The body is too large.')
    pieces.push(piece)
  }
  return JSON.parse(Buffer.concat(pieces).toString('utf8'))
}
