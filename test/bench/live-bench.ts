/** The live path: from the socket of a chat server to the frame at a page, through the real program. */
import { fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { ChannelsAnswer, Frame, OverviewAnswer, SeriesAnswer, StatusAnswer } from '@smacktalk/contract'
import { eventually } from '../support/eventually.ts'
import { watchLive } from '../support/live-watcher.ts'
import { type Product, startProduct } from '../support/start-product.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import type { BenchResult } from './bench-result.ts'
import { percentile } from './bench-result.ts'
import type { FromSender, SenderOptions } from './live-sender.ts'
import { ShownSeconds } from './shown-seconds.ts'

const SENDER = fileURLToPath(new URL('./live-sender.ts', import.meta.url))
/** Channels watched one by one, beside the overview. */
const WATCHED_CHANNELS = 3
/** 18 channels are joined in 10.5 s. */
const JOIN_MS_PER_CHANNEL = 600
/** How long the program may need for what has piled up. */
const CATCH_UP_MS = 120_000
/** Half of it for the last frames: five a second. */
const LAST_FRAMES_MS = 1_000

/** What the chat goes through, from the socket of a chat server to the pages. */
export interface LiveSystem extends AsyncDisposable {
  /** What it consists of, for the description of the work. */
  readonly what: string
  /** Of the pages, without a slash at the end. */
  readonly address: string
  /** The JSON answer of a path below `/api/v1`. */
  ask<T>(path: string): Promise<T>
  cpuSeconds(): Promise<number>
  peakRssBytes(): number | null
  context(): string
}

/** All roles in one process over the embedded backing. */
async function openProduct(env: Readonly<Record<string, string>>): Promise<LiveSystem> {
  await using stack = new AsyncDisposableStack()
  const folder = stack.adopt(temporaryFolder(), (used) => used[Symbol.dispose]())
  const product: Product = stack.use(startProduct({ dataDir: folder.path, env }))
  const address = await product.address()
  const opened = stack.move()
  return {
    what: 'the program',
    address,
    ask: (path) => product.ask(path),
    cpuSeconds: () => product.metric('process_cpu_seconds_total'),
    peakRssBytes: () => product.peakRssBytes(),
    context: () => product.context(),
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  }
}

export async function benchLive(
  options: SenderOptions,
  name = 'live',
  open: (env: Readonly<Record<string, string>>) => Promise<LiveSystem> = openProduct,
): Promise<BenchResult> {
  await using sender = startSender(options)
  const { url, logins } = await sender.next('listening')
  await using product = await open({
    SMACKTALK_SOURCE: 'twitch',
    SMACKTALK_TWITCH_URL: url,
    SMACKTALK_CHANNELS: logins.join(','),
  })
  const { address } = product
  await sender.next('joined', 60_000 + JOIN_MS_PER_CHANNEL * options.channels)
  const ids = await eventually('every channel has its id', async () => {
    const { channels } = await product.ask<ChannelsAnswer>('/channels')
    const known = channels.flatMap(({ id, name }) => (id === null ? [] : [[name, id] as const]))
    return known.length === logins.length && new Map(known)
  })

  const shown = new ShownSeconds()
  using overview = watchLive(address, { overview: true }, (frame, atMs) => shown.overview(frame, atMs))
  const watched = logins.slice(0, WATCHED_CHANNELS).map((login) => new WatchedChannel(address, login))
  using _watched = disposeAll(watched)
  await eventually('every watcher has its snapshot', () =>
    [overview, ...watched].every(({ frames }) => frames > 0),
  )

  const cpuBefore = await product.cpuSeconds()
  sender.go()
  const { sentAt, startedAt, behindMs } = await sender.next('sent', options.seconds * 1_000 + CATCH_UP_MS)
  const sent = [...sentAt.values()].reduce((sum, { length }) => sum + length, 0)
  const { account } = await eventually(
    `${sent} messages are counted`,
    async () => {
      const status = await product.ask<StatusAnswer>('/status')
      return status.account.messages >= sent && status
    },
    { withinMs: CATCH_UP_MS, everyMs: 200, context: () => product.context() },
  )
  const seconds = (Date.now() - startedAt) / 1_000
  const cpuSeconds = (await product.cpuSeconds()) - cpuBefore
  await new Promise((resolve) => setTimeout(resolve, LAST_FRAMES_MS))

  const { latencies, differences } = shown.compare(sentAt, ids)
  differences.push(...differentTotals(sent, account), ...(await differentAnswers(product, sentAt, startedAt)))
  for (const channel of watched) differences.push(...channel.compare(sentAt))
  const planned = Float64Array.from(behindMs).sort()
  return {
    name,
    work:
      `${options.messagesPerSecond} messages/s in ${options.channels} channels for ${options.seconds} s, chat server ` +
      `-> ${product.what} -> Socket.IO client (overview and ${watched.length} channels, ${overview.frames} overview ` +
      `frames, ${overview.holes} dropped); the sender was ${percentile(planned, 0.99).toFixed(0)} ms behind its ` +
      'plan at its 99th percentile; CPU and memory are those of all its processes together.',
    records: sent,
    seconds,
    cpuSeconds,
    peakRssBytes: product.peakRssBytes(),
    times: { what: 'send to frame', ms: latencies },
    differences,
  }
}

function differentTotals(sent: number, account: StatusAnswer['account']): string[] {
  const { messages, duplicates, late, dropped } = account
  const wanted = [sent, 0, 0, 0]
  return [messages, duplicates, late, dropped].flatMap((count, index) =>
    count === wanted[index]
      ? []
      : [`${['messages', 'duplicates', 'late', 'dropped'][index]}: ${count} instead of ${wanted[index]}.`],
  )
}

/** REST against what was sent, over all channels and for each. */
async function differentAnswers(
  product: LiveSystem,
  sentAt: ReadonlyMap<string, Float64Array>,
  startedAt: number,
): Promise<string[]> {
  const range = `from=${startedAt - 60_000}&to=${Date.now() + 60_000}&step=minute`
  const differences: string[] = []
  let sum = 0
  for (const [login, { length }] of sentAt) {
    const { totals } = await product.ask<SeriesAnswer>(`/channels/${login}/series?${range}`)
    sum += length
    if (totals['messages'] !== length)
      differences.push(`${login}: ${length} sent, series says ${totals['messages']}.`)
  }
  const { totals } = await product.ask<OverviewAnswer>(`/overview?${range}`)
  if (totals['messages'] !== sum) differences.push(`${sum} sent, overview says ${totals['messages']}.`)
  return differences
}

/** A channel page's socket: the newest value of every second. */
class WatchedChannel implements Disposable {
  readonly #login: string
  readonly #seconds = new Map<number, number>()
  readonly #watcher: ReturnType<typeof watchLive>

  constructor(address: string, login: string) {
    this.#login = login
    this.#watcher = watchLive(address, { channel: login }, (frame) => this.#take(frame))
  }

  get frames(): number {
    return this.#watcher.frames
  }

  /** Seconds are kept for ten minutes, so a longer run is compared by its end. */
  compare(sentAt: ReadonlyMap<string, Float64Array>): string[] {
    const times = sentAt.get(this.#login) ?? new Float64Array()
    const wanted = Map.groupBy(times, (ms) => Math.floor(ms / 1_000))
    const wrong = [...wanted].filter(([second, list]) => this.#seconds.get(second) !== list.length)
    return wrong.length === 0
      ? []
      : [`${wrong.length} seconds of the channel page of ${this.#login} are wrong.`]
  }

  #take({ values }: Frame): void {
    for (const { t, messages } of values.seconds) {
      if (messages !== null) this.#seconds.set(Date.parse(t) / 1_000, messages)
    }
  }

  [Symbol.dispose](): void {
    this.#watcher[Symbol.dispose]()
  }
}

function disposeAll(things: readonly Disposable[]): Disposable {
  return {
    [Symbol.dispose]: () => {
      for (const thing of things) thing[Symbol.dispose]()
    },
  }
}

function startSender(options: SenderOptions) {
  const child = fork(SENDER, [JSON.stringify(options)], { serialization: 'advanced' })
  const said: FromSender[] = []
  let ended: number | null = null
  // The other end is `live-sender.ts`, which says nothing else.
  child.on('message', (message) => said.push(message as FromSender))
  child.on('exit', (code) => {
    ended = code ?? -1
  })
  const gone = new Promise((resolve) => child.once('exit', resolve))
  return {
    /** Resolves to the message of this kind once it has come. */
    async next<K extends FromSender['kind']>(kind: K, withinMs = 60_000) {
      const found = await eventually(
        `the sender says "${kind}"`,
        () =>
          said.find((message) => message.kind === kind) ??
          (ended === null ? null : { kind: 'ended' as const }),
        { withinMs },
      )
      if (found.kind === 'ended') throw new Error(`The sender ended with code ${ended}.`)
      return found as Extract<FromSender, { kind: K }>
    },
    go: () => child.send('go'),
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL')
      await gone
    },
  }
}
