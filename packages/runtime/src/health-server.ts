/** Serves health and metrics for roles that have no HTTP server of their own. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { HEALTH_PATHS, type Health, healthAnswer, isHealthPath } from './health.ts'
import type { Logger } from './logger.ts'
import type { Metrics } from './metrics.ts'
import { PortInUseError } from './port-in-use-error.ts'

/** A probe asks in a few bytes; whatever takes longer is no probe. */
const REQUEST_TIMEOUT_MS = 5_000

export interface HealthServerOptions {
  readonly host: string
  /** 0 is any free one. */
  readonly port: number
  readonly health: Health
  readonly metrics: Metrics
  readonly logger: Logger
}

export interface HealthServer extends AsyncDisposable {
  readonly port: number
  readonly url: string
}

/** Listens and says where; throws PortInUseError. */
export async function openHealthServer(options: HealthServerOptions): Promise<HealthServer> {
  const { host, health, metrics, logger } = options
  const server = createServer({ requestTimeout: REQUEST_TIMEOUT_MS }, (request, response) => {
    respond(request, response, health, metrics).catch((error: unknown) => {
      logger.error('A health request failed', { error })
      response.destroy()
    })
  })
  const port = await listen(server, host, options.port)
  const url = `http://${host.includes(':') ? `[${host}]` : host}:${port}`
  logger.info('Health and metrics are served', { url })
  return {
    port,
    url,
    async [Symbol.asyncDispose]() {
      const closed = new Promise((resolve) => server.close(resolve))
      server.closeAllConnections()
      await closed
    },
  }
}

/** Resolves to the port in use; throws PortInUseError when somebody else has it. */
export async function listen(server: Server, host: string, port: number): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  server.once('error', reject)
  server.listen(port, host, resolve)
  try {
    await promise
  } catch (error) {
    throw isAddressInUse(error) ? new PortInUseError(host, port, error) : error
  } finally {
    server.off('error', reject)
  }
  const address = server.address()
  return typeof address === 'object' && address !== null ? address.port : port
}

async function respond(
  request: IncomingMessage,
  response: ServerResponse,
  health: Health,
  metrics: Metrics,
): Promise<void> {
  const path = (request.url ?? '/').split('?')[0] ?? '/'
  if (!isHealthPath(path)) {
    response.writeHead(404, { 'content-type': 'text/plain; charset=utf-8' })
    response.end(`Ask for one of ${HEALTH_PATHS.join(', ')}.\n`)
    return
  }
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    response.writeHead(405, { allow: 'GET, HEAD' }).end()
    return
  }
  const { status, contentType, body } = await healthAnswer(path, health, metrics)
  response.writeHead(status, { 'content-type': contentType, 'x-content-type-options': 'nosniff' })
  response.end(request.method === 'HEAD' ? undefined : body)
}

function isAddressInUse(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'EADDRINUSE'
}
