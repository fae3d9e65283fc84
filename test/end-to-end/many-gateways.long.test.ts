/** Any number of gateways serve the same live view: a page may be led to another one at any moment. */
import type { ClientToServer, ServerToClient, StatusAnswer } from '@smacktalk/contract'
import { io, type Socket } from 'socket.io-client'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { isBehind, type LiveView, mergeTick, viewOf } from '../../apps/dashboard/src/live/live-view.ts'
import { eventually } from '../support/eventually.ts'
import { KillableRoles, type RunningGateway } from '../support/killable-roles.ts'
import { NumberedChat } from '../support/numbered-chat.ts'
import { Random } from '../support/random.ts'
import { type RoundRobinProxy, startRoundRobinProxy } from '../support/round-robin-proxy.ts'

const CHANNELS = ['first_den', 'second_den', 'third_den'] as const
/** How often the page is led to the other gateway. */
const MOVES = 14
/** How often each gateway is killed and begins again under the page. */
const ROUNDS = 2

interface Shown {
  readonly position: number
  readonly messages: number
  readonly newest: number
}

/** What a page does (live-feed.ts): takes snapshots and ticks, passes over a snapshot from before its screen. */
class Page implements Disposable {
  readonly shown: Shown[] = []
  /** Seconds of a channel that were shown with fewer messages than before. */
  readonly falls: string[] = []
  passedOver = 0
  connections = 0
  view: LiveView | null = null
  readonly #socket: Socket<ServerToClient, ClientToServer>
  #again: NodeJS.Timeout | undefined

  constructor(url: string) {
    this.#socket = io(url, { transports: ['websocket'], forceNew: true, reconnectionDelay: 20 })
    this.#socket.on('connect', () => {
      this.connections++
      this.#watch()
    })
    this.#socket.on('snapshot', (frame) => {
      if (isBehind(this.view, frame)) {
        this.passedOver++
        this.#watchSoon()
        return
      }
      this.#show(viewOf(frame))
    })
    this.#socket.on('tick', (frame) => {
      const merged = mergeTick(this.view, frame)
      if (merged.outcome === 'applied') this.#show(merged.view)
      else if (merged.outcome === 'hole') this.#watchSoon()
      else this.view = merged.view
    })
  }

  get connected(): boolean {
    return this.#socket.connected
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#again)
    this.#socket.disconnect()
  }

  #watch(): void {
    this.#again = undefined
    this.#socket.emit('watch', { overview: true }, (answer) => {
      if ('error' in answer) this.#watchSoon()
    })
  }

  #watchSoon(): void {
    this.#again ??= setTimeout(() => this.#watch(), 100)
  }

  #show(view: LiveView): void {
    for (const [id, line] of this.view?.byChannel ?? []) {
      const now = view.byChannel.get(id)
      for (const [index, before] of line.values.entries()) {
        const second = line.first + index
        const value = now?.values[second - now.first]
        if (value !== undefined && (value ?? 0) < (before ?? 0)) {
          this.falls.push(`${id} at ${second}: ${before} to ${value}`)
        }
      }
    }
    this.view = view
    const messages = view.day.messages ?? 0
    this.shown.push({ position: view.position, messages, newest: view.asOf ?? 0 })
  }
}

describe('two gateways behind a proxy', () => {
  const stack = new AsyncDisposableStack()
  let chat: NumberedChat
  let roles: KillableRoles
  let gateways: RunningGateway[]
  let proxy: RoundRobinProxy

  beforeAll(async () => {
    chat = stack.use(
      await NumberedChat.start({
        channels: CHANNELS,
        random: new Random(7),
        messagesPerSecond: 120,
        againMs: 2_000,
      }),
    )
    roles = stack.use(await KillableRoles.open({ chatUrl: chat.url, channels: CHANNELS }))
    await roles.startJob()
    await roles.startIngestor()
    gateways = [await roles.startGateway(), await roles.startGateway()]
    proxy = stack.use(await startRoundRobinProxy(gateways.map(({ port }) => port)))
    await eventually('chat is heard', () => chat.heard)
  })

  afterAll(() => stack.disposeAsync())

  it('take a page from each other, and what it shows never goes back', async () => {
    using page = new Page(proxy.url)
    for (let move = 0; move < MOVES; move++) {
      const seen = page.shown.length
      await eventually('the page moves', () => page.connected && page.shown.length > seen + 3)
      proxy.cutAll()
      await eventually('the page has lost its connection', () => !page.connected, { everyMs: 1 })
    }
    expect(Math.min(...proxy.given)).toBeGreaterThanOrEqual(MOVES / 2)
    for (const what of ['position', 'messages', 'newest'] as const) {
      const values = page.shown.map((shown) => shown[what])
      expect(values).toEqual(values.toSorted((a, b) => a - b))
    }
    expect(page.shown.at(-1)!.messages).toBeGreaterThan(page.shown[0]!.messages)
    expect(page.falls).toEqual([])
  })

  it('show no less when they have only just begun', async () => {
    using page = new Page(proxy.url)
    for (let round = 0; round < ROUNDS; round++) {
      for (const [index, gateway] of gateways.entries()) {
        await gateway.kill()
        const seen = page.shown.length
        await eventually('the page moves', () => page.connected && page.shown.length > seen + 10)
        // What was counted last is in no view that is still to come, and not in the store yet.
        gateways[index] = await roles.startGateway(gateway.port)
        proxy.lead(index)
        proxy.cutAll()
        const moved = page.shown.length
        await eventually('the page has taken a snapshot', () => page.shown.length > moved)
        proxy.lead(null)
      }
    }
    for (const what of ['position', 'messages'] as const) {
      const values = page.shown.map((shown) => shown[what])
      expect(values).toEqual(values.toSorted((a, b) => a - b))
    }
    expect(page.falls).toEqual([])
  })

  it('come to the same totals, those of what was said', async () => {
    using pages = new DisposableStack()
    const both = gateways.map(({ url }) => pages.use(new Page(url)))
    await chat.fallSilent()
    await eventually('everything is shown', () =>
      both.every(({ view }) => view?.day.messages === chat.messages),
    )
    const [a, b] = both.map(({ view }) => view!)
    await eventually('both stand at one position', () => both[0]!.view?.position === both[1]!.view?.position)
    expect(b!.day.messages).toBe(a!.day.messages)
    const accounts = await eventually('everything is committed', async () => {
      const answers = await Promise.all(
        gateways.map(async ({ url }) => {
          const answer = await fetch(`${url}/api/v1/status`)
          return ((await answer.json()) as StatusAnswer).account
        }),
      )
      return answers.every(({ messages }) => messages === chat.messages) && answers
    })
    expect(accounts[1]).toEqual(accounts[0])
  })
})
