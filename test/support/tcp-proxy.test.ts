import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'
import { text } from 'node:stream/consumers'
import { expect, onTestFinished, test, vi } from 'vitest'
import { openTcpProxy } from './tcp-proxy.ts'

/** A server that says everything back, and a proxy in front of it. */
async function echo() {
  const sockets = new Set<Socket>()
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
    socket.on('error', () => socket.destroy())
    socket.pipe(socket)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  const proxy = await openTcpProxy(`127.0.0.1:${port}`)
  onTestFinished(async () => {
    for (const socket of sockets) socket.destroy()
    server.close()
    await proxy[Symbol.asyncDispose]()
  })
  return { proxy, sockets, client: () => client(proxy.port) }
}

function client(port: number) {
  const socket = connect({ port, host: '127.0.0.1' })
  const seen = { text: '', error: '', closed: false }
  socket.setEncoding('utf8').on('data', (part: string) => {
    seen.text += part
  })
  socket.on('error', (error: NodeJS.ErrnoException) => {
    seen.error = error.code ?? error.message
  })
  socket.on('close', () => {
    seen.closed = true
  })
  onTestFinished(() => void socket.destroy())
  return { socket, seen }
}

test('what goes in comes out, and the end with it', async () => {
  const { proxy } = await echo()
  const socket = connect({ port: proxy.port, host: '127.0.0.1', allowHalfOpen: true })
  const sent = 'x'.repeat(3_000_000)
  socket.end(sent)
  expect(await text(socket)).toBe(sent)
  expect(proxy.bytes).toBe(2 * sent.length)
  await vi.waitFor(() => expect(proxy.connections).toBe(0))
})

test('a dropping cut resets what exists and what comes, until it is healed', async () => {
  const { proxy, ...at } = await echo()
  const before = at.client()
  before.socket.write('a')
  await vi.waitFor(() => expect(before.seen.text).toBe('a'))
  proxy.cut()
  await vi.waitFor(() => expect(before.seen.error).toBe('ECONNRESET'))
  await vi.waitFor(() => expect(at.sockets.size).toBe(0))
  const during = at.client()
  await vi.waitFor(() => expect(during.seen.error).toBe('ECONNRESET'))
  proxy.heal()
  const after = at.client()
  after.socket.write('b')
  await vi.waitFor(() => expect(after.seen.text).toBe('b'))
})

test('a freezing cut keeps the connection and passes nothing until it is healed', async () => {
  const { proxy, ...at } = await echo()
  const one = at.client()
  one.socket.write('a')
  await vi.waitFor(() => expect(one.seen.text).toBe('a'))
  proxy.cut('freeze')
  one.socket.write('b')
  const other = at.client()
  other.socket.write('c')
  await vi.waitFor(() => expect(proxy.connections).toBe(2))
  const passed = proxy.bytes
  // Neither has an answer after a round trip past the proxy's ears.
  await once(at.client().socket, 'connect')
  expect([one.seen, other.seen, proxy.bytes]).toEqual([
    { text: 'a', error: '', closed: false },
    { text: '', error: '', closed: false },
    passed,
  ])
  proxy.heal()
  await vi.waitFor(() => expect([one.seen.text, other.seen.text]).toEqual(['ab', 'c']))
})

test('who gives up while the network is frozen is missed by the server after it is healed', async () => {
  const { proxy, sockets, ...at } = await echo()
  const one = at.client()
  one.socket.write('a')
  await vi.waitFor(() => expect(one.seen.text).toBe('a'))
  proxy.cut('freeze')
  one.socket.resetAndDestroy()
  await vi.waitFor(() => expect(one.seen.closed).toBe(true))
  expect(sockets.size).toBe(1)
  proxy.heal()
  await vi.waitFor(() => expect(sockets.size).toBe(0))
  expect(proxy.connections).toBe(0)
})

test('a delay holds everything up, in order, each way', async () => {
  const { proxy, ...at } = await echo()
  const one = at.client()
  await once(one.socket, 'connect')
  proxy.delay(60)
  const began = performance.now()
  one.socket.write('a')
  one.socket.write('b')
  await vi.waitFor(() => expect(one.seen.text).toBe('ab'), { interval: 5 })
  expect(performance.now() - began).toBeGreaterThanOrEqual(119)
})

test('a server that is not there is a reset connection', async () => {
  const proxy = await openTcpProxy('127.0.0.1:1')
  onTestFinished(() => proxy[Symbol.asyncDispose]())
  const one = client(proxy.port)
  await vi.waitFor(() => expect(one.seen.error).toBe('ECONNRESET'))
})
