/** A page's socket without the page: watches, keeps the newest absolute values, notices holes. */
import type { ClientToServer, Frame, ServerToClient, Watch } from '@smacktalk/contract'
import { io, type Socket } from 'socket.io-client'

export interface LiveWatcher extends Disposable {
  /** Frames that have come. */
  readonly frames: number
  /** Frames that were dropped on the way; each hole was filled by a new snapshot. */
  readonly holes: number
  readonly newest: Frame | null
}

/** Pause before a refused watch is tried again, ms; a page does the same. */
const REFUSED_PAUSE_MS = 250

/** Watches from now on and after every reconnect; `arrived` sees each frame with its time of arrival, epoch ms. */
export function watchLive(
  url: string,
  watch: Watch,
  arrived: (frame: Frame, atMs: number) => void,
): LiveWatcher {
  const socket: Socket<ServerToClient, ClientToServer> = io(url, {
    transports: ['websocket'],
    forceNew: true,
  })
  let frames = 0
  let holes = 0
  let newest: Frame | null = null

  const ask = (): void => {
    socket.emit('watch', watch, (answer) => {
      // A gateway that has just started, or whose store is away, may know a channel a moment later.
      if ('error' in answer) setTimeout(ask, REFUSED_PAUSE_MS)
    })
  }
  const take = (frame: Frame): void => {
    const atMs = Date.now()
    frames++
    if (newest !== null && frame.seq > newest.seq + 1) {
      holes += frame.seq - newest.seq - 1
      ask()
    }
    newest = frame
    arrived(frame, atMs)
  }
  socket.on('connect', () => {
    newest = null
    ask()
  })
  socket.on('snapshot', take)
  socket.on('tick', take)
  return {
    get frames() {
      return frames
    },
    get holes() {
      return holes
    },
    get newest() {
      return newest
    },
    [Symbol.dispose]: () => socket.disconnect(),
  }
}
