import { createServer } from 'node:net'
import { systemClock } from '@smacktalk/runtime'
import { expect, onTestFinished, test, vi } from 'vitest'
import { WebSocketServer } from 'ws'
import { ReachWatch, reach } from './web-socket-reach.ts'

const never = new AbortController().signal

async function server(): Promise<string> {
  const sockets = new WebSocketServer({ port: 0, host: '127.0.0.1' })
  await new Promise((resolve) => sockets.once('listening', resolve))
  onTestFinished(() => {
    sockets.close()
  })
  const address = sockets.address()
  return `ws://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`
}

/** Takes connections and never says a word. */
async function silence(): Promise<string> {
  const silent = createServer()
  await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    silent.close()
  })
  const address = silent.address()
  return `ws://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`
}

test('a server that takes a WebSocket is reachable', async () => {
  expect(await reach(await server(), never)).toEqual({ ok: true })
})

test('nobody there is told at once', async () => {
  expect(await reach('ws://127.0.0.1:1', never)).toMatchObject({ ok: false })
})

test('a server that says nothing is given up after the time', async () => {
  expect(await reach(await silence(), never, 50)).toEqual({ ok: false, reason: 'no answer within 0.05 s' })
})

test('a signal ends the try', async () => {
  const stop = new AbortController()
  const trying = reach(await silence(), stop.signal)
  stop.abort()
  expect(await trying).toMatchObject({ ok: false })
  expect(await reach(await silence(), AbortSignal.abort())).toMatchObject({ ok: false })
})

test('a watch notices that the server is back, once, and ends with its scope', async () => {
  const changes: boolean[] = []
  const url = await server()
  await using watch = new ReachWatch(url, systemClock, false, (reachable) => changes.push(reachable), 1)
  expect(watch.reachable).toBe(false)
  await vi.waitUntil(() => watch.reachable)
  expect(changes).toEqual([true])
})
