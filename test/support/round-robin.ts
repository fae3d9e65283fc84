/** The proxy in front of several gateways, as plain as such a thing can be: each connection goes to the next one. */
import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'

export interface RoundRobin extends AsyncDisposable {
  readonly url: string
}

/** `ports` are asked for each connection; one that refuses is passed over, and when all do, the client is cut. */
export async function openRoundRobin(ports: () => readonly number[]): Promise<RoundRobin> {
  const open = new Set<Socket>()
  let turn = 0

  function join(client: Socket, left: readonly number[]): void {
    const [port, ...others] = left
    if (port === undefined) {
      client.destroy()
      return
    }
    const server = connect(port, '127.0.0.1')
    const refused = (): void => join(client, others)
    server.once('error', refused)
    server.once('connect', () => {
      server.off('error', refused)
      for (const [one, other] of [
        [client, server],
        [server, client],
      ] as const) {
        open.add(one)
        one.pipe(other)
        one.on('error', () => other.destroy())
        one.on('close', () => {
          open.delete(one)
          other.destroy()
        })
      }
    })
  }

  const proxy = createServer((client) => {
    const all = ports()
    const first = turn++ % Math.max(1, all.length)
    client.on('error', () => client.destroy())
    join(client, [...all.slice(first), ...all.slice(0, first)])
  })
  proxy.listen(0, '127.0.0.1')
  await once(proxy, 'listening')
  const { port } = proxy.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    async [Symbol.asyncDispose]() {
      const closed = once(proxy, 'close')
      proxy.close()
      for (const socket of open) socket.destroy()
      await closed
    },
  }
}
