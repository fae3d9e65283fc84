/** Express: the only file that knows it. Routes come from the table, answers from the API. */
import { randomBytes } from 'node:crypto'
import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { EMOTE_PICTURE_HOSTS, type Problem } from '@smacktalk/contract'
import { PipelineError } from '@smacktalk/ports'
import {
  didYouMean,
  HEALTH_PATHS,
  type Health,
  healthAnswer,
  type Logger,
  type Metrics,
} from '@smacktalk/runtime'
import express, { type Express, type NextFunction, type Request, type Response, type Router } from 'express'
import { type Caller, requireAdmin } from './admin-rules.ts'
import type { Api } from './api.ts'
import { HttpProblem } from './http-problem.ts'
import type { OpenApiDocument } from './openapi.ts'
import { OPENAPI_STYLE, openApiPage } from './openapi-page.ts'
import { readQuery } from './parameters.ts'
import { API_BASE, type Method, ROUTES, type Route } from './routes.ts'

/** The longest address a route can use is a few hundred characters. */
const URL_CHARACTERS_MAX = 2_048

/** A thousand names with their links. */
const BODY_BYTES_MAX = 131_072

/** Pages take everything from here and talk to here; nothing of theirs is inline. */
const PAGE_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "font-src 'self'",
  // Pictures of emotes come from where they are kept.
  `img-src 'self' data: ${Object.values(EMOTE_PICTURE_HOSTS).join(' ')}`,
  "connect-src 'self'",
  "manifest-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ')

/** An answer that takes longer is none; a page has its own limit above it. */
const ANSWER_MS = 10_000

/** The build names these by their content. */
const HASHED_FOLDER = 'assets'
const A_YEAR_SECONDS = 31_536_000

const PAGE_PATHS = {
  page: `${API_BASE}/docs`,
  style: `${API_BASE}/docs.css`,
  document: `${API_BASE}/openapi.json`,
}

export interface HttpAppOptions {
  readonly api: Api
  readonly document: OpenApiDocument
  readonly adminToken: string | null
  /** Host names besides loopback under which changes without a token are taken. */
  readonly hosts: readonly string[]
  readonly health: Health
  readonly metrics: Metrics
  readonly logger: Logger
  readonly staticDirectory: string | null
}

export function createHttpApp(options: HttpAppOptions): Express {
  const app = express()
  app.disable('x-powered-by')
  app.disable('etag')
  // Queries are read by the route's own table; Express must not guess at them.
  app.set('query parser', false)
  app.set('case sensitive routing', true)
  app.use(guardRequest)
  app.use(countRequest(options.metrics))
  serveHealth(app, options)
  app.use(API_BASE, apiRouter(options))
  serveDashboard(app, options)
  app.use((_request: Request, response: Response) => {
    response.status(404).type('text/plain').send('There is nothing here.\n')
  })
  app.use(problemHandler(options.logger))
  return app
}

function guardRequest(request: Request, response: Response, next: NextFunction): void {
  response.setHeader('x-content-type-options', 'nosniff')
  response.setHeader('referrer-policy', 'no-referrer')
  if (request.url.length > URL_CHARACTERS_MAX) {
    throw new HttpProblem(414, `The address is longer than ${URL_CHARACTERS_MAX} characters.`)
  }
  next()
}

/** One series per route and kind of answer, never one per address. */
function countRequest(metrics: Metrics): (request: Request, response: Response, next: NextFunction) => void {
  const requests = metrics.counter('gateway_requests_total', 'HTTP requests', ['route', 'status'])
  const seconds = metrics.histogram(
    'gateway_request_seconds',
    'Time to answer an API request',
    [0.005, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10],
  )
  return (_request, response, next) => {
    const began = performance.now()
    response.on('finish', () => {
      const route: unknown = response.locals['route']
      const named = typeof route === 'string'
      requests.add(1, {
        route: named ? route : 'other',
        status: `${Math.floor(response.statusCode / 100)}xx`,
      })
      if (named) seconds.observe((performance.now() - began) / 1_000, {})
    })
    next()
  }
}

