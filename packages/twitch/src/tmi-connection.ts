/**
 * One connection to Twitch through tmi.js; the only file that knows it. tmi.js opens the socket, logs in and
 * answers PINGs. What it would do beyond that is switched off: it joins nothing, reconnects nothing, and reads
 * no chat, because it throws on lines without text, drops what it cannot split, trims whole frames, emits
 * whispers as messages and turns tags of "1" into `true`.
 */
import { Client } from 'tmi.js'
import { splitIrcLine } from './irc-line.ts'
import { createLineJoiner } from './line-joiner.ts'
import type { SourceLog } from './source-log.ts'
import type { TmiInternals } from './tmi.external.ts'

export interface ConnectionListener {
  /** A line as it came, without its line end; empty ones are left out. */
  line(raw: string): void
  /** Logged in: JOINs may be sent. */
  opened(): void
  /** It ended or never came about. Called once, and not after `close`. */
  closed(reason: string): void
}

export interface Connection {
  /** Sends a line; without effect when the connection is not open, which the watchdog notices. */
  send(line: string): void
  /** Lets go at once, also of a connection that no longer answers. Nothing is called afterwards. */
  close(): void
}

/** Begins to connect; nothing is told before it has given back the connection. */
export type OpenConnection = (listener: ConnectionListener) => Connection

export interface ConnectionOptions {
  /** `ws://` or `wss://`, any port; a path is kept (with a slash at its end). */
  readonly url: string
  /** Anonymous when absent. */
  readonly login?: { readonly username: string; readonly token: string }
  readonly log: SourceLog
}

/** Commands that tmi.js needs for the session itself: what to answer, its name, and that it is logged in. */
const SESSION_COMMANDS: ReadonlySet<string> = new Set(['PING', '001', '376'])

export function openConnection(options: ConnectionOptions, listener: ConnectionListener): Connection {
  const { log } = options
  const cutLines = createLineJoiner()
  const url = new URL(options.url)
  const secure = url.protocol === 'wss:'
  const port = url.port === '' ? (secure ? 443 : 80) : Number(url.port)
  const client = new Client({
    // Giving the server alone would make tmi.js insecure.
    connection: { server: url.hostname, port, secure, reconnect: false },
    options: { skipMembership: true, skipUpdatingEmotesets: true },
    ...(options.login === undefined
      ? {}
      : { identity: { username: options.login.username, password: options.login.token } }),
    logger: quietLogger(log),
  })
  const internals = client as unknown as TmiInternals
  let ended = false

  // tmi.js forces port 443 on every secure address and knows no path.
  const openSocket = internals._openConnection
  internals._openConnection = () => {
    internals.secure = secure
    const path = url.pathname.replace(/\/$/, '')
    internals.port = `${port}${path}`
    openSocket.call(client)
  }

  // The door: one step before tmi.js would trim and split a frame and throw at its third line.
  const handToTmi = internals._onMessage
  internals._onMessage = ({ data }) => {
    if (ended) return
    if (typeof data !== 'string') {
      log.debug({}, 'a frame that is no text was skipped')
      return
    }
    for (const raw of cutLines.take(data)) {
      if (!ended) takeLine(raw)
    }
  }

  function takeLine(raw: string): void {
    const command = splitIrcLine(raw)?.command ?? ''
    if (SESSION_COMMANDS.has(command)) {
      try {
        handToTmi.call(client, { data: raw })
      } catch (error) {
        log.debug({ err: error, command }, 'tmi.js could not read a line')
      }
      // Its own check once a minute never ends a half-open connection; the watchdog does.
      if (internals.pingLoop !== null) clearInterval(internals.pingLoop)
    }
    if (!ended) listener.line(raw)
  }

  function finish(reason: string): void {
    if (ended) return
    ended = true
    client.removeAllListeners()
    listener.closed(reason)
  }

  client.on('connected', () => {
    if (!ended) listener.opened()
  })
  client.on('disconnected', (reason) => finish(reason === '' ? 'closed by the server' : String(reason)))
  client.connect().catch((error: unknown) => finish(String(error)))

  return {
    send(line) {
      client.raw(line).catch((error: unknown) => log.debug({ reason: String(error) }, 'a line was not sent'))
    },
    close() {
      if (ended) return
      ended = true
      client.removeAllListeners()
      client.disconnect().catch((error: unknown) => log.debug({ reason: String(error) }, 'already closed'))
    },
  }
}

/** tmi.js prints every step; here its words are details. */
function quietLogger(log: SourceLog) {
  const debug = (message: unknown) => log.debug({ from: 'tmi.js' }, String(message))
  return { info: debug, warn: debug, error: debug }
}
