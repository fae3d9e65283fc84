import { once } from 'node:events'
import { createServer, type Socket } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { askCassandra } from './cassandra-probe.ts'
import { askKafka, isReady } from './kafka-probe.ts'

const HOST = '127.0.0.1'

/** A server that answers each request with the next of these, in pieces of one byte. */
async function answering(answers: readonly Buffer[], onRequest?: (bytes: Buffer) => void): Promise<number> {
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    let next = 0
    socket.on('data', (request: Buffer) => {
      onRequest?.(request)
      const answer = answers[next]
      next += 1
      if (answer === undefined) socket.end()
      else for (const byte of answer) socket.write(Buffer.of(byte))
    })
  })
  server.listen(0, HOST)
  await once(server, 'listening')
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  const address = server.address()
  return typeof address === 'object' && address !== null ? address.port : 0
}

/** Size, correlation id, then the body. */
function kafkaAnswer(correlation: number, body: Buffer): Buffer {
  const head = Buffer.alloc(8)
  head.writeInt32BE(4 + body.length, 0)
  head.writeInt32BE(correlation, 4)
  return Buffer.concat([head, body])
}

const VERSIONS = kafkaAnswer(1, Buffer.from('000000000000', 'hex'))
/** One broker, id 1, `ab:9092`, no rack; the controller is 1; no topics. */
const METADATA = kafkaAnswer(
  2,
  Buffer.from('00000001 00000001 0002 6162 00002384 ffff 00000001 00000000'.replaceAll(' ', ''), 'hex'),
)

test('a broker’s answer is read: who is alive, who controls', async () => {
  const answer = await askKafka(HOST, await answering([VERSIONS, METADATA]))
  expect(answer).toEqual({ brokers: ['ab:9092'], controller: 1 })
})

test('a broker is ready when it lists itself and enough others, and knows the controller', () => {
  const answer = { brokers: ['a:1', 'a:2'], controller: 2 }
  expect(isReady(answer, 'a:1', 2)).toBe(true)
  expect(isReady(answer, 'a:3', 1)).toBe(false)
  expect(isReady(answer, 'a:1', 3)).toBe(false)
  expect(isReady({ ...answer, controller: -1 }, 'a:1', 1)).toBe(false)
})

test.each([
  ['an error', kafkaAnswer(1, Buffer.from('0023', 'hex')), 'error 35'],
  ['another request’s answer', kafkaAnswer(9, Buffer.from('0000', 'hex')), 'to request 9'],
])('a port that gives %s is no ready broker', async (_what, answer, why) => {
  await expect(askKafka(HOST, await answering([answer]))).rejects.toThrow(why)
})

test('a port that is open but closes the connection is not ready', async () => {
  await expect(askKafka(HOST, await answering([]))).rejects.toThrow('closed without an answer')
  await expect(askCassandra(HOST, await answering([]))).rejects.toThrow('closed without an answer')
})

/** Version, flags, stream, opcode, length, then the body. */
function cassandraAnswer(opcode: number, body = Buffer.alloc(0)): Buffer {
  const head = Buffer.from([0x84, 0, 0, 0, opcode, 0, 0, 0, 0])
  head.writeInt32BE(body.length, 5)
  return Buffer.concat([head, body])
}

const SUPPORTED = cassandraAnswer(0x06, Buffer.from([0, 0]))
const READY = cassandraAnswer(0x02)

test('a node is ready when it lists its options, says READY and answers a query', async () => {
  const opcodes: number[] = []
  const result = cassandraAnswer(0x08, Buffer.from([0, 0, 0, 1]))
  const port = await answering([SUPPORTED, READY, result], (request) => opcodes.push(request.readUInt8(4)))
  await askCassandra(HOST, port)
  expect(opcodes).toEqual([0x05, 0x01, 0x07])
})

test('a node that answers with an error is not ready, and the error is told', async () => {
  const text = Buffer.from('still starting')
  const error = cassandraAnswer(0x00, Buffer.concat([Buffer.from([0, 0, 0x10, 1, 0, text.length]), text]))
  await expect(askCassandra(HOST, await answering([SUPPORTED, error]))).rejects.toThrow('still starting')
})
