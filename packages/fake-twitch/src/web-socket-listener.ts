/** Accepts WebSocket connections and hides the library behind a small socket of our own. */
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Duplex } from 'node:stream'
import { type WebSocket, WebSocketServer } from 'ws'

/** One client's connection; sending to a closed one does nothing. */
export interface ClientSocket {
  send(text: string): void
  /** One message in several fragments. */
  sendParts(parts: readonly Buffer[]): void
  /** Bytes handed over but not yet taken by the network. */
  readonly waitingBytes: number
  /** Stops and resumes reading. */
  pause(): void
  resume(): void
  /** Says goodbye after everything sent. */
  close(): void
  /** Cuts the connection at once, without a goodbye. */
  terminate(): void
}

export interface SocketEvents {
  message(text: string): void
  /** Called once, whoever ended it. */
  closed(): void
}

export interface Listener extends AsyncDisposable {
  readonly port: number
  /** While held, connecting clients wait without an answer. */
  hold(on: boolean): void
}

/** A client says a few short lines; a longer message ends its connection. */
const CLIENT_MESSAGE_BYTES_MAX = 65_536
/** Clients that wait while nothing is answered; more are cut off. */
const HELD_MAX = 1_000

/**
 * Listens on host and port (0 takes any free one).
 * @throws when the port cannot be had; the system's error is the cause.
 */
export async function listen(
  host: string,
  port: number,
  accept: (socket: ClientSocket) => SocketEvents | null,
): Promise<Listener> {
  const http = createServer((_, response) => {
    response.writeHead(426, { Connection: 'close', Upgrade: 'websocket' }).end('WebSocket only\n')
  })
  const webSockets = new WebSocketServer({
    noServer: true,
    maxPayload: CLIENT_MESSAGE_BYTES_MAX,
    perMessageDeflate: false,
    handleProtocols: (offered) => (offered.has('irc') ? 'irc' : false),
  })
  const held: (() => void)[] = []
  let holding = false

  function answer(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    if (socket.destroyed) return
    webSockets.handleUpgrade(request, socket, head, (webSocket) => {
      const events = accept(wrap(webSocket))
      if (events === null) {
        webSocket.close(1013, 'too many connections')
        return
      }
      webSocket.on('message', (data, isBinary) => {
        if (!isBinary) events.message(String(data))
      })
      // A broken connection also closes; that is where it is dealt with.
      webSocket.on('error', () => webSocket.terminate())
      webSocket.on('close', () => events.closed())
    })
  }

  http.on('upgrade', (request, socket, head) => {
    // A client that goes away while it waits is no concern of ours.
    socket.on('error', () => socket.destroy())
    if (!holding) answer(request, socket, head)
    else if (held.length < HELD_MAX) held.push(() => answer(request, socket, head))
    else socket.destroy()
  })

  await new Promise<void>((resolve, reject) => {
    http.once('error', (cause) => {
      reject(new Error(`The fake Twitch cannot listen on ${host}:${port}.`, { cause }))
    })
    http.listen(port, host, resolve)
  })

  return {
    port: (http.address() as AddressInfo).port,
    hold(on) {
      holding = on
      if (!on) for (const start of held.splice(0)) start()
    },
    async [Symbol.asyncDispose]() {
      for (const webSocket of webSockets.clients) webSocket.terminate()
      const closed = new Promise<void>((resolve) => http.close(() => resolve()))
      http.closeAllConnections()
      await closed
    },
  }
}

function wrap(webSocket: WebSocket): ClientSocket {
  const open = () => webSocket.readyState === webSocket.OPEN
  return {
    send(text) {
      if (open()) webSocket.send(text)
    },
    sendParts(parts) {
      if (!open()) return
      parts.forEach((part, index) => {
        webSocket.send(part, { binary: false, fin: index === parts.length - 1 })
      })
    },
    get waitingBytes() {
      return webSocket.bufferedAmount
    },
    pause: () => webSocket.pause(),
    resume: () => webSocket.resume(),
    close: () => webSocket.close(1000),
    terminate: () => webSocket.terminate(),
  }
}
