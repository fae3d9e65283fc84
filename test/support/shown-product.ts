/** A product with a chat of its own and a page of it in a browser: what the tests of the page begin with. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Browser } from 'playwright-core'
import { eventually } from './eventually.ts'
import { NumberedChat } from './numbered-chat.ts'
import { Random } from './random.ts'
import { type Product, startProduct } from './start-product.ts'
import { startProgram } from './start-program.ts'
import { temporaryFolder } from './temporary-folder.ts'
import { openPage, type PageOptions, type WatchedPage } from './watched-page.ts'

export interface ShownProductOptions {
  readonly browser: Browser
  readonly channels: readonly string[]
  readonly seed: number
  /** Over all channels. */
  readonly messagesPerSecond: number
  /** Of the configuration file, besides the channels. */
  readonly settings?: Readonly<Record<string, unknown>>
  /** Settings as variables, besides the source. */
  readonly env?: Readonly<Record<string, string>>
  /** Raw lines that are imported before it starts. */
  readonly history?: readonly string[]
  /** Of the page that is opened. */
  readonly page: PageOptions
}

/** Disposing ends all of it. */
export class ShownProduct implements AsyncDisposable {
  readonly chat: NumberedChat
  readonly shown: WatchedPage
  /** Of the page, without a slash at its end; it stays the same over restarts. */
  readonly address: string
  readonly #options: ShownProductOptions
  readonly #folder: string
  readonly #stack: AsyncDisposableStack
  #product: Product

  private constructor(
    options: ShownProductOptions,
    parts: { chat: NumberedChat; shown: WatchedPage; address: string; folder: string; product: Product },
    stack: AsyncDisposableStack,
  ) {
    this.#options = options
    this.chat = parts.chat
    this.shown = parts.shown
    this.address = parts.address
    this.#folder = parts.folder
    this.#product = parts.product
    this.#stack = stack
  }

  /** Resolves when chat is heard. */
  static async start(options: ShownProductOptions): Promise<ShownProduct> {
    const { browser, channels, seed, messagesPerSecond, history = [] } = options
    await using stack = new AsyncDisposableStack()
    const folder = stack.use(temporaryFolder()).path
    const random = new Random(seed)
    const chat = stack.use(await NumberedChat.start({ channels, random, messagesPerSecond, againMs: 5_000 }))
    configureIn(folder, options, channels)
    if (history.length > 0) await importInto(folder, history)
    const product = startIn(folder, options, chat.url, 0)
    let started: ShownProduct | null = null
    stack.defer(() => (started?.product ?? product)[Symbol.asyncDispose]())
    await product.ready()
    await eventually('chat is heard', () => chat.heard, { context: product.context })
    const shown = stack.use(await openPage(browser, options.page))
    const address = await product.address()
    const parts = { chat, shown, address, folder, product }
    started = new ShownProduct(options, parts, stack.move())
    return started
  }

  get product(): Product {
    return this.#product
  }

  /** Another page of the same product; who opens it closes it. */
  open(page: PageOptions): Promise<WatchedPage> {
    return openPage(this.#options.browser, page)
  }

  /** Puts other channels into the configuration file, which is read again while the product runs. */
  configure(channels: readonly string[]): void {
    configureIn(this.#folder, this.#options, channels)
  }

  async kill(): Promise<void> {
    this.#product.process.kill('SIGKILL')
    await this.#product.ended
  }

  /** Starts it again on the same address, after `kill`. */
  async startAgain(): Promise<void> {
    this.#product = startIn(this.#folder, this.#options, this.chat.url, Number(new URL(this.address).port))
    await this.#product.ready()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#stack.disposeAsync()
  }
}

function configureIn(folder: string, { settings }: ShownProductOptions, channels: readonly string[]): void {
  writeFileSync(join(folder, 'smacktalk.config.json'), JSON.stringify({ ...settings, channels }))
}

function startIn(folder: string, { env }: ShownProductOptions, chatUrl: string, port: number): Product {
  return startProduct({
    dataDir: join(folder, 'data'),
    cwd: folder,
    port,
    env: { SMACKTALK_SOURCE: 'twitch', SMACKTALK_TWITCH_URL: chatUrl, ...env },
  })
}

async function importInto(folder: string, lines: readonly string[]): Promise<void> {
  const file = join(folder, 'history.irc')
  writeFileSync(file, `${lines.join('\n')}\n`)
  await using program = startProgram({
    words: ['import', file],
    cwd: folder,
    env: { SMACKTALK_SOURCE: 'twitch', SMACKTALK_DATA_DIR: join(folder, 'data') },
    name: 'the import',
  })
  const { code } = await program.ended
  if (code !== 0) throw new Error(`The import ended with ${code}. ${program.context()}`)
}
