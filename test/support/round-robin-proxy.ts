/** A proxy that gives each new connection to the next server, as one before many gateways does. */
import { createServer, type Socket, connect as tcpConnect } from 'node:net'

export interface RoundRobinProxy extends AsyncDisposable {
  readonly url: string
  /** Connections that each server has been given, in the order of the ports. */
  readonly given: readonly number[]
  /** Gives every new connection to one server, by its place; null: to the next one again. */
  lead(index: number | null): void
  /** Cuts every connection, as a proxy does that is started again. */
  cutAll(): void
}

/** `servers` may change: then it is asked anew for each connection. One that is gone refuses, and the client tries again. */
export async function startRoundRobinProxy(
  servers: readonly number[] | (() => readonly number[]),
): Promise<RoundRobinProxy> {
  const now = typeof servers === 'function' ? servers : () => servers
  const given = now().map(() => 0)
  const open = new Set<Socket>()
  let next = 0
  let only: number | null = null
  const server = createServer((client) => {
    const ports = now()
    const turn = only ?? next++ % Math.max(1, ports.length)
    given[turn] = (given[turn] ?? 0) + 1
    const upstream = tcpConnect(ports[turn] ?? 0, '127.0.0.1')
    for (const [from, to] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      open.add(from)
      from.pipe(to)
      // Either end takes the other one with it; which went first, and why, is of no account.
      from.on('error', () => to.destroy())
      from.on('close', () => {
        open.delete(from)
        to.destroy()
      })
    }
  })
  const { promise, resolve } = Promise.withResolvers<void>()
  server.listen(0, '127.0.0.1', resolve)
  await promise
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  const cutAll = (): void => {
    for (const socket of open) socket.destroy()
  }
  return {
    url: `http://127.0.0.1:${port}`,
    given,
    lead(index) {
      only = index
    },
    cutAll,
    async [Symbol.asyncDispose]() {
      const closed = new Promise((done) => server.close(done))
      cutAll()
      await closed
    },
  }
}
