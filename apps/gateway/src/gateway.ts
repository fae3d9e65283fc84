/** The role: stored rows and live views to browsers. */
import { createServer } from 'node:http'
import { FRAMES_PER_SECOND_MAX } from '@smacktalk/contract'
import { PipelineError } from '@smacktalk/ports'
import { createMetrics, Health, listen } from '@smacktalk/runtime'
import { createApi } from './api.ts'
import { ChannelDirectory } from './channel-directory.ts'
import { FrameHub } from './frame-hub.ts'
import type { Gateway, GatewayOptions } from './gateway-options.ts'
import { createHttpApp } from './http-app.ts'
import { LiveChatters } from './live-chatters.ts'
import { LiveState } from './live-state.ts'
import { LiveTops } from './live-tops.ts'
import { openApiDocument } from './openapi.ts'
import { OptOuts } from './opt-outs.ts'
import { RowReader } from './row-reader.ts'
import { openSocketServer } from './socket-server.ts'

const TICK_MS = 1_000 / FRAMES_PER_SECOND_MAX

/** States of channels and rows that views may have missed. */
const REFRESH_MS = 1_000

/** A tick takes milliseconds; one that has not come round for so long hangs. */
const TICK_SILENCE_MS = 5_000

/** Pause after the log or the store could not be reached. */
const RETRY_MS = 1_000

/** Requests and connections that have not ended by then are cut; part of the ten seconds of a graceful stop. */
const CLOSE_MS = 3_000

/** A client that sends its request this slowly is broken or means harm. */
const REQUEST_MS = 15_000

/** Starts listening once the store has been read and the log is followed. Throws PortInUseError. */
export async function startGateway(options: GatewayOptions): Promise<Gateway> {
  const { log, store, clock, logger, settings } = options
  const metrics = options.metrics ?? createMetrics()
  const health = options.health ?? new Health(clock)
  const startedAt = clock.now()
  const reader = new RowReader(store)
  const directory = new ChannelDirectory(reader, options.wanted, clock)
  const live = new LiveState({ log, reader, directory, clock, logger, metrics })
  const chatters = new LiveChatters(reader, directory, clock)
  const optOuts = new OptOuts(reader, log, clock)
  const tops = new LiveTops(reader, optOuts, clock)
  const hub = new FrameHub({ live, directory, chatters, tops, clock, logger, metrics })
  const document = openApiDocument(options.version)
  const { wanted, sourceInfo, version } = options
  const api = createApi({
    log,
    reader,
    live,
    directory,
    optOuts,
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
  const tickLoop = stack.use(health.loop('gateway ticks', TICK_SILENCE_MS))
  const following = stack.use(health.condition('live views', 'not followed yet'))
  const reading = stack.use(health.condition('stored rows', 'not read yet'))

  function fail(error: unknown): void {
    logger.error({ err: error }, 'The gateway cannot go on')
    following.unmet('the gateway has stopped')
    stopping.abort()
    finished.reject(error)
  }

  /** Follows views for as long as the log lets us; what was missed between is read from the store. */
  async function followViews(): Promise<void> {
    while (!signal.aborted) {
      try {
        await log.follow(
          'views',
          'end',
          (records) => live.deliver(records),
          signal,
          () => {
            live.forgetReads()
            following.met()
          },
        )
      } catch (error) {
        if (!(error instanceof PipelineError && error.retriable)) throw error
        following.unmet(error.message)
        logger.warn({ err: error }, 'The log cannot be followed; trying again')
        await clock.sleep(RETRY_MS, signal)
      }
    }
  }

  async function refresh(): Promise<void> {
    try {
      await directory.refresh()
      await live.refresh()
      if (hub.overviewWatched) await chatters.refresh()
      await tops.refresh(hub.watchedChannels())
      reading.met()
    } catch (error) {
      if (!(error instanceof PipelineError && error.retriable)) throw error
      reading.unmet(error.message)
      logger.warn({ err: error }, 'The store cannot be read; trying again')
    }
  }

  async function refreshLoop(): Promise<void> {
    while (!signal.aborted) {
      await clock.sleep(REFRESH_MS, signal)
      if (!signal.aborted) await refresh()
    }
  }

  async function tickForever(): Promise<void> {
    while (!signal.aborted) {
      await clock.sleep(TICK_MS, signal)
      hub.tick()
      tickLoop.tick()
    }
  }

  const running = [followViews()]
  await live.readCheckpoints()
  await refresh()
  running.push(refreshLoop(), tickForever())
  const ended = Promise.all(running).catch(fail)

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
  const sockets = openSocketServer(http, { hub, clock, logger, metrics })
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
