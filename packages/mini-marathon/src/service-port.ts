/** Stands for the load balancer: a port that stays, with each new connection given to the next healthy task. */
import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'

export interface ServicePort extends AsyncDisposable {
  readonly port: number
}

/** `targets` is asked for each connection; where there is none the connection is closed. 0 is any free port. */
export async function openServicePort(port: number, targets: () => readonly number[]): Promise<ServicePort> {
  const open = new Set<Socket>()
  let turn = 0
  const server = createServer((client) => {
    hold(client)
    const ports = targets()
    giveTo(client, ports, turn++, ports.length)
  })

  /** A task that takes no connection any more is passed over for the next one, as a load balancer does. */
  function giveTo(client: Socket, ports: readonly number[], first: number, tries: number): void {
    const target = ports[first % Math.max(1, ports.length)]
    if (target === undefined || tries === 0 || client.destroyed) {
      client.destroy()
      return
    }
    const upstream = connect(target, '127.0.0.1')
    hold(upstream)
    const refused = (): void => giveTo(client, ports, first + 1, tries - 1)
    upstream.once('error', refused)
    upstream.once('connect', () => {
      upstream.off('error', refused)
      for (const [from, to] of [
        [client, upstream],
        [upstream, client],
      ] as const) {
        from.pipe(to)
        // Either end takes the other one with it; which went first, and why, is of no account.
        from.on('error', () => to.destroy())
        from.on('close', () => to.destroy())
      }
      if (client.destroyed) upstream.destroy()
    })
  }

  function hold(socket: Socket): void {
    open.add(socket)
    socket.on('close', () => open.delete(socket))
    // Told to the other end by what follows; a client that leaves before it is given to a task is nobody's loss.
    socket.on('error', () => open.delete(socket))
  }

  server.listen(port, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  return {
    port: typeof address === 'object' && address !== null ? address.port : port,
    async [Symbol.asyncDispose]() {
      const closed = new Promise((done) => server.close(done))
      for (const socket of open) socket.destroy()
      await closed
    },
  }
}