function serveHealth(app: Express, { health, metrics }: HttpAppOptions): void {
  for (const path of HEALTH_PATHS) {
    app.get(path, async (_request: Request, response: Response) => {
      const { status, contentType, body } = await healthAnswer(path, health, metrics)
      response.status(status).set('cache-control', 'no-store').set('content-type', contentType).end(body)
    })
    app.all(path, refuseMethod(['GET', 'HEAD']))
  }
}

function apiRouter(options: HttpAppOptions): Router {
  const router = express.Router({ caseSensitive: true })
  const readJson = express.json({ limit: BODY_BYTES_MAX, type: 'application/json', strict: true })
  router.use((_request: Request, response: Response, next: NextFunction) => {
    response.setHeader('cache-control', 'no-store')
    next()
  })
  const methods = new Map<string, Method[]>()
  for (const route of ROUTES) {
    methods.set(route.path, [...(methods.get(route.path) ?? []), route.method])
    const permit = (request: Request, _response: Response, next: NextFunction): void => {
      const { adminToken, hosts } = options
      if (route.admin) requireAdmin(callerOf(request), { adminToken, hosts }, route.body !== null)
      next()
    }
    const answer = async (request: Request, response: Response): Promise<void> => {
      response.locals['route'] = route.path
      await answerRoute(route, options.api, request, response)
    }
    if (route.body === null) router[route.method](route.path, permit, answer)
    else router[route.method](route.path, permit, readJson, answer)
  }
  servePage(router, options.document)
  for (const [path, known] of methods) router.all(path, refuseMethod(allowed(known)))
  router.use((request: Request) => {
    const known = [...methods.keys()].map((path) => API_BASE + path)
    const hint = didYouMean(`${API_BASE}${request.path}`.slice(0, 100), known)
    throw new HttpProblem(404, `There is no such route.${hint} All are described at ${PAGE_PATHS.page}.`)
  })
  return router
}

async function answerRoute(
  route: Route & { operation: keyof Api },
  api: Api,
  request: Request,
  response: Response,
): Promise<void> {
  const begin = request.originalUrl.indexOf('?')
  const query = readQuery(begin < 0 ? '' : request.originalUrl.slice(begin + 1), route.query)
  const path: Record<string, string> = {}
  for (const [name, value] of Object.entries(request.params)) path[name] = String(value)
  const body: unknown = request.body
  const { status, body: answer, after } = await inTime(api[route.operation]({ path, query, body }))
  if (after !== undefined) response.on('finish', after)
  response.status(status)
  if (answer === undefined) response.end()
  else response.json(answer)
}

/** Rejects with HttpProblem 503 when the answer takes too long; the work itself goes on. */
async function inTime<T>(answering: Promise<T>): Promise<T> {
  const late = Promise.withResolvers<never>()
  const timer = setTimeout(() => {
    const detail = `There was no answer within ${ANSWER_MS / 1_000} s; a change may still happen. Try again in a moment.`
    late.reject(new HttpProblem(503, detail, { headers: { 'retry-after': '5' } }))
  }, ANSWER_MS)
  try {
    return await Promise.race([answering, late.promise])
  } finally {
    clearTimeout(timer)
  }
}

function callerOf(request: Request): Caller {
  const { headers } = request
  return {
    address: request.socket.remoteAddress ?? '',
    host: headers.host,
    origin: headers.origin,
    authorization: headers.authorization,
    contentType: headers['content-type'],
    forwarded: headers['x-forwarded-for'] !== undefined || headers['forwarded'] !== undefined,
  }
}

function allowed(methods: readonly Method[]): string[] {
  const names = methods.map((method) => method.toUpperCase())
  return names.includes('GET') ? [...names, 'HEAD'] : names
}

/** OPTIONS too: other sites have nothing to ask for here. */
function refuseMethod(methods: readonly string[]): (request: Request) => void {
  const allow = methods.join(', ')
  return (request) => {
    throw new HttpProblem(405, `${request.method} is not possible here; use ${allow}.`, {
      headers: { allow },
    })
  }
}

