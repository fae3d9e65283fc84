import type {
  ClientToServer,
  Frame,
  PipelineNews,
  ServerToClient,
  Watch,
  WatchAnswer,
} from '@smacktalk/contract'
import { io, type Socket } from 'socket.io-client'

/** What a feed needs of a connection; the one place that knows Socket.IO. */
export interface Connection {
  watch(what: Watch): Promise<WatchAnswer>
  /** Tries again at once instead of after the pause. */
  retryNow(): void
  close(): void
}

export interface ConnectionEvents {
  /** A connection stands; rooms are the server's memory, so everything must be watched again. */
  connected(): void
  lost(): void
  /** The n-th try to come back has begun. */
  trying(attempt: number): void
  snapshot(frame: Frame): void
  tick(frame: Frame): void
  /** What is wrong on the way of records: with every connection, and whenever it changes. */
  pipeline(news: PipelineNews): void
}

/** A watch that is not answered in this time counts as failed, ms. */
const WATCH_TIMEOUT_MS = 5_000
/** Longest pause between two tries, ms: short enough that a restarted server is found before anyone reloads. */
const RETRY_PAUSE_MAX_MS = 4_000

/** Opens a connection of its own to the gateway that served the page. It retries without end until closed. */
export function connect(events: ConnectionEvents): Connection {
  const socket: Socket<ServerToClient, ClientToServer> = io({
    transports: ['websocket'],
    forceNew: true,
    reconnectionDelay: 500,
    reconnectionDelayMax: RETRY_PAUSE_MAX_MS,
  })
  let comeBack: ReturnType<typeof setTimeout> | undefined
  socket.on('connect', () => events.connected())
  socket.on('disconnect', (reason) => {
    events.lost()
    // The client does not come back by itself when the server ended it on purpose, as in a restart.
    if (reason === 'io server disconnect') {
      comeBack = setTimeout(() => socket.connect(), RETRY_PAUSE_MAX_MS / 2)
    }
  })
  socket.io.on('reconnect_attempt', (attempt) => events.trying(attempt))
  socket.on('connect_error', () => events.lost())
  socket.on('snapshot', (frame) => events.snapshot(frame))
  socket.on('tick', (frame) => events.tick(frame))
  socket.on('pipeline', (news) => events.pipeline(news))
  return {
    watch: (what) => socket.timeout(WATCH_TIMEOUT_MS).emitWithAck('watch', what),
    retryNow() {
      if (socket.connected) return
      socket.disconnect().connect()
    },
    close() {
      clearTimeout(comeBack)
      socket.off()
      socket.io.off('reconnect_attempt')
      socket.disconnect()
    },
  }
}
