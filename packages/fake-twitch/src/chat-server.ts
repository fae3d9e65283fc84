/** The chat server: who is connected, who is where, and what waits to be sent. */
import type { FakeTwitch, FakeTwitchOptions, JoinEntry } from './fake-twitch.ts'
import { Faults } from './faults.ts'
import { cutBytes, cutMessages, joinLines, linesMaxOf, seededFractions } from './framing.ts'
import { IrcSession } from './irc-session.ts'
import type { Refusal } from './refusals.ts'
import { type ClientSocket, type Listener, listen, type SocketEvents } from './web-socket-listener.ts'

/** JOINs remembered: far more than any pacing test or demo needs. */
export const JOINS_MAX = 20_000
/** Clients at once; the next one is turned away. */
export const CONNECTIONS_MAX = 1_000
/** Channels of one connection; real clients stay below a hundred. Further JOINs get no answer. */
export const CHANNELS_PER_CONNECTION_MAX = 5_000
/** Lines that wait for one frozen connection; the oldest are lost, as in a full network buffer. */
export const WAITING_LINES_MAX = 50_000
/** A client that lets so much pile up in the network does not read; it is cut off. */
export const WAITING_BYTES_MAX = 64 * 1024 * 1024
/** Lines that wait for a connection that is only slow; beyond it the connection is cut off, as Twitch does. */
export const SLOW_LINES_MAX = 5_000
/** A slow connection is written to about so often. */
const SLOW_WRITE_MS = 50
/** Twitch asks about every five minutes whether a client is alive. */
const PING_EVERY_MS = 270_000

interface Connection {
  readonly number: number
  readonly socket: ClientSocket
  readonly session: IrcSession
  readonly channels: Set<string>
  /** Lines that wait for the next flush. */
  waiting: string[]
  /** When a slow one was last written to, by the monotonic clock. */
  writtenAt: number
  /** It will be written to again in a moment. */
  isDelayed: boolean
  /** Close once everything that waits has gone out. */
  closing: boolean
}

/** The server behind `startFakeTwitch`; answers once `listen` has resolved. */
export class ChatServer implements FakeTwitch {
  url = ''
  port = 0
  sent = 0
  lost = 0
  readonly #options: FakeTwitchOptions
  readonly #connections = new Set<Connection>()
  readonly #inChannel = new Map<string, Set<Connection>>()
  readonly #faults = new Faults()
  readonly #joins: JoinEntry[] = []
  readonly #arrivals: number[] = []
  readonly #touched = new Set<Connection>()
  readonly #fraction: () => number
  readonly #linesMax: number
  #pinger: NodeJS.Timeout | undefined
  #listener: Listener | null = null
  #connectionCount = 0
  #frozen = false
  #flush: NodeJS.Immediate | null = null

  constructor(options: FakeTwitchOptions) {
    this.#options = options
    const framing = options.framing ?? {}
    this.#fraction = seededFractions(framing.seed ?? 1)
    this.#linesMax = linesMaxOf(framing)
  }

  async listen(): Promise<void> {
    const { host = '127.0.0.1', port = 0 } = this.#options
    this.#listener = await listen(host, port, (socket) => this.#accept(socket))
    this.port = this.#listener.port
    this.url = `ws://${host.includes(':') ? `[${host}]` : host}:${this.port}`
    this.#pinger = setInterval(() => this.send('', 'PING :tmi.twitch.tv'), PING_EVERY_MS)
    this.#pinger.unref()
  }

