import { setTimeout as sleep } from 'node:timers/promises'
import {
  BOT,
  COMMAND,
  DAY_MS,
  type SeriesAnswer,
  SHARED,
  WITHOUT_BITS,
  WITHOUT_NAMES,
  type Without,
} from '@smacktalk/contract'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openBrowserIfAny } from '../support/browser.ts'
import { chartAgrees } from '../support/chart-agreement.ts'
import { eventually } from '../support/eventually.ts'
import { NumberedChat, roomIdOf } from '../support/numbered-chat.ts'
import { Random } from '../support/random.ts'
import { type Product, startProduct } from '../support/start-product.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { privmsg } from '../support/twitch-lines.ts'
import { openPage, type WatchedPage } from '../support/watched-page.ts'

const DEN = 'first_den'
const CLASSES = 8
/** Between two messages, ms. */
const PAUSE_MS = 60
/** So many are said while the charts are compared, at least. */
const SAID_MIN = 200

/** Every set of what can be left out, nothing among them. */
const CHOICES = Array.from({ length: CLASSES }, (_, mask) =>
  WITHOUT_NAMES.filter((name) => (mask & WITHOUT_BITS[name]) !== 0),
)

const opened = await openBrowserIfAny()

describe.skipIf(opened === null)('leaving out while it is live', () => {
  const stack = new AsyncDisposableStack()
  const folder = stack.use(temporaryFolder())
  const random = new Random(8)
  /** Messages said by class. */
  const said: number[] = Array.from({ length: CLASSES }, () => 0)
  let chat: NumberedChat
  let product: Product
  let address: string
  let shown: WatchedPage
  let page: Page

  beforeAll(async () => {
    if (opened === null) return
    stack.use(opened)
    chat = stack.use(
      await NumberedChat.start({ channels: [DEN], random, messagesPerSecond: 0, againMs: 5_000 }),
    )
    product = startProduct({
      dataDir: folder.path,
      env: {
        SMACKTALK_SOURCE: 'twitch',
        SMACKTALK_TWITCH_URL: chat.url,
        SMACKTALK_CHANNELS: DEN,
      },
    })
    stack.defer(() => product[Symbol.asyncDispose]())
    await product.ready()
    address = await product.address()
    await eventually('chat is heard', () => chat.heard, { context: product.context })
    shown = stack.use(await openPage(opened.browser, { width: 1_280, height: 900 }))
    page = shown.page
    page.setDefaultTimeout(20_000)
  })

  afterAll(() => stack.disposeAsync())

  it('draws what REST says of every second, for every choice, while messages of every class come', async () => {
    const silence = new AbortController()
    const talking = talk(silence.signal)
    try {
      await page.goto(`${address}/channels/${DEN}`)
      await eventually('every class was said often', () => sum(said) >= SAID_MIN)
      for (const without of CHOICES) {
        await choose(without)
        await chartAgrees({
          ...{ shown, ask: product.ask, channel: DEN, step: 'second', without },
          stepsMin: 8,
        })
      }
    } finally {
      silence.abort()
      await talking
    }
  })

  it('counts, removes and shows exactly what was said of each class', async () => {
    await counted()
    for (const without of CHOICES) {
      await page.goto(`${address}/channels/${DEN}${queryOf(without)}`)
      const left = leftOf(without)
      for (const [name, label] of CHIPS) {
        const other = leftOf(WITHOUT_NAMES.filter((each) => without.includes(each) !== (each === name)))
        const chip = page.getByRole('button', { name: `${label} −${Math.abs(left - other)}`, exact: true })
        await chip.waitFor()
        expect(await chip.getAttribute('aria-pressed')).toBe(String(without.includes(name)))
      }
      const all = sum(said)
      const words = left === all ? `${left} messages` : `${left} of ${all} messages`
      await page.getByText(`${words} counted · last 5 minutes`).waitFor()

      const totals = await today(without)
      expect(totals['messages']).toBe(left)
      const tile = (title: string) =>
        page.locator('.tile', { has: page.locator('dt', { hasText: new RegExp(`^${title}`) }) })
      await tile('Messages')
        .locator('.tile-value', { hasText: exactly(left) })
        .waitFor()
      const length = (totals['characters'] ?? 0) / left
      await tile('Mean length')
        .locator('.tile-value', { hasText: exactly(length.toFixed(1)) })
        .waitFor()
      await tile('Replies')
        .getByText('all', { exact: true })
        .waitFor({ state: without.length > 0 ? 'visible' : 'detached' })
    }
    expect(shown.problems).toEqual([])
  })

  it('hides bots among the first chatters, and goes by keys', async () => {
    await page.goto(`${address}/channels/${DEN}`)
    const bots = page.getByRole('region', { name: 'Top chatters' }).getByText('nightbot')
    await bots.waitFor()
    await page.keyboard.press('b')
    await bots.waitFor({ state: 'detached' })
    await page.keyboard.press('s')
    expect(new URL(page.url()).search).toBe('?without=bots,shared')
    await page.keyboard.press('b')
    await bots.waitFor()
    expect(new URL(page.url()).search).toBe('?without=shared')
  })

  const CHIPS: readonly (readonly [Without, string])[] = [
    ['bots', 'Bots'],
    ['commands', 'Commands'],
    ['shared', 'Shared-chat copies'],
  ]

  async function choose(without: readonly Without[]): Promise<void> {
    for (const [name, label] of CHIPS) {
      const chip = page.getByRole('button', { name: new RegExp(`^${label}`) })
      if ((await chip.getAttribute('aria-pressed')) !== String(without.includes(name))) await chip.click()
    }
    await eventually('the address has it', () => new URL(page.url()).search === queryOf(without))
  }

  /** Every class in turn at first, then any. */
  async function talk(signal: AbortSignal): Promise<void> {
    for (let number = 0; !signal.aborted; number++) {
      say(number < CLASSES ? number : random.between(0, CLASSES - 1), number)
      // A rejection says that it is over.
      await sleep(PAUSE_MS, undefined, { signal }).catch(() => undefined)
    }
  }

  function say(byClass: number, number: number): void {
    const bot = (byClass & BOT) !== 0
    chat.hand(
      DEN,
      privmsg({
        channel: DEN,
        roomId: roomIdOf(DEN),
        id: `said-${number}`,
        sentAt: Date.now(),
        userId: bot ? '4001' : '4002',
        login: bot ? 'nightbot' : 'somebody',
        text: `${(byClass & COMMAND) === 0 ? '' : '!'}number ${number}`,
        ...((byClass & SHARED) === 0 ? {} : { sourceRoomId: '31337' }),
      }),
    )
    said[byClass] = (said[byClass] ?? 0) + 1
  }

  function counted(): Promise<unknown> {
    return eventually('all is counted', async () => (await today([]))['messages'] === sum(said), {
      context: () => JSON.stringify(said),
    })
  }

  async function today(without: readonly Without[]): Promise<SeriesAnswer['totals']> {
    const day = Math.floor(Date.now() / DAY_MS) * DAY_MS
    const range = `from=${day}&to=${day + DAY_MS}&step=day&without=${without.join()}`
    return (await product.ask<SeriesAnswer>(`/channels/${DEN}/series?${range}`)).totals
  }

  /** Counted here by what was said, not by how anybody sums. */
  function leftOf(without: readonly Without[]): number {
    return said.reduce((left, messages, byClass) => {
      const gone = without.some((name) => Math.floor(byClass / WITHOUT_BITS[name]) % 2 === 1)
      return gone ? left : left + messages
    }, 0)
  }
})

function queryOf(without: readonly Without[]): string {
  return without.length === 0 ? '' : `?without=${without.join()}`
}

function exactly(text: string | number): RegExp {
  return new RegExp(`^${text}$`)
}

function sum(values: readonly number[]): number {
  return values.reduce((all, value) => all + value, 0)
}
