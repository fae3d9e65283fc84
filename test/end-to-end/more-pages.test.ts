/** The pages beside the overview and a channel's, over one running product with its own chat. */
import type { PipelineAnswer, StatusAnswer, TopAnswer, UserAnswer } from '@smacktalk/contract'
import type { Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { axeFindings } from '../support/axe.ts'
import { openBrowserIfAny } from '../support/browser.ts'
import { eventually } from '../support/eventually.ts'
import { type NumberedChat, roomIdOf } from '../support/numbered-chat.ts'
import { ShownProduct } from '../support/shown-product.ts'
import type { Product } from '../support/start-product.ts'
import { privmsg } from '../support/twitch-lines.ts'
import { figureOf, numberIn, openPage, type WatchedPage } from '../support/watched-page.ts'

const CHANNELS = ['first_den', 'second_den', 'third_den'] as const

/** Every screen, with what shows that it is there. */
const SCREENS: readonly (readonly [path: string, ready: string])[] = [
  ['/', '.channel-name a, .card-words a'],
  ['/?range=1h&form=lines', '.figure-value'],
  [`/channels/${CHANNELS[0]}`, '.tile-value'],
  [`/channels/${CHANNELS[0]}?range=24h&without=bots`, '.tile-value'],
  ['/user/id:4001', '.user-hours svg'],
  ['/user/shy_one', '.page-notice'],
  ['/users', '.people-name'],
  ['/users?find=late_bird', '.people-found a'],
  ['/pipeline', '.starts li'],
  ['/overlays', 'main h1'],
  [`/overlays/goal?channel=${CHANNELS[0]}`, 'main h1'],
  ['/channels/nobody_here', '.page-notice'],
  ['/nowhere', '.page-notice'],
]

const WIDE = { size: { width: 1_440, height: 900 }, screens: SCREENS }
/** Those that look different on a phone. */
const NARROW = {
  size: { width: 390, height: 844 },
  screens: SCREENS.filter(([path]) => /^\/(|pipeline|users|user\/id.*|channels\/first_den)$/.test(path)),
}

/** Half a minute of one core at rest; other tests share it. */
const AXE_MS = 150_000

/** Messages of the person under the first name. */
const SAID = 5

/** Browsers call a refused request an error, though the page deals with it. */
const REFUSED = /the server responded with a status of 404/

const opened = await openBrowserIfAny()

describe.skipIf(opened === null)('more pages', () => {
  const stack = new AsyncDisposableStack()
  let product: Product
  let address: string
  let shown: WatchedPage
  let page: Page

  beforeAll(async () => {
    if (opened === null) return
    const { browser } = stack.use(opened)
    const world = stack.use(
      await ShownProduct.start({
        ...{ browser, channels: CHANNELS, seed: 3, messagesPerSecond: 30 },
        settings: { optOut: ['shy_one'] },
        page: { width: 1_440, height: 900 },
      }),
    )
    ;({ address, shown, product } = world)
    page = shown.page
    sayWhoIsWho(world.chat)
    // Not by asking for the person: who is not found has the chatters of that moment remembered as suggestions.
    await eventually('all of it is stored', async () => {
      const lists = await Promise.all(
        CHANNELS.map((name) => product.ask<TopAnswer>(`/channels/${name}/top?kind=chatters&limit=100`)),
      )
      const said = lists.flatMap(({ entries }) => entries).filter(({ key }) => key === '4001')
      return said.reduce((sum, { count }) => sum + count, 0) === SAID + 2
    })
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

  it('draws what flows as dots, which stand still for those who want no motion', async () => {
    await page.goto(`${address}/pipeline`)
    await eventually('there are dots', async () => (await dotPictures(page)).drawn)
    // Each answer of the second may bring other dots.
    expect((await dotPictures(page)).different).toBeLessThanOrEqual(3)
    await page.emulateMedia({ reducedMotion: 'no-preference' })
    await eventually('they move', async () => (await dotPictures(page)).different > 5)
    await page.emulateMedia({ reducedMotion: 'reduce' })
  })

  it('shows a person by an old name: totals, channels, days, hours and names', async () => {
    await page.goto(`${address}/user/early_bird`)
    await page.getByRole('heading', { name: 'late_bird', level: 1 }).waitFor()
    const user = await product.ask<UserAnswer>('/users/late_bird')
    expect(user.id).toBe('4001')
    expect(user.totals.messages).toBe(SAID + 2)
    expect(numberIn(await figureOf(page, 'Messages').textContent())).toBe(user.totals.messages)
    await page.getByRole('img', { name: /^Active on 1 of \d+ days$/ }).waitFor()
    await page.getByRole('img', { name: /^Most active/ }).waitFor()
    for (const { name, messages } of user.channels) {
      const bar = page.locator('.user-bars li', { hasText: name })
      expect(numberIn(await bar.locator('b').textContent())).toBe(messages)
    }
    expect(await page.locator('.user-names li').allTextContents()).toEqual([
      expect.stringMatching(/^late_birdsince/),
      expect.stringMatching(/^early_bird/),
    ])
    await page.getByRole('button', { name: 'Show as table' }).click()
    await page.getByRole('region', { name: 'Messages by day' }).getByRole('row').nth(1).waitFor()
  })

  it('holds the days of a person in the address, back and forward', async () => {
    await page.goto(`${address}/user/id:4001`)
    await page.getByRole('button', { name: '7 d' }).click()
    expect(page.url()).toContain('?range=7d')
    await page.keyboard.press('1')
    expect(page.url()).toContain('?range=today')
    await page.goBack()
    await page.getByRole('button', { name: '7 d', pressed: true }).waitFor()
    await page.goto(`${address}/user/id:4001?from=2026-01-01&to=2026-01-10`)
    await page.getByRole('button', { name: '10 days', pressed: true }).waitFor()
    await eventually('nothing then', async () => (await figureOf(page, 'Messages').textContent()) === '0')
  })

  it('names nobody who asked to be left out, and says who is meant by a slip', async () => {
    await page.goto(`${address}/user/shy_one`)
    await page.getByText('This person asked to be left out.').waitFor()
    await page.goto(`${address}/user/late_brid`)
    await page.getByRole('heading', { name: 'Nobody called “late_brid”' }).waitFor()
    await page.getByRole('link', { name: 'late_bird' }).click()
    await page.getByRole('heading', { name: 'late_bird', level: 1 }).waitFor()
    expect(shown.problems.filter((problem) => !REFUSED.test(problem))).toEqual([])
    shown.forgetProblems()
  })

  it('finds channels and people by names old and new, all by keys', async () => {
    await page.goto(address)
    await page.getByRole('heading', { name: 'All channels', level: 1 }).waitFor()
    await page.keyboard.press('/')
    await page.keyboard.type('early_bird')
    await page.getByRole('option', { name: 'person, was early_bird, id 4001' }).waitFor()
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { name: 'late_bird', level: 1 }).waitFor()
    expect(page.url()).toContain('/user/id:4001')
    await page.keyboard.press('/')
    await page.keyboard.type('second')
    await page.getByRole('option', { name: 'second_den' }).click()
    await page.getByRole('heading', { name: 'second_den', level: 1 }).waitFor()
    await page.keyboard.press('/')
    await page.keyboard.type('shy_one')
    await page.getByText('Nothing called “shy_one”').waitFor()
    await page.keyboard.press('Escape')
    expect(await page.getByRole('listbox').count()).toBe(0)
  })

  it.each([WIDE, NARROW])(
    'gives axe nothing to find, screen by screen, in both themes: $size',
    async ({ size, screens }) => {
      if (opened === null) throw new Error('there is no browser')
      await using other = await openPage(opened.browser, { ...size, theme: 'dark' })
      const findings: string[] = []
      const look = async (screen: string, themes: 1 | 2): Promise<void> => {
        for (let theme = 0; theme < themes; theme++) {
          for (const finding of await axeFindings(other.page))
            findings.push(`${screen}, theme ${theme}: ${finding}`)
          if (themes === 2) await other.page.keyboard.press('t')
        }
      }
      for (const [path, ready] of screens) {
        await other.page.goto(address + path)
        await other.page.locator(ready).first().waitFor()
        await look(path, 2)
      }
      await other.page.goto(address)
      await other.page.locator('.figure-value').first().waitFor()
      // Keys of the page are off in a dialog and while typing; both have the colours of the page.
      for (const key of ['?', 'a', '5']) {
        await other.page.keyboard.press(key)
        await other.page.getByRole('dialog').waitFor()
        await look(`the dialog of ${key}`, 1)
        await other.page.keyboard.press('Escape')
        await other.page.keyboard.press('t')
      }
      await other.page.keyboard.press('/')
      await other.page.keyboard.type('den')
      await other.page.getByRole('option').first().waitFor()
      await look('find', 1)
      expect(findings).toEqual([])
    },
    AXE_MS,
  )

  it('says what to do when the script of a page does not come, and the other pages stay', async () => {
    await page.goto(address)
    await page.route(/\/assets\/pipeline-page.*\.js$/, (route) => route.abort())
    await page.getByRole('link', { name: 'Pipeline' }).first().click()
    await page.getByRole('heading', { name: 'This page could not be shown' }).waitFor()
    await page.getByRole('link', { name: 'All channels', exact: true }).click()
    await page.getByRole('heading', { name: 'All channels', level: 1 }).waitFor()
    await page.unrouteAll()
    shown.forgetProblems()
  })

  it('stands upright on a phone, without a letter below 10 px', async () => {
    if (opened === null) throw new Error('there is no browser')
    await using phone = await openPage(opened.browser, { width: 360, height: 740 })
    await phone.page.goto(`${address}/pipeline`)
    await phone.page.locator('.stack-you').waitFor()
    expect(await phone.page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(360)
    expect(await smallestText(phone.page)).toBeGreaterThanOrEqual(10)
    await phone.page.goto(`${address}/user/id:4001`)
    await phone.page.locator('.user-hours svg').waitFor()
    expect(await phone.page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(360)
    expect(await smallestText(phone.page)).toBeGreaterThanOrEqual(10)
    expect(phone.problems).toEqual([])
    await page.setViewportSize({ width: 1_241, height: 900 })
    await page.goto(`${address}/user/id:4001`)
    await page.locator('.user-hours svg').waitFor()
    expect(await smallestText(page)).toBeGreaterThanOrEqual(10)
    await page.goto(`${address}/pipeline`)
    await page.locator('.flow-drawing').waitFor()
    expect(await smallestText(page)).toBeGreaterThanOrEqual(10)
    await page.setViewportSize({ width: 1_440, height: 900 })
  })
})

/** Different pictures of the dots in one second, and whether there is anything in the last one. */
async function dotPictures(page: Page): Promise<{ different: number; drawn: boolean }> {
  return page.evaluate(`new Promise((done) => {
    const canvas = document.querySelector('canvas.flow-dots')
    const seen = new Set()
    const end = performance.now() + 1_000
    const look = () => {
      seen.add(canvas.toDataURL())
      if (performance.now() < end) requestAnimationFrame(look)
      else {
        const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height)
        done({ different: seen.size, drawn: data.some((value) => value > 0) })
      }
    }
    look()
  })`)
}

/** Somebody in two channels who changes the name, and somebody who asked to be left out. */
function sayWhoIsWho(chat: NumberedChat): void {
  const now = Date.now()
  const say = (channel: string, id: string, userId: string, login: string, sentAt: number): void =>
    chat.hand(
      channel,
      privmsg({ channel, roomId: roomIdOf(channel), id, userId, login, sentAt, text: 'hello there' }),
    )
  const [first, second] = CHANNELS
  for (let number = 0; number < SAID; number++)
    say(first, `early-${number}`, '4001', 'early_bird', now - 9_000 + number)
  say(second, 'late-0', '4001', 'late_bird', now - 2_000)
  say(first, 'late-1', '4001', 'late_bird', now - 1_000)
  say(first, 'shy-0', '4002', 'shy_one', now)
}

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
