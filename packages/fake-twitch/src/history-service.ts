/**
 * A history service as clients know it from recent-messages: it remembers the last lines of each channel and tells
 * them over HTTP, with the tags and the habits of the real one. It is fed by a fake Twitch (`onLine`).
 */
import { once } from 'node:events'
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** Lines kept per channel, and the most that one answer tells, as the real one has it. */
export const LINES_KEPT = 800

/** Commands that it remembers. */
const REMEMBERED = /^(?:@\S* +)?(?::\S+ +)?(PRIVMSG|CLEARCHAT|CLEARMSG|USERNOTICE|NOTICE|ROOMSTATE) /
const PATH = '/api/v2/recent-messages/'

export interface HistoryRequest {
  readonly login: string
  readonly limit: number | null
  /** Epoch ms. */
  readonly after: number | null
  readonly before: number | null
  readonly atMs: number
}

export interface HistoryService extends AsyncDisposable {
  /** Everything before the channel's name. */
  readonly url: string
  /** Questions in order, refused ones too. */
  readonly requests: readonly HistoryRequest[]
  /** Remembers a line; others than chat are left out. */
  heard(login: string, line: string): void
  /** It is not in the channel for now: it remembers nothing more and says so, with status 200. */
  leave(login: string): void
  /** The channel's owner has opted out. */
  forbid(login: string): void
  /** Answers with this status until it is null again; `retryAfter` in seconds. */
  fail(status: number | null, retryAfter?: number): void
}

interface Remembered {
  readonly line: string
  readonly at: number
}

export async function startHistoryService(now: () => number): Promise<HistoryService> {
  const channels = new Map<string, Remembered[]>()
  const left = new Set<string>()
  const forbidden = new Set<string>()
  const requests: HistoryRequest[] = []
  let failing: { status: number; retryAfter: number | null } | null = null

  function tell(response: ServerResponse, request: HistoryRequest): void {
    const { login, limit, after, before } = request
    if (failing !== null) {
      const { status, retryAfter } = failing
      if (retryAfter !== null) response.setHeader('retry-after', String(retryAfter))
      answer(response, status, { messages: [], error: 'Internal Server Error', error_code: 'internal_error' })
      return
    }
    if (forbidden.has(login)) {
      const error = 'The channel login is ignored'
      answer(response, 403, { messages: [], error, error_code: 'channel_ignored' })
      return
    }
    const messages = (channels.get(login) ?? [])
      .filter(({ at }) => (after === null || at > after) && (before === null || at < before))
      .slice(-Math.min(limit ?? LINES_KEPT, LINES_KEPT))
      .map(asTold)
    const refusal = left.has(login)
      ? { error: 'The bot is currently not joined to this channel', error_code: 'channel_not_joined' }
      : { error: null, error_code: null }
    answer(response, 200, { messages, ...refusal })
  }

  const server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://localhost')
    if (request.method !== 'GET' || !pathname.startsWith(PATH)) {
      answer(response, 404, { error: 'Not Found' })
      return
    }
    const number = (name: string) => (searchParams.has(name) ? Number(searchParams.get(name)) : null)
    const asked = {
      login: decodeURIComponent(pathname.slice(PATH.length)),
      limit: number('limit'),
      after: number('after'),
      before: number('before'),
      atMs: now(),
    }
    requests.push(asked)
    tell(response, asked)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo

  return {
    url: `http://127.0.0.1:${port}${PATH.slice(0, -1)}`,
    requests,
    heard(login, line) {
      if (left.has(login) || !REMEMBERED.test(line)) return
      const lines = channels.get(login) ?? []
      lines.push({ line, at: now() })
      channels.set(login, lines.slice(-LINES_KEPT))
    },
    leave: (login) => void left.add(login),
    forbid: (login) => void forbidden.add(login),
    fail(status, retryAfter) {
      failing = status === null ? null : { status, retryAfter: retryAfter ?? null }
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

/** Tags in front of the others, empty ones without `=`, and no colon before a text of one word. */
function asTold({ line, at }: Remembered): string {
  const added = `@historical=1;rm-received-ts=${at}`
  const tagged = line.startsWith('@') ? `${added};${line.slice(1)}` : `${added} ${line}`
  const end = tagged.indexOf(' ')
  const tags = tagged.slice(0, end).replaceAll(/=(?=;|$)/g, '')
  return `${tags}${tagged.slice(end).replace(/ :(\S+)$/, ' $1')}`
}

function answer(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' })
  response.end(JSON.stringify(body))
}
