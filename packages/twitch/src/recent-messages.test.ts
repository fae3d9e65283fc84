import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { createHistoryService, HISTORY_LINES_MAX, type HistoryAnswer } from './recent-messages.ts'

interface Served {
  readonly status?: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body: string
}

/** Asks a server that answers everything alike; gives back what was asked for too. */
async function ask({ status = 200, headers = {}, body }: Served) {
  const paths: string[] = []
  const server = createServer((request, response) => {
    paths.push(request.url ?? '')
    response.writeHead(status, headers)
    response.end(body)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  const { port } = server.address() as AddressInfo
  const history = createHistoryService(`http://127.0.0.1:${port}/some/path/`)
  const question = { login: 'a_den', after: 1_000.4, before: 2_000.4 }
  const answer: HistoryAnswer = await history(question, new AbortController().signal)
  return { answer, paths }
}

const told = (at: number) =>
  `@historical=1;rm-received-ts=${at};id=m-${at} :x!x@x.tmi.twitch.tv PRIVMSG #a_den hello`

test('lines come with the time at which the service heard them, other things are left out', async () => {
  const messages = [told(1_500), 'PRIVMSG #a_den :nobody knows when', 7, null, '', told(1_600)]
  const { answer, paths } = await ask({ body: JSON.stringify({ messages, error: null, error_code: null }) })
  expect(paths).toEqual([`/some/path/a_den?limit=${HISTORY_LINES_MAX}&after=1000&before=2001`])
  expect(answer).toEqual({
    kind: 'told',
    isJoined: true,
    lines: [
      { raw: told(1_500), heardAt: 1_500 },
      { raw: told(1_600), heardAt: 1_600 },
    ],
  })
})

test('a service that is not in the channel says so with status 200, and tells what it had heard', async () => {
  const body = { messages: [told(1_500)], error: 'not joined', error_code: 'channel_not_joined' }
  expect((await ask({ body: JSON.stringify(body) })).answer).toMatchObject({
    kind: 'told',
    isJoined: false,
    lines: [{ heardAt: 1_500 }],
  })
})

test('an owner who opted out is respected', async () => {
  const body = JSON.stringify({ messages: [], error: 'ignored', error_code: 'channel_ignored' })
  expect((await ask({ status: 403, body })).answer).toMatchObject({ kind: 'forbidden' })
})

test.for<[string, Served, number | null]>([
  ['a broken service', { status: 500, body: 'oops' }, null],
  ['one that wants to be left alone', { status: 429, headers: { 'retry-after': '30' }, body: '' }, 30_000],
  ['one that asks for days', { status: 503, headers: { 'retry-after': '999999' }, body: '' }, 3_600_000],
  ['one that names a date', { status: 503, headers: { 'retry-after': 'tomorrow' }, body: '' }, null],
  ['no JSON', { body: '<html>' }, null],
  ['a list', { body: '[]' }, null],
  ['a word', { body: 'null' }, null],
  ['another error', { body: '{"messages":[],"error":"x","error_code":"internal"}' }, null],
  ['another address', { status: 302, headers: { location: '/' }, body: '' }, null],
  ['an answer without end', { body: ' '.repeat(9 * 1024 * 1024) }, null],
])('%s is a failure, never more', async ([, served, restMs]) => {
  const { answer, paths } = await ask(served)
  expect(answer).toMatchObject({ kind: 'failed', restMs })
  expect(paths).toHaveLength(1)
})

test('nobody at the address is a failure too', async () => {
  const history = createHistoryService('http://127.0.0.1:9')
  const answer = await history({ login: 'a', after: 0, before: 1 }, new AbortController().signal)
  expect(answer).toMatchObject({ kind: 'failed' })
})
