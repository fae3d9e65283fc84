/** The role: stored rows and live views to browsers. */
import { createServer } from 'node:http'
import { createMetrics, Health, listen } from '@smacktalk/runtime'
import { createApi } from './api.ts'
import { ChannelDirectory } from './channel-directory.ts'
import { FrameHub } from './frame-hub.ts'
import type { Gateway, GatewayOptions } from './gateway-options.ts'
import { BEGIN_MS, startWork } from './gateway-work.ts'
import { createHttpApp } from './http-app.ts'
import { LiveChatters } from './live-chatters.ts'
import { LiveState } from './live-state.ts'
import { LiveTops } from './live-tops.ts'
import { openApiDocument } from './openapi.ts'
import { OptOuts } from './opt-outs.ts'
import { PipelineWatch } from './pipeline-watch.ts'
import { RowReader } from './row-reader.ts'
import { openSocketServer } from './socket-server.ts'
import { timeLimited } from './time-limit.ts'
import { UsualBook } from './usual-book.ts'

/** Requests and connections that have not ended by then are cut; part of the ten seconds of a graceful stop. */
const CLOSE_MS = 3_000

/** A client that sends its request this slowly is broken or means harm. */
const REQUEST_MS = 15_000

/**
 * Starts listening once the log is followed and the store has been read, or after a moment without: then it says what
 * is wrong and becomes ready by itself. Throws PortInUseError.
 */
export async function startGateway(options: GatewayOptions): Promise<Gateway> {
  const { log, clock, logger, settings, wanted, sourceInfo, version } = options
  const metrics = options.metrics ?? createMetrics()
  const health = options.health ?? new Health(clock)
  const startedAt = clock.now()
  const { store, limit } = timeLimited(
    options.store,
    () => clock.now(),
    () => pipeline.storeOutage,
  )
  const reader = new RowReader(store)
  const directory: ChannelDirectory = new ChannelDirectory(reader, wanted, clock, () =>
    pipeline.knownIngestors(clock.now()),
  )
  const live = new LiveState({ log, reader, directory, clock, logger, metrics })
  const chatters = new LiveChatters(reader, directory, clock)
  const optOuts = new OptOuts(reader, log, clock, settings.optOut)
  const tops = new LiveTops(reader, optOuts, clock)
  const usual = new UsualBook(reader, clock)
  const { backend } = settings
  const { kind: source } = sourceInfo
  const pipeline: PipelineWatch = new PipelineWatch({
    ...{ log, store: options.store, live, directory, clock, logger, metrics, backend, source },
  })
  const shownAt = (nowMs: number): number => pipeline.shownAt(nowMs)
  const hub = new FrameHub({
    ...{ live, directory, chatters, tops, optOuts, usual, clock, logger, metrics, shownAt },
  })
  const document = openApiDocument(version)
  const api = createApi({
    log,
    reader,
    live,
    directory,
    hub,
    pipeline,
    optOuts,
    usual,
    wanted,
    sourceInfo,
    settings,
    version,
    clock,
    logger,
    document,
    startedAt,
  })

  const stopping = new AbortController()
  const signal = AbortSignal.any([options.signal, stopping.signal])
  const finished = Promise.withResolvers<void>()
  // Whoever starts a gateway may wait for its end or not; a failure is logged in any case.
  finished.promise.catch(() => {})

  const stack = new AsyncDisposableStack()
  const following = stack.use(health.condition('live views', 'not followed yet'))
  const work = stack.use(
    startWork({
      ...{ log, clock, logger, health, limit, live, directory, chatters, tops, usual, pipeline, hub },
      following,
      signal,
    }),
  )
  const ended = work.finished.catch((error: unknown) => {
    logger.error({ err: error }, 'The gateway cannot go on')
    following.unmet('the gateway has stopped')
    stopping.abort()
    finished.reject(error)
  })
  await Promise.race([work.begun, clock.sleep(BEGIN_MS, signal), ended])

  const app = createHttpApp({
    api,
    document,
    adminToken: settings.adminToken,
    hosts: [...(settings.hosts ?? []), settings.host],
    health,
    metrics,
    logger,
    staticDirectory: options.staticDirectory,
  })
  const http = createServer({ requestTimeout: REQUEST_MS, headersTimeout: REQUEST_MS }, app)
  const sockets = openSocketServer(http, { hub, pipeline, clock, logger, metrics })
  let port: number
  try {
    port = await listen(http, settings.host, settings.port)
  } catch (error) {
    stopping.abort()
    await ended
    await stack.disposeAsync()
    throw error
  }
  const url = `http://${shownHost(settings.host)}:${port}`
  logger.info({ url }, 'The gateway serves')

  let closing: Promise<void> | null = null
  async function close(): Promise<void> {
    following.unmet('stopping')
    stopping.abort()
    const cut = setTimeout(() => {
      http.closeAllConnections()
    }, CLOSE_MS)
    try {
      const closed = sockets[Symbol.asyncDispose]()
      http.closeIdleConnections()
      await Promise.all([closed, ended])
    } finally {
      clearTimeout(cut)
      await stack.disposeAsync()
      finished.resolve()
      logger.info('The gateway has stopped')
    }
  }
  return {
    url,
    port,
    figures: () => ({
      troubles: pipeline.ownTroubles(),
      hops: [live.arrivals.hop(), hub.hop()],
      clients: sockets.connections,
      watched: hub.watchedLogins(),
    }),
    finished: finished.promise,
    [Symbol.asyncDispose]() {
      closing ??= close()
      return closing
    },
  }
}

/** An address that a person can open. */
function shownHost(host: string): string {
  if (host === '0.0.0.0' || host === '::') return 'localhost'
  return host.includes(':') ? `[${host}]` : host
}
