/**
 * Serves invented emotes as BTTV, FFZ and 7TV do, with faults, on one loopback port: their paths differ. Used by tests
 * and by the demo world, which needs no network.
 */
import { createHash } from 'node:crypto'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { EmoteProvider } from '@smacktalk/contract'

export interface FakeEmote {
  readonly code: string
  readonly id: string
}

/**
 * `silent` never answers, `slow` sends a byte now and then, `cut` closes in the middle, `huge` goes on without end;
 * `nonsense` is no JSON, `strange` is JSON of another shape; a number is that HTTP status.
 */
export type EmoteFault = 'silent' | 'slow' | 'cut' | 'huge' | 'nonsense' | 'strange' | number

export interface FakeEmotesOptions {
  /** Emotes of a provider, everywhere (`global`) or in a room by its id; null is a 404. */
  readonly emotesOf: (provider: EmoteProvider, place: string) => readonly FakeEmote[] | null
  /** What goes wrong with a question; nothing by default. */
  readonly fault?: (provider: EmoteProvider, path: string) => EmoteFault | null
  /** Seconds to name in `Retry-After` with a status that is a fault. */
  readonly retryAfterS?: number
  /** Whether 7TV names a room's set only, so that it has to be asked for. */
  readonly namesSets?: boolean
}

export interface FakeEmotes extends AsyncDisposable {
  /** Address of all three. */
  readonly url: string
  /** What was asked, in order; the last REQUESTS_MAX. */
  readonly requests: readonly FakeEmoteRequest[]
  /** Most questions open at once, to all providers together. */
  readonly mostOpen: number
}

export interface FakeEmoteRequest {
  readonly provider: EmoteProvider
  readonly path: string
  /** The tag the asker knew; null without one. */
  readonly etag: string | null
}

const REQUESTS_MAX = 10_000
const SLOW_MS = 50

const PATHS: readonly [RegExp, EmoteProvider, 'global' | 'room' | 'set'][] = [
  [/^\/3\/cached\/emotes\/(global)$/, 'bttv', 'global'],
  [/^\/3\/cached\/users\/twitch\/(\d+)$/, 'bttv', 'room'],
  [/^\/v1\/set\/(global)$/, 'ffz', 'global'],
  [/^\/v1\/room\/id\/(\d+)$/, 'ffz', 'room'],
  [/^\/v3\/emote-sets\/(global)$/, '7tv', 'global'],
  [/^\/v3\/emote-sets\/set(\d+)$/, '7tv', 'set'],
  [/^\/v3\/users\/twitch\/(\d+)$/, '7tv', 'room'],
]

/** Resolves when it listens. */
export async function startFakeEmotes(options: FakeEmotesOptions): Promise<FakeEmotes> {
  const server = new EmoteServer(options)
  await server.listen()
  return server
}

class EmoteServer implements FakeEmotes {
  readonly requests: FakeEmoteRequest[] = []
  mostOpen = 0
  #open = 0
  readonly #options: FakeEmotesOptions
  readonly #server: Server
  readonly #timers = new Set<NodeJS.Timeout>()

