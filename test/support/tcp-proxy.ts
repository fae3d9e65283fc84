/** A TCP proxy whose network can be cut, healed and slowed: stands between a client and a server in tests. */
import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'

/** What a cut does to connections that exist. */
export type CutKind =
  /** Nothing passes and nobody is told, as when a cable is pulled: what is sent waits for `heal`. */
  | 'freeze'
  /** They are reset, as by a firewall or a dying router. */
  | 'drop'

export interface TcpProxy extends AsyncDisposable {
  readonly port: number
  /** `127.0.0.1:port`, for settings. */
  readonly address: string
  /** Connections that exist now. */
  readonly connections: number
  /** Bytes that have passed, both ways together: proof that clients do go through here. */
  readonly bytes: number
  /** Cuts the network until `heal`. New connections are reset at once, or, when frozen, get no answer. Default `drop`. */
  cut(kind?: CutKind): void
  /** Frozen connections go on with what was waiting. */
  heal(): void
  /** Everything passes that much later, each way, ms; 0 ends it. */
  delay(ms: number): void
}

const LOOPBACK = '127.0.0.1'
/** Per direction and connection; then the sender is held up, as by a full window. */
const WAITING_BYTES_MAX = 8_388_608

interface Pair {
  readonly client: Socket
  readonly server: Socket
}

/** @param target `host:port` of the real server. */
export async function openTcpProxy(target: string): Promise<TcpProxy> {
  const colon = target.lastIndexOf(':')
  const host = target.slice(0, colon)
  const port = Number(target.slice(colon + 1))
  const pairs = new Set<Pair>()
  const wires = new Set<Wire>()
  let state: 'whole' | CutKind = 'whole'
  let delayMs = 0
  let bytes = 0

  const isFrozen = (): boolean => state === 'freeze'
  const carry = (from: Socket, to: Socket): void => {
    const wire = new Wire(from, to, {
      isFrozen,
      delayMs: () => delayMs,
      passed: (count) => {
        bytes += count
      },
    })
    wires.add(wire)
    to.once('close', () => wires.delete(wire))
  }

  const listener = createServer({ allowHalfOpen: true, noDelay: true }, (client) => {
    if (state === 'drop') {
      client.on('error', () => undefined) // it is being reset
      client.resetAndDestroy()
      return
    }
    const server = connect({ host, port, allowHalfOpen: true, noDelay: true })
    const pair: Pair = { client, server }
    pairs.add(pair)
    const forget = (): void => {
      if (client.destroyed && server.destroyed) pairs.delete(pair)
    }
    for (const [socket, other] of [
      [client, server],
      [server, client],
    ] as const) {
      // One end's reset is the other's, too, unless the cable is pulled.
      socket.on('error', () => {
        if (!isFrozen()) other.resetAndDestroy()
      })
      socket.on('close', forget)
    }
    carry(client, server)
    carry(server, client)
  })
  listener.listen(0, LOOPBACK)
  await once(listener, 'listening')
  const address = listener.address()
  if (address === null || typeof address === 'string') throw new Error('the proxy has no port')

  function dropAll(): void {
    for (const { client, server } of pairs) {
      client.resetAndDestroy()
      server.resetAndDestroy()
    }
    pairs.clear()
  }

  return {
    port: address.port,
    address: `${LOOPBACK}:${address.port}`,
    get connections() {
      return pairs.size
    },
    get bytes() {
      return bytes
    },
    cut(kind = 'drop') {
      state = kind
      if (kind === 'drop') dropAll()
    },
    heal() {
      state = 'whole'
      for (const { client, server } of pairs) {
        // Whose end has given up meanwhile, learns of it now.
        if (client.destroyed) server.resetAndDestroy()
        if (server.destroyed) client.resetAndDestroy()
      }
      for (const wire of wires) wire.flush()
    },
    delay(ms) {
      delayMs = ms
    },
    async [Symbol.asyncDispose]() {
      state = 'drop'
      dropAll()
      listener.close()
      await once(listener, 'close')
    },
  }
}

interface WireRules {
  isFrozen(): boolean
  delayMs(): number
  passed(bytes: number): void
}

interface Piece {
  /** Null is the end of the stream. */
  readonly data: Buffer | null
  /** Not before this moment (`performance.now()`). */
  readonly dueMs: number
}

/** One direction of a connection: pieces in their order, late or held as the rules want it. */
class Wire {
  readonly #from: Socket
  readonly #to: Socket
  readonly #rules: WireRules
  readonly #waiting: Piece[] = []
  #waitingBytes = 0
  #timer: NodeJS.Timeout | undefined

  constructor(from: Socket, to: Socket, rules: WireRules) {
    this.#from = from
    this.#to = to
    this.#rules = rules
    from.on('data', (data) => this.#take(data as Buffer))
    from.on('end', () => this.#take(null))
    to.on('drain', () => this.flush())
    to.on('close', () => clearTimeout(this.#timer))
  }

  #take(data: Buffer | null): void {
    this.#waiting.push({ data, dueMs: performance.now() + this.#rules.delayMs() })
    this.#waitingBytes += data?.length ?? 0
    if (this.#waitingBytes > WAITING_BYTES_MAX) this.#from.pause()
    this.flush()
  }

  /** Sends what may be sent now, and comes back for the rest. */
  flush(): void {
    clearTimeout(this.#timer)
    while (!this.#rules.isFrozen()) {
      const [piece] = this.#waiting
      if (piece === undefined) break
      const leftMs = piece.dueMs - performance.now()
      if (leftMs > 0) {
        this.#timer = setTimeout(() => this.flush(), leftMs)
        return
      }
      if (this.#to.writableNeedDrain) return
      this.#waiting.shift()
      this.#send(piece)
    }
    if (this.#waitingBytes <= WAITING_BYTES_MAX) this.#from.resume()
  }

  #send({ data }: Piece): void {
    if (this.#to.destroyed) return
    if (data === null) {
      this.#to.end()
      return
    }
    this.#waitingBytes -= data.length
    this.#rules.passed(data.length)
    this.#to.write(data)
  }
}
