/** The pages beside the overview and a channel's, over one running product with its own chat. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { PipelineAnswer, StatusAnswer } from '@smacktalk/contract'
import type { Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { openBrowserIfAny } from '../support/browser.ts'
import { eventually } from '../support/eventually.ts'
import { NumberedChat } from '../support/numbered-chat.ts'
import { Random } from '../support/random.ts'
import { type Product, startProduct } from '../support/start-product.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { numberIn, openPage, type WatchedPage } from '../support/watched-page.ts'

const CHANNELS = ['first_den', 'second_den', 'third_den'] as const

const opened = await openBrowserIfAny()

describe.skipIf(opened === null)('more pages', () => {
  const stack = new AsyncDisposableStack()
  const folder = stack.use(temporaryFolder())
  let chat: NumberedChat
  let product: Product
  let address: string
  let shown: WatchedPage
  let page: Page

  beforeAll(async () => {
    if (opened === null) return
    stack.use(opened)
    const random = new Random(3)
    chat = stack.use(
      await NumberedChat.start({ channels: CHANNELS, random, messagesPerSecond: 30, againMs: 5_000 }),
    )
    writeFileSync(join(folder.path, 'smacktalk.config.json'), JSON.stringify({ channels: CHANNELS }))
    product = startProduct({
      dataDir: join(folder.path, 'data'),
      cwd: folder.path,
      env: { SMACKTALK_SOURCE: 'twitch', SMACKTALK_TWITCH_URL: chat.url },
    })
    stack.defer(() => product[Symbol.asyncDispose]())
    await product.ready()
    address = await product.address()
    await eventually('chat is heard', () => chat.heard, { context: product.context })
    shown = stack.use(await openPage(opened.browser, { width: 1_440, height: 900 }))
    page = shown.page
    page.setDefaultTimeout(20_000)
  })

  afterAll(() => stack.disposeAsync())

  afterEach(() => {
    expect(shown.problems).toEqual([])
  })

  it('draws the pipeline as the processes say it is', async () => {
    await page.goto(address)
    await page.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name: 'Pipeline' }).click()
    await page.getByRole('heading', { name: 'Pipeline', level: 1 }).waitFor()
    const drawing = page.getByRole('img', { name: /ingestor writes/ })
    await drawing.waitFor()
    const { partitions, instances } = await product.ask<PipelineAnswer>('/pipeline')
    expect(instances.map(({ role }) => role).sort()).toEqual(['gateway', 'ingestor', 'stream-job'])
    for (const { partition, channels } of partitions.filter((each) => each.channels.length > 0)) {
      const row = page.getByRole('row').filter({ hasText: channels[0]!.name })
      expect(numberIn(await row.getByRole('cell').first().textContent())).toBe(partition)
    }
    await eventually('every hop has a time', async () => {
      const words = await page.getByRole('list', { name: 'Time by step' }).textContent()
      return /Append.*ms.*Read, fold.*ms.*Views.*ms.*Gateway tick.*ms/.test(words ?? '')
    })
    await page
      .locator('.hops-words')
      .getByText(/\d m?s from chat to your screen/)
      .waitFor()
  })

  it('shows an account that adds up and grows', async () => {
    await page.goto(`${address}/pipeline`)
    const value = async (label: string): Promise<number> =>
      numberIn(
        await page.locator('.account-sum > div', { hasText: label }).first().locator('dd').textContent(),
      )
    const parts = ['Messages', 'Events', 'Duplicates', 'Late', 'Dropped']
    const before = await eventually('there is an account', async () => {
      const records = await value('Records')
      return records > 0 && records
    })
    const whole = await Promise.all(parts.map(value))
    const sum = whole.reduce((total, part) => total + part, 0)
    expect(sum).toBeGreaterThanOrEqual(before)
    await eventually('it grows', async () => (await value('Records')) > before)
    const { account } = await product.ask<StatusAnswer>('/status')
    expect(account.records).toBeGreaterThanOrEqual(before)
  })

  it('lights the path of a channel that is pointed at, by key too', async () => {
    await page.goto(`${address}/pipeline`)
    const dimmed = page.locator('.flow-drawing .dim')
    const row = page.getByRole('row').filter({ hasText: 'first_den' })
    await row.hover()
    await eventually('the rest is dimmed', async () => (await dimmed.count()) > 0)
    await page.getByRole('heading', { name: 'Pipeline', level: 1 }).hover()
    await eventually('all is lit', async () => (await dimmed.count()) === 0)
    await row.getByRole('link').focus()
    await eventually('the rest is dimmed', async () => (await dimmed.count()) > 0)
  })

  it('stands upright on a phone, without a letter below 10 px', async () => {
    if (opened === null) throw new Error('there is no browser')
    await using phone = await openPage(opened.browser, { width: 360, height: 740 })
    await phone.page.goto(`${address}/pipeline`)
    await phone.page.locator('.stack-you').waitFor()
    expect(await phone.page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(360)
    expect(await smallestText(phone.page)).toBeGreaterThanOrEqual(10)
    expect(phone.problems).toEqual([])
    await page.setViewportSize({ width: 1_241, height: 900 })
    await page.goto(`${address}/pipeline`)
    await page.locator('.flow-drawing').waitFor()
    expect(await smallestText(page)).toBeGreaterThanOrEqual(10)
    await page.setViewportSize({ width: 1_440, height: 900 })
  })
})

/** Height of the smallest letters on the screen, px; those inside a drawing as they are drawn. */
async function smallestText(page: Page): Promise<number> {
  return page.evaluate(`(() => {
    const sizes = [...document.querySelectorAll('main *')]
      .filter((element) => [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim() !== ''))
      .filter((element) => element.getClientRects().length > 0)
      .map((element) => {
        const { ownerSVGElement: svg } = element
        const scale = svg == null ? 1 : svg.getBoundingClientRect().width / svg.viewBox.baseVal.width
        return Number.parseFloat(getComputedStyle(element).fontSize) * scale
      })
    return Math.min(...sizes)
  })()`)
}
