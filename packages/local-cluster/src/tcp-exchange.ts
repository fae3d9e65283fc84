/** One connection, a few requests one after the other: what a probe needs of TCP. */
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'

/** A server that takes longer than this for a trifle is not ready, ms. */
const ANSWER_MS = 3_000
/** What probes ask for is a few KB; more is some other protocol. */
const ANSWER_BYTES_MAX = 1_048_576

/** Length of the message at the start of the bytes, once it can be told; else null. */
export type MessageLength = (bytes: Buffer) => number | null

export interface Exchange extends Disposable {
  /** Sends a request and resolves to the first whole message that comes back. */
  ask(request: Buffer): Promise<Buffer>
}

/** @throws whatever keeps the connection from being made, or an answer from coming, in time. */
export async function openExchange(host: string, port: number, lengthOf: MessageLength): Promise<Exchange> {
  const socket = connect({ host, port })
  // An error between two requests shows in the next one; without a listener it would end the process.
  socket.on('error', () => socket.destroy())
  socket.setTimeout(ANSWER_MS, () => socket.destroy(new Error(`no answer within ${ANSWER_MS} ms`)))
  try {
    await once(socket, 'connect')
  } catch (error) {
    socket.destroy()
    throw error
  }
  return {
    ask: (request) => askOnce(socket, request, lengthOf),
    [Symbol.dispose]: () => socket.destroy(),
  }
}

function askOnce(socket: Socket, request: Buffer, lengthOf: MessageLength): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    let received = Buffer.alloc(0)
    const finish = (settle: () => void): void => {
      socket.off('data', onData).off('error', onError).off('close', onClose)
      settle()
    }
    const onData = (bytes: Buffer): void => {
      received = Buffer.concat([received, bytes])
      const length = lengthOf(received)
      if (received.length > ANSWER_BYTES_MAX) finish(() => reject(new Error('the answer has no end')))
      else if (length !== null && received.length >= length) {
        finish(() => resolve(received.subarray(0, length)))
      }
    }
    const onError = (error: Error): void => finish(() => reject(error))
    const onClose = (): void => finish(() => reject(new Error('the connection was closed without an answer')))
    socket.on('data', onData).on('error', onError).on('close', onClose)
    socket.write(request)
  })
}
