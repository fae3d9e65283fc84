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
    const ports = targets()
    const target = ports[turn++ % Math.max(1, ports.length)]
    if (target === undefined) {
      client.destroy()
      return
    }
    const upstream = connect(target, '127.0.0.1')
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