function servePage(router: Router, document: OpenApiDocument): void {
  const html = openApiPage(document, PAGE_PATHS.document, PAGE_PATHS.style)
  router.get(PAGE_PATHS.page.slice(API_BASE.length), (_request: Request, response: Response) => {
    response.set('content-security-policy', PAGE_POLICY).type('html').send(html)
  })
  router.get(PAGE_PATHS.style.slice(API_BASE.length), (_request: Request, response: Response) => {
    response.type('css').send(OPENAPI_STYLE)
  })
}

function serveDashboard(app: Express, { staticDirectory, logger }: HttpAppOptions): void {
  const index = staticDirectory === null ? null : join(staticDirectory, 'index.html')
  if (staticDirectory === null || index === null || !isFile(index)) {
    logger.warn({ staticDirectory }, 'The dashboard is not built; only the API is served')
    return
  }
  const page = (response: Response): void => {
    response.set('content-security-policy', PAGE_POLICY).set('cache-control', 'no-cache')
  }
  logger.debug({ files: readdirSync(staticDirectory).length }, 'The dashboard is served')
  const hashed = join(staticDirectory, HASHED_FOLDER)
  app.use(
    `/${HASHED_FOLDER}`,
    express.static(hashed, { immutable: true, maxAge: A_YEAR_SECONDS * 1_000, index: false }),
  )
  app.use(
    express.static(staticDirectory, {
      index: 'index.html',
      redirect: false,
      dotfiles: 'ignore',
      setHeaders: (response, path) => {
        if (path.endsWith('.html')) page(response)
        else response.setHeader('cache-control', 'no-cache')
      },
    }),
  )
  // Overlays are a page of their own, for browser sources.
  app.get('/overlay/:kind', (_request: Request, response: Response) => {
    page(response)
    response.sendFile(join(staticDirectory, 'overlay.html'))
  })
  // The page knows its own addresses; only a file that is missing is a miss.
  app.get('/{*splat}', (request: Request, response: Response, next: NextFunction) => {
    if (request.path.startsWith(`/${HASHED_FOLDER}/`)) {
      next()
      return
    }
    page(response)
    response.sendFile(index)
  })
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() ?? false
}

function problemHandler(logger: Logger) {
  return (error: unknown, request: Request, response: Response, next: NextFunction): void => {
    if (response.headersSent) {
      next(error)
      return
    }
    const problem = problemOf(error)
    const body: Problem = problem.body()
    if (problem.status >= 500 && !(error instanceof HttpProblem)) {
      body.request = requestName()
      logger.error(
        { err: error, path: request.path, request: body.request },
        'A request could not be answered',
      )
    }
    response.status(problem.status).set(problem.headers).set('cache-control', 'no-store')
    response.type('application/problem+json').send(JSON.stringify(body))
  }
}

/** A name that a person can read out, as `7f3a-91c2`. */
function requestName(): string {
  const name = randomBytes(4).toString('hex')
  return `${name.slice(0, 4)}-${name.slice(4)}`
}

/** Errors of Express and its body reader carry a status; everything else is ours. */
function problemOf(error: unknown): HttpProblem {
  if (error instanceof HttpProblem) return error
  if (error instanceof PipelineError && error.retriable) {
    return new HttpProblem(503, `${error.message} ${error.hint}`, {
      headers: { 'retry-after': '5' },
      cause: error,
    })
  }
  const status = statusOf(error)
  const kind = error instanceof Error && 'type' in error ? error.type : null
  switch (kind) {
    case 'entity.parse.failed':
      return new HttpProblem(400, 'The body is no JSON that can be read.')
    case 'entity.too.large':
      return new HttpProblem(413, `The body is larger than ${BODY_BYTES_MAX} bytes.`)
    default:
      if (status === null) {
        return new HttpProblem(500, 'Something went wrong here; try again. The log of the gateway says what.')
      }
      return new HttpProblem(status, 'The request cannot be read; check its address, headers and body.')
  }
}

function statusOf(error: unknown): number | null {
  if (!(error instanceof Error) || !('status' in error)) return null
  const { status } = error
  return typeof status === 'number' && status >= 400 && status < 500 ? status : null
}