  constructor(options: FakeEmotesOptions) {
    this.#options = options
    this.#server = createServer((request, response) => this.#answer(request, response))
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`
  }

  listen(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#server.once('error', reject)
      this.#server.listen(0, '127.0.0.1', resolve)
    })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const timer of this.#timers) clearInterval(timer)
    this.#server.closeAllConnections()
    await new Promise((resolve) => this.#server.close(resolve))
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    const path = request.url ?? ''
    const [provider, kind, place] = readPath(path)
    if (provider === null) {
      response.writeHead(404).end()
      return
    }
    this.mostOpen = Math.max(this.mostOpen, ++this.#open)
    response.once('close', () => this.#open--)
    this.requests.push({ provider, path, etag: request.headers['if-none-match'] ?? null })
    if (this.requests.length > REQUESTS_MAX) this.requests.shift()
    const fault = this.#options.fault?.(provider, path) ?? null
    if (fault !== null) this.#fail(response, fault)
    else this.#serve(request, response, provider, kind, place)
  }

  #serve(
    request: IncomingMessage,
    response: ServerResponse,
    provider: EmoteProvider,
    kind: 'global' | 'room' | 'set',
    place: string,
  ): void {
    const emotes = this.#options.emotesOf(provider, place)
    if (emotes === null) {
      response.writeHead(404, { 'content-type': 'application/json' }).end('{"message":"not found"}')
      return
    }
    const named = kind === 'room' && this.#options.namesSets === true
    const body = JSON.stringify(shapeOf(provider, kind, named ? `set${place}` : null, emotes))
    const etag = `"${createHash('sha256').update(body).digest('base64url').slice(0, 20)}"`
    if (request.headers['if-none-match'] === etag) response.writeHead(304, { etag }).end()
    else response.writeHead(200, { 'content-type': 'application/json', etag }).end(body)
  }

  #fail(response: ServerResponse, fault: EmoteFault): void {
    const { retryAfterS } = this.#options
    const json = { 'content-type': 'application/json' }
    if (typeof fault === 'number') {
      response.writeHead(fault, retryAfterS === undefined ? {} : { 'retry-after': String(retryAfterS) }).end()
    } else if (fault === 'nonsense') response.writeHead(200, json).end('<html>try later')
    else if (fault === 'strange')
      response.writeHead(200, json).end('{"sets":7,"emotes":{"a":1},"status":"ok"}')
    else if (fault === 'cut') {
      response.writeHead(200, { ...json, 'content-length': 1_000 }).write('[{"code":')
      this.#every(() => response.destroy(), response)
    } else if (fault === 'slow') {
      response.writeHead(200, json)
      this.#every(() => response.write(' '), response)
    } else if (fault === 'huge') {
      response.writeHead(200, json)
      const piece = Buffer.alloc(1_048_576, 0x20)
      const more = (): void => {
        while (!response.destroyed && response.write(piece));
      }
      response.on('drain', more)
      more()
    }
  }

  #every(act: () => void, response: ServerResponse): void {
    const timer = setInterval(act, SLOW_MS)
    this.#timers.add(timer)
    response.once('close', () => {
      clearInterval(timer)
      this.#timers.delete(timer)
    })
  }
}

function readPath(path: string): [EmoteProvider, 'global' | 'room' | 'set', string] | [null, null, null] {
  for (const [pattern, provider, kind] of PATHS) {
    const match = pattern.exec(path)
    if (match !== null) return [provider, kind, match[1] ?? '']
  }
  return [null, null, null]
}

/** The shapes as far as they are read, with some of what else stands in them. */
function shapeOf(
  provider: EmoteProvider,
  kind: 'global' | 'room' | 'set',
  setId: string | null,
  emotes: readonly FakeEmote[],
): unknown {
  if (provider === 'bttv') {
    const list = emotes.map(({ code, id }) => ({ id, code, imageType: 'webp', animated: false }))
    if (kind === 'global') return list
    return { id: 'user', bots: [], channelEmotes: list.slice(0, 1), sharedEmotes: list.slice(1) }
  }
  if (provider === 'ffz') {
    const emoticons = emotes.map(({ code, id }) => ({
      id: /^\d{1,9}$/.test(id) ? Number(id) : id,
      name: code,
      urls: {},
    }))
    const theirs = { id: 9, title: 'Not for everybody', emoticons: [{ id: 99, name: 'notForAll' }] }
    return kind === 'global'
      ? { default_sets: [3], sets: { 3: { id: 3, emoticons }, 9: theirs } }
      : { room: { set: 3 }, sets: { 3: { id: 3, emoticons } } }
  }
  const list = emotes.map(({ code, id }) => ({
    id,
    name: code,
    flags: 0,
    data: { id, name: `original ${code}` },
  }))
  if (kind !== 'room') return { id: 'set', name: 'A set', emotes: list }
  if (setId !== null) return { id: 'user', emote_set_id: setId, emote_set: null }
  return { id: 'user', emote_set_id: 'other', emote_set: { id: 'other', emotes: list } }
}
