/** Ports on the loopback address. */
import { randomInt } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type Server } from 'node:net'
import { PortTakenError } from './errors.ts'

export const LOOPBACK = '127.0.0.1'

/**
 * Free ports are looked for below what systems hand out to outgoing connections (Linux: 32768 and up). A client
 * that keeps trying to reach a stopped server on a port up there can be given that very port for its own end, is
 * then connected to itself, and the server cannot come back.
 */
const FIRST_PORT = 15_000
const LAST_PORT = 32_000
/** So many tries per port wanted; with one port in ten taken, a hundred misses do not happen. */
const TRIES_PER_PORT = 100

async function listenOn(port: number): Promise<Server | null> {
  const server = createServer()
  server.listen(port, LOOPBACK)
  try {
    await once(server, 'listening')
    return server
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code
    if (code === 'EADDRINUSE' || code === 'EACCES') return null
    throw error
  }
}

async function close(server: Server): Promise<void> {
  server.close()
  await once(server, 'close')
}

/** What this process has given out already: whoever got it may not listen yet. */
const givenOut = new Set<number>()

/** As many different ports that nobody listens on right now, and that were not asked for here before. */
export async function freePorts(count: number): Promise<number[]> {
  const held: { readonly port: number; readonly server: Server }[] = []
  try {
    for (let tries = 0; held.length < count; tries += 1) {
      if (tries > count * TRIES_PER_PORT) {
        throw new PortTakenError(
          `No ${count} free ports between ${FIRST_PORT} and ${LAST_PORT}.`,
          'Name free ports yourself.',
        )
      }
      const port = randomInt(FIRST_PORT, LAST_PORT)
      if (givenOut.has(port)) continue
      const server = await listenOn(port)
      if (server === null) continue
      givenOut.add(port)
      held.push({ port, server })
    }
    return held.map(({ port }) => port)
  } finally {
    await Promise.all(held.map(({ server }) => close(server)))
  }
}

/** Throws when another program listens on one of the ports; `what` names whose port it is. */
export async function requireFree(ports: readonly { port: number; what: string }[]): Promise<void> {
  for (const { port, what } of ports) {
    const server = await listenOn(port)
    if (server !== null) {
      await close(server)
      continue
    }
    throw new PortTakenError(
      `Port ${port} of ${LOOPBACK}, wanted for ${what}, is in use by another program.`,
      'Stop that program (perhaps a cluster that still runs), or choose another port.',
    )
  }
}