  #accept(socket: ClientSocket): SocketEvents | null {
    if (this.#connections.size >= CONNECTIONS_MAX) return null
    this.#connectionCount += 1
    this.#arrivals.push(this.#now())
    if (this.#arrivals.length > JOINS_MAX) this.#arrivals.shift()
    const session = new IrcSession({
      reply: (line) => this.#queue(connection, line),
      close: () => {
        connection.closing = true
        this.#touch(connection)
      },
      join: (login) => this.#join(connection, login),
      part: (login) => this.#leave(connection, login),
      loginRefusal: () => this.#faults.loginRefusal,
    })
    const connection: Connection = {
      number: this.#connectionCount,
      socket,
      session,
      channels: new Set(),
      waiting: [],
      writtenAt: performance.now(),
      isDelayed: false,
      closing: false,
    }
    this.#connections.add(connection)
    return {
      // What a socket still holds when it is cut off must not bring its connection back.
      message: (text) => {
        if (this.#connections.has(connection)) session.receive(text)
      },
      closed: () => this.#forget(connection),
    }
  }

  get joins(): readonly JoinEntry[] {
    return this.#joins
  }

  get arrivals(): readonly number[] {
    return this.#arrivals
  }

  get connections(): number {
    return this.#connections.size
  }

  joined(login: string): number {
    return this.#inChannel.get(login)?.size ?? 0
  }

  send(channelLogin: string, line: string): void {
    if (channelLogin !== '') this.#options.onLine?.(channelLogin, line)
    const listeners = channelLogin === '' ? this.#connections : this.#inChannel.get(channelLogin)
    if (listeners === undefined) return
    let handed = false
    for (const connection of listeners) {
      const heard = connection.session.nick === null ? null : connection.session.asHeard(line)
      if (heard === null) continue
      for (const copy of this.#faults.copies(heard, this.#fraction)) this.#queue(connection, copy)
      handed = true
    }
    if (handed) this.sent += 1
  }

  freeze(): void {
    this.#frozen = true
    this.#listener?.hold(true)
    for (const { socket } of this.#connections) socket.pause()
  }

  thaw(): void {
    this.#frozen = false
    this.#listener?.hold(false)
    for (const connection of this.#connections) {
      connection.socket.resume()
      this.#touch(connection)
    }
  }

  dropAll(cutLine?: string): void {
    for (const connection of [...this.#connections]) this.#drop(connection, cutLine)
  }

  reconnectNotice(dropAfterMs?: number): void {
    const asked = [...this.#connections]
    this.send('', ':tmi.twitch.tv RECONNECT')
    if (dropAfterMs === undefined) return
    setTimeout(() => {
      for (const connection of asked) this.#drop(connection)
    }, dropAfterMs).unref()
  }

  refuseJoin(login: string, refusal: Refusal): void {
    this.#faults.refuse(login, refusal)
  }

  silentJoin(login: string): void {
    this.#faults.refuse(login, 'silent')
  }

  allowJoin(login: string): void {
    this.#faults.refuse(login, null)
  }

  refuseLogin(on: boolean): void {
    this.#faults.loginRefusal = on ? 'Login authentication failed' : null
  }

  deliverTwice(part: number): void {
    this.#faults.twice = part
  }

  slowDown(linesPerSecond: number | null): void {
    this.#faults.linesPerSecond = linesPerSecond
    for (const connection of this.#connections) {
      connection.writtenAt = performance.now()
      this.#touch(connection)
    }
  }

  skewClock(byMs: number): void {
    this.#faults.skewMs = byMs
  }

  limitChannels(max: number | null): void {
    this.#faults.channelsMax = max ?? Number.POSITIVE_INFINITY
  }

  enforcePace(on: boolean): void {
    this.#faults.enforcesPace = on
  }

  notice(channelLogin: string, msgId: string, text: string): void {
    const target = channelLogin === '' ? '*' : `#${channelLogin}`
    const tags = msgId === '' ? '' : `@msg-id=${msgId} `
    this.send(channelLogin, `${tags}:tmi.twitch.tv NOTICE ${target} :${text}`)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    clearInterval(this.#pinger)
    if (this.#flush !== null) clearImmediate(this.#flush)
    this.#flush = null
    this.dropAll()
    await this.#listener?.[Symbol.asyncDispose]()
  }

  #join(connection: Connection, login: string): void {
    const atMs = this.#now()
    this.#joins.push({ login, atMs, connection: connection.number })
    if (this.#joins.length > JOINS_MAX) this.#joins.shift()
    const others = this.#inChannel.size - (this.#inChannel.has(login) ? 1 : 0)
    const answer = this.#faults.answer(login, others, atMs)
    if (answer.kind === 'silence' || connection.channels.size >= CHANNELS_PER_CONNECTION_MAX) return
    if (answer.kind !== 'echo') {
      const about = answer.messageId === '' ? 'NOTICE *' : `NOTICE #${login}`
      const tags = answer.messageId === '' ? '' : `@msg-id=${answer.messageId} `
      const heard = connection.session.asHeard(`${tags}:tmi.twitch.tv ${about} :${answer.text}`)
      if (heard !== null) this.#queue(connection, heard)
      if (answer.kind === 'close') connection.closing = true
      return
    }
    this.#options.onJoin?.(login)
    connection.session.confirmJoin(login, this.#roomState(login))
    connection.channels.add(login)
    const inChannel = this.#inChannel.get(login) ?? new Set()
    this.#inChannel.set(login, inChannel.add(connection))
  }

  #leave(connection: Connection, login: string): void {
    connection.channels.delete(login)
    const inChannel = this.#inChannel.get(login)
    inChannel?.delete(connection)
    if (inChannel?.size === 0) this.#inChannel.delete(login)
  }

  #writeLater(connection: Connection): void {
    if (connection.waiting.length === 0 || connection.isDelayed) return
    connection.isDelayed = true
    setTimeout(() => {
      connection.isDelayed = false
      if (this.#connections.has(connection)) this.#touch(connection)
    }, SLOW_WRITE_MS).unref()
  }

  #now(): number {
    return this.#options.now?.() ?? Date.now()
  }

  #drop(connection: Connection, cutLine?: string): void {
    if (cutLine !== undefined) connection.socket.send(cutLine.slice(0, Math.ceil(cutLine.length / 2)))
    connection.socket.terminate()
    this.#forget(connection)
  }

  #forget(connection: Connection): void {
    if (!this.#connections.delete(connection)) return
    this.lost += connection.waiting.length
    this.#touched.delete(connection)
    for (const login of [...connection.channels]) this.#leave(connection, login)
  }

  #roomState(login: string): string {
    if (this.#options.roomState !== undefined) return this.#options.roomState(login)
    const id = this.#options.idOf?.(login) ?? numberOf(login)
    return (
      `@emote-only=0;followers-only=-1;r9k=0;room-id=${id};slow=0;subs-only=0 ` +
      `:tmi.twitch.tv ROOMSTATE #${login}`
    )
  }

  #queue(connection: Connection, line: string): void {
    connection.waiting.push(line)
    if (connection.waiting.length > WAITING_LINES_MAX * 2) this.#trim(connection)
    this.#touch(connection)
  }

  /** Only a frozen connection comes here; cut in large pieces, so that a long freeze stays cheap. */
  #trim(connection: Connection): void {
    const over = connection.waiting.length - WAITING_LINES_MAX
    this.lost += over
    connection.waiting = connection.waiting.slice(over)
  }

  /** Lines of one turn of the event loop share frames. */
  #touch(connection: Connection): void {
    this.#touched.add(connection)
    if (this.#frozen || this.#flush !== null) return
    this.#flush = setImmediate(() => {
      this.#flush = null
      if (this.#frozen) return
      for (const touched of this.#touched) this.#write(touched)
      this.#touched.clear()
    })
  }

  #write(connection: Connection): void {
    const { socket } = connection
    if (socket.waitingBytes > WAITING_BYTES_MAX) {
      socket.terminate()
      this.#forget(connection)
      return
    }
    const lines = this.#due(connection)
    const { fragment = false, cutLines = false } = this.#options.framing ?? {}
    const joined = joinLines(lines, this.#linesMax, this.#fraction)
    for (const message of cutLines && connection.channels.size > 0
      ? cutMessages(joined, this.#fraction)
      : joined) {
      if (fragment) socket.sendParts(cutBytes(Buffer.from(message), this.#fraction))
      else socket.send(message)
    }
    if (connection.closing && connection.waiting.length === 0) socket.close()
  }

  /** What may go out now; the rest of a slow connection follows by itself. */
  #due(connection: Connection): string[] {
    const { linesPerSecond } = this.#faults
    const lines = connection.waiting
    connection.waiting = []
    if (linesPerSecond === null || lines.length === 0) return lines
    const now = performance.now()
    const allowed = Math.floor(((now - connection.writtenAt) / 1_000) * linesPerSecond)
    if (allowed > 0) connection.writtenAt = now
    connection.waiting = lines.slice(allowed)
    if (connection.waiting.length > SLOW_LINES_MAX) {
      this.#drop(connection)
      return []
    }
    this.#writeLater(connection)
    return lines.slice(0, allowed)
  }
}

/** A stable decimal number for a name (FNV-1a, 32 bits). */
function numberOf(login: string): string {
  let hash = 0x811c9dc5
  for (let index = 0; index < login.length; index++) {
    hash = Math.imul(hash ^ login.charCodeAt(index), 0x01000193)
  }
  return String(1_000_000_000 + (hash >>> 0))
}
