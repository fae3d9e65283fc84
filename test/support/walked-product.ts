/** A product, its page, and the account of a walk through it. */
import { DAY_MS, MINUTE_MS } from '@smacktalk/contract'
import type { Locator, Page } from 'playwright-core'
import { openBrowserIfAny } from './browser.ts'
import { pastChat } from './past-chat.ts'
import { Random } from './random.ts'
import { ShownProduct, type ShownProductOptions } from './shown-product.ts'
import { Walk } from './walk.ts'
import type { WatchedPage } from './watched-page.ts'

export interface WalkOptions extends Partial<Omit<ShownProductOptions, 'browser' | 'history'>> {
  readonly seed: number
  /** Days of chat before it, imported; default none. */
  readonly days?: number
}

/** Disposing ends all of it. */
export interface WalkedProduct extends AsyncDisposable {
  readonly world: ShownProduct
  readonly shown: WatchedPage
  readonly page: Page
  readonly address: string
  readonly walk: Walk
  /** The query of the address, as one reads it. */
  query(): string
  clipboard(): Promise<string>
  /** The heading of a page. */
  heading(name: string): Locator
}

export const WALKED_CHANNELS = ['first_den', 'second_den', 'third_den'] as const
/** What was imported ends so long before the walk: later chat is live, and was heard. */
const HISTORY_ENDED_MS = 30 * MINUTE_MS

/** Null where there is no browser, which is said aloud. */
export async function beginWalk({ days = 0, ...options }: WalkOptions): Promise<WalkedProduct | null> {
  const opened = await openBrowserIfAny()
  if (opened === null) return null
  await using stack = new AsyncDisposableStack()
  const { browser } = stack.use(opened)
  const { channels = WALKED_CHANNELS, seed } = options
  const untilMs = Date.now() - HISTORY_ENDED_MS
  const world = stack.use(
    await ShownProduct.start({
      ...{ browser, channels, messagesPerSecond: 20, page: { width: 1_440, height: 900 } },
      ...options,
      history: days === 0 ? [] : pastChat({ channels, random: new Random(seed), days, untilMs }),
    }),
  )
  const { shown, address } = world
  const { page } = shown
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write'])
  const walk = await Walk.on(page)
  const all = stack.move()
  return {
    ...{ world, shown, page, address, walk },
    query: () => decodeURIComponent(new URL(page.url()).search),
    clipboard: () => page.evaluate('navigator.clipboard.readText()'),
    heading: (name) => page.getByRole('heading', { name, level: 1 }),
    [Symbol.asyncDispose]: () => all.disposeAsync(),
  }
}

/** As a field for a time wants it, on whole five minutes; the pages of tests live in UTC. */
export function minutesAgo(minutes: number): string {
  const atMs = Math.floor((Date.now() - minutes * MINUTE_MS) / FIVE_MINUTES_MS) * FIVE_MINUTES_MS
  return new Date(atMs).toISOString().slice(0, 16)
}

const FIVE_MINUTES_MS = 5 * MINUTE_MS
export const DAY_MINUTES = DAY_MS / MINUTE_MS

/** The whole of something downloaded. */
export async function textOf(stream: AsyncIterable<Buffer>): Promise<string> {
  const parts: Buffer[] = []
  for await (const part of stream) parts.push(part)
  return Buffer.concat(parts).toString('utf8')
}
