/** Socket.IO: the only file that knows it. Snapshots are sent for sure, ticks only to who can take them. */
import type { Server as HttpServer, IncomingMessage } from 'node:http'
import {
  type ClientToServer,
  type Frame,
  parseWatch,
  type ServerToClient,
  type WatchAnswer,
} from '@smacktalk/contract'
import { type Clock, PipelineError } from '@smacktalk/ports'
import type { Logger, Metrics } from '@smacktalk/runtime'
import { Server, type Socket } from 'socket.io'
import { isSameOrigin } from './admin-rules.ts'
import type { FrameHub, Watcher } from './frame-hub.ts'
import { HttpProblem } from './http-problem.ts'
import type { FrameBody } from './live-target.ts'
import type { PipelineWatch } from './pipeline-watch.ts'

/** Connections of one process: with five frames a second each about a fifth of a core. */
const CONNECTIONS_MAX = 2_500

/** A client says `watch` and a name; whatever is larger is nothing we know. */
const MESSAGE_BYTES_MAX = 4_096

/** A page watches again when somebody clicks or a frame was lost; a snapshot costs far more than a tick. */
const WATCHES_PER_SECOND_MAX = 5

/** Events in a second after which a connection is no page of ours. */
const EVENTS_PER_SECOND_MAX = 50

/** Below the 30 s after which common proxies cut a silent connection. */
export const PING_INTERVAL_MS = 25_000
const PING_TIMEOUT_MS = 20_000

/** A connection that never says what it is for. */
const CONNECT_TIMEOUT_MS = 10_000

type LiveSocket = Socket<ClientToServer, ServerToClient>

interface SocketParts {
  readonly hub: FrameHub
  readonly pipeline: Pick<PipelineWatch, 'news' | 'onNews'>
  readonly clock: Clock
  readonly logger: Logger
  readonly metrics: Metrics
}

export interface SocketServer extends AsyncDisposable {
  readonly connections: number
}

export function openSocketServer(http: HttpServer, options: SocketParts): SocketServer {
  const { metrics, logger, pipeline } = options
  const refused = metrics.counter('gateway_refused_connections_total', 'Socket connections refused', [
    'reason',
  ])
  const io = new Server<ClientToServer, ServerToClient>(http, {
    transports: ['websocket'],
    allowUpgrades: false,
    serveClient: false,
    maxHttpBufferSize: MESSAGE_BYTES_MAX,
    pingInterval: PING_INTERVAL_MS,
    pingTimeout: PING_TIMEOUT_MS,
    connectTimeout: CONNECT_TIMEOUT_MS,
    allowRequest(request, answer) {
      const reason = refusalOf(request, io.engine.clientsCount)
      if (reason !== null) refused.add(1, { reason })
      answer(reason, reason === null)
    },
  })
  metrics.gaugeOf('gateway_connections', 'Open socket connections', () => io.engine.clientsCount)
  io.engine.on('connection', (connection: { request: unknown }) => {
    // The first request of a connection is not needed any more and holds memory for as long as it lasts.
    connection.request = null
  })
  io.on('connection', (socket) => {
    socket.emit('pipeline', pipeline.news)
    serveSocket(socket, options)
  })
  const endNews = pipeline.onNews((news) => io.emit('pipeline', news))
  io.engine.on('connection_error', (error: { code: number; message: string }) => {
    logger.debug({ code: error.code, reason: error.message }, 'A socket connection was refused')
  })
  return {
    get connections() {
      return io.engine.clientsCount
    },
    async [Symbol.asyncDispose]() {
      endNews()
      // Closes the HTTP server too.
      await io.close()
    },
  }
}

function refusalOf(request: IncomingMessage, connections: number): string | null {
  if (!isSameOrigin(request.headers.origin, request.headers.host)) return 'other origin'
  return connections >= CONNECTIONS_MAX ? 'too many connections' : null
}

function serveSocket(socket: LiveSocket, { hub, clock, logger, metrics }: SocketParts): void {
  const refusals = metrics.counter('gateway_refused_watches_total', 'Watches that were not accepted', [
    'status',
  ])
  const watcher = watcherOf(socket)
  const watches = new PerSecond(WATCHES_PER_SECOND_MAX, clock)
  const events = new PerSecond(EVENTS_PER_SECOND_MAX, clock)
  // One after the other, so that the last watch is the one that stays.
  let turn: Promise<void> = Promise.resolve()

  socket.use((_event, next) => {
    if (events.take()) next()
    else socket.disconnect(true)
  })
  socket.on('watch', (what: unknown, answer: unknown) => {
    const say = (result: WatchAnswer): void => {
      if ('error' in result) refusals.add(1, { status: String(result.error.status) })
      if (typeof answer === 'function') answer(result)
    }
    const parsed = parseWatch(what)
    if (!parsed.ok) {
      say({ error: { status: 400, detail: parsed.detail } })
    } else if (!watches.take()) {
      say({
        error: { status: 429, detail: `At most ${WATCHES_PER_SECOND_MAX} watches a second; wait a moment.` },
      })
    } else {
      turn = turn.then(async () => {
        try {
          await hub.watch(watcher, parsed.watch, () => say({ ok: true }))
        } catch (error) {
          say({ error: errorOf(error, logger) })
        }
      })
    }
  })
  socket.on('disconnect', () => {
    hub.leave(watcher)
  })
}

function watcherOf(socket: LiveSocket): Watcher {
  let seq = 0
  const frame = (body: FrameBody): Frame => {
    seq++
    return { seq, ...body }
  }
  return {
    get gone() {
      return socket.disconnected
    },
    snapshot: (body) => {
      socket.emit('snapshot', frame(body))
    },
    // A tick that cannot be written now is dropped, and its number with it: the client sees the hole.
    tick: (body) => {
      socket.volatile.emit('tick', frame(body))
    },
  }
}

function errorOf(error: unknown, logger: Logger): { status: number; detail: string } {
  if (error instanceof HttpProblem) return { status: error.status, detail: error.message }
  if (error instanceof PipelineError && error.retriable) {
    return { status: 503, detail: `${error.message} ${error.hint}` }
  }
  logger.error({ err: error }, 'A watch failed')
  return { status: 500, detail: 'Something went wrong here; try again. The log of the gateway says what.' }
}

/** Lets so many through in each second. */
class PerSecond {
  readonly #most: number
  readonly #clock: Clock
  #second = 0
  #count = 0

  constructor(most: number, clock: Clock) {
    this.#most = most
    this.#clock = clock
  }

  take(): boolean {
    const second = Math.floor(this.#clock.now() / 1_000)
    if (second !== this.#second) {
      this.#second = second
      this.#count = 0
    }
    this.#count++
    return this.#count <= this.#most
  }
}
