import { MINUTE_MS, type TopAnswer } from '@smacktalk/contract'
import type { Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { openBrowserIfAny } from '../support/browser.ts'
import { chartAgrees } from '../support/chart-agreement.ts'
import { eventually, PATIENCE_MS } from '../support/eventually.ts'
import { type NumberedChat, roomIdOf } from '../support/numbered-chat.ts'
import { ShownProduct } from '../support/shown-product.ts'
import { privmsg } from '../support/twitch-lines.ts'
import { figureOf, numberIn, openPage, type WatchedPage } from '../support/watched-page.ts'

const CHANNELS = ['first_den', 'second_den'] as const
const DEN = 'first_den'
/** Full minutes that have messages before the test begins. */
const PAST_MINUTES = 8
/** Names of channels are read again after half a minute. */
const NAMES_MS = 45_000
const HOSTILE_NAME = `<img src=x onerror=alert(1)>`
const HOSTILE_TEXT = `<script>alert(1)</script>"><svg/onload=alert(1)>`

/** A colour that lets everything through. */
const NOTHING = 'rgba(0, 0, 0, 0)'

/** Browsers call a refused request an error, though the page deals with it. */
const REFUSED = /the server responded with a status of 40[04]/

const opened = await openBrowserIfAny()

describe.skipIf(opened === null)('the page', () => {
  const stack = new AsyncDisposableStack()
  let world: ShownProduct
  let address: string
  let shown: WatchedPage
  let page: Page

  beforeAll(async () => {
    if (opened === null) return
    const { browser } = stack.use(opened)
    world = stack.use(
      await ShownProduct.start({
        ...{ browser, channels: CHANNELS, seed: 1, messagesPerSecond: 40 },
        page: { width: 1_280, height: 900 },
      }),
    )
    ;({ address, shown } = world)
    page = shown.page
    sayThePast(world.chat)
    sayHostile(world.chat)
  })

  afterAll(() => stack.disposeAsync())

  afterEach(() => {
    expect(shown.problems).toEqual([])
  })

  it('shows numbers that move', async () => {
    await page.goto(address)
    const messages = figureOf(page, 'Messages today')
    const first = await eventually('there is a number', async () => {
      const number = numberIn(await messages.textContent())
      return number > 0 && number
    })
    await eventually('it grows', async () => numberIn(await messages.textContent()) > first)
    expect(await page.getByRole('status', { name: 'Connection: live' }).count()).toBe(1)
    expect(await page.title()).toContain('Smacktalk')
  })

  it('shows a channel that is added to the configuration file as joined, without a restart', async () => {
    await page.goto(address)
    await page.getByRole('row', { name: DEN }).waitFor()
    world.configure([...CHANNELS, 'added_den'])
    await page.getByRole('row', { name: /added_den.*Joined/ }).waitFor({ timeout: PATIENCE_MS })
  })

  it('draws what REST says, for all channels and for one, by minutes and by seconds', async () => {
    await page.goto(`${address}/?range=1h`)
    await agrees('overview', 'minute')
    await page.goto(`${address}/channels/${DEN}?range=1h`)
    await agrees('channel', 'minute')
    await page.goto(address)
    await agrees('overview', 'second')
    await page.goto(`${address}/channels/${DEN}`)
    await agrees('channel', 'second')
  })

  it('zooms to what is dragged over, moves by keys, goes back with Escape, and has all of it in the address', async () => {
    await page.goto(`${address}/channels/${DEN}?range=1h`)
    const plot = page.getByRole('img', { name: /Messages per second/ })
    const box = await eventually('the chart stands', () => plot.boundingBox())
    await eventually('it is drawn', async () => (await shown.charts())['channel'])
    await page.mouse.move(box.x + box.width * 0.5, box.y + 100)
    await page.mouse.down()
    await page.mouse.move(box.x + box.width * 0.8, box.y + 100, { steps: 4 })
    await page.mouse.up()
    const times = (): string[] =>
      ['from', 'to'].map((name) => new URL(page.url()).searchParams.get(name) ?? '')
    const minutes = ([from, to]: string[]): number =>
      (Date.parse(to ?? '') - Date.parse(from ?? '')) / MINUTE_MS
    const zoomed = await eventually('the address has the span', () => minutes(times()) > 0 && times())
    expect(minutes(zoomed)).toBeGreaterThan(15)
    expect(minutes(zoomed)).toBeLessThan(25)
    await eventually('the chart shows it', async () => {
      const drawn = (await shown.charts())['channel']
      return (
        drawn !== undefined && !drawn.live && Date.parse(drawn.times[0] ?? '') === Date.parse(zoomed[0] ?? '')
      )
    })
    await page.keyboard.press('Shift+ArrowLeft')
    await eventually(
      'it moved into the past',
      () => Date.parse(times()[0] ?? '') < Date.parse(zoomed[0] ?? ''),
    )
    await page.goBack()
    expect(times()).toEqual(zoomed)
    await page.keyboard.press('Escape')
    await eventually('it is the last hour again', () => new URL(page.url()).search === '?range=1h')
  })

  it('lists the first of the channel as REST does, and what happened', async () => {
    await page.goto(`${address}/channels/${DEN}?range=1h`)
    const first = await eventually('there is a first chatter', async () => {
      const { entries } = await world.product.ask<TopAnswer>(`/channels/${DEN}/top?kind=chatters&limit=1`)
      return entries[0]
    })
    const chatters = page.getByRole('region', { name: 'Top chatters' })
    await chatters
      .getByRole('listitem')
      .first()
      .getByText(first?.label ?? '')
      .waitFor()
    for (const name of ['Top emotes', 'Top words', 'Top commands', 'Top mentions', 'Events']) {
      await page.getByRole('region', { name }).waitFor()
    }
  })

  it('shows hostile names and texts as text', async () => {
    await page.goto(address)
    const tamed = page.getByRole('row').getByText(HOSTILE_NAME)
    await tamed.waitFor({ timeout: NAMES_MS })
    await tamed.click()
    await page.getByRole('heading', { name: HOSTILE_NAME }).waitFor()
    expect(page.url()).toContain(`/channels/${DEN}`)

    await page.goto(`${address}/channels/${encodeURIComponent(HOSTILE_TEXT)}`)
    await page.getByText('<script>alert(1)').first().waitFor()
    expect(shown.problems.filter((problem) => !REFUSED.test(problem))).toEqual([])
    shown.forgetProblems()

    await page.goto(address)
    await page.getByRole('button', { name: 'Add channels' }).first().click()
    await page.getByRole('textbox').fill(HOSTILE_TEXT)
    await page.getByRole('dialog').getByText('<script>').first().waitFor()
    expect(await page.locator('img[src="x"], [onload], [onerror]').count()).toBe(0)
  })

  it('would notice a script that runs: the content security policy forbids it', async () => {
    await page.goto(address)
    await page.evaluate(
      `document.body.append(Object.assign(document.createElement('script'), { text: 'alert(1)' }))`,
    )
    const seen = (): string => shown.problems.join('\n')
    await eventually('the violation is seen', () => seen().includes('Content security policy: script-src'))
    expect(seen()).not.toMatch(/^dialog/m)
    shown.forgetProblems()
  })

  it.each([
    '/',
    '/?range=1h',
    `/channels/${DEN}`,
    `/channels/${DEN}?range=24h`,
    '/users',
    '/overlays',
    `/overlays/goal?channel=${DEN}`,
    '/channels/nobody_here',
    '/nowhere',
  ])('does not scroll sideways at 360 px: %s', async (path) => {
    if (opened === null) throw new Error('there is no browser')
    await using narrow = await openPage(opened.browser, { width: 360, height: 740 })
    await narrow.page.goto(address + path)
    await narrow.page.getByRole('heading').first().waitFor()
    const widest = 'Math.max(document.documentElement.scrollWidth, document.body.scrollWidth)'
    expect(await narrow.page.evaluate(widest)).toBeLessThanOrEqual(360)
    expect(narrow.problems.filter((problem) => !REFUSED.test(problem))).toEqual([])
  })

  it('keeps to the background of the system where that forces its colours, whatever was chosen', async () => {
    if (opened === null) throw new Error('there is no browser')
    await using forced = await openPage(opened.browser, { width: 1_280, height: 900, theme: 'dark' })
    const theme = () => forced.page.evaluate('document.documentElement.dataset.theme ?? "dark"')
    await forced.page.emulateMedia({ forcedColors: 'active', colorScheme: 'light' })
    await forced.page.goto(address)
    await forced.page.getByRole('heading', { name: 'All channels' }).waitFor()
    expect(await theme()).toBe('light')
    await forced.page.emulateMedia({ forcedColors: 'active', colorScheme: 'dark' })
    await eventually('another background, other colours', async () => (await theme()) === 'dark')
    await forced.page.emulateMedia({ forcedColors: 'none', colorScheme: 'light' })
    await eventually('the chosen theme holds again', async () => (await theme()) === 'dark')
  })

  it('greets whom it does not know with what one does not see, once', async () => {
    if (opened === null) throw new Error('there is no browser')
    await using first = await openPage(opened.browser, { width: 1_280, height: 900, firstTime: true })
    await first.page.goto(address)
    const hint = first.page.getByRole('complementary', { name: 'First steps' })
    await hint.getByRole('button', { name: 'Got it' }).click()
    expect(await hint.count()).toBe(0)
    await first.page.reload()
    await first.page.getByRole('row', { name: DEN }).waitFor()
    expect(await hint.count()).toBe(0)
    expect(first.problems).toEqual([])
  })

  it('sets up an overlay in its address, which shows the same on its own over nothing at all', async () => {
    if (opened === null) throw new Error('there is no browser')
    await page.goto(`${address}/overlays/goal?channel=${DEN}`)
    await page.getByLabel('Goal', { exact: true }).fill('7')
    await page.getByLabel('Title').fill('Seven words')
    await page.getByLabel('Title').press('Enter')
    const source = await page.getByRole('status', { name: 'Address' }).textContent()
    expect(source).toBe(`${address}/overlay/goal?channel=${DEN}&goal=7&title=Seven+words`)
    await using alone = await openPage(opened.browser, { width: 600, height: 300 })
    await alone.page.goto(source ?? '')
    await alone.page.getByText('Seven words').waitFor()
    await alone.page.getByText('100%').waitFor()
    const background = (selector: string) =>
      alone.page.evaluate(`getComputedStyle(document.querySelector('${selector}')).backgroundColor`)
    expect([await background('html'), await background('body')]).toEqual([NOTHING, NOTHING])
    expect(await alone.page.getByRole('navigation').count()).toBe(0)

    await alone.page.goto(`${address}/overlay/chatters?channel=${DEN}`)
    await alone.page.getByRole('listitem').first().waitFor()
    expect(alone.problems).toEqual([])
  })

  it('keeps old values while the server is away, says so, and is live again when it is back', async () => {
    if (opened === null) throw new Error('there is no browser')
    await using alone = await openPage(opened.browser, { width: 600, height: 300 })
    await alone.page.goto(`${address}/overlay/rate?channel=${DEN}`)
    const meter = alone.page.locator('.overlay')
    await meter.getByText(/[1-9]/).waitFor()
    await page.goto(address)
    const messages = figureOf(page, 'Messages today')
    const before = await eventually('there is a number', async () => {
      const number = numberIn(await messages.textContent())
      return number > 0 && number
    })
    shown.expectOutage(true)
    await world.kill()
    await page.getByRole('status', { name: /Connection: (reconnecting|offline)/ }).waitFor()
    await page.getByText(/figures from/).waitFor()
    const kept = numberIn(await messages.textContent())
    expect(kept).toBeGreaterThanOrEqual(before)
    // On stream nothing tells of an outage: the overlay goes, and comes back by itself.
    await alone.page.locator('.overlay[data-faded="true"]').waitFor({ state: 'attached' })
    expect(await alone.page.locator('body').textContent()).not.toMatch(/error|offline|reconnect/i)

    await world.startAgain()
    await page.getByRole('status', { name: 'Connection: live' }).waitFor()
    shown.expectOutage(false)
    await eventually('it grows again', async () => numberIn(await messages.textContent()) > kept)
    expect(await page.getByText(/figures from/).count()).toBe(0)
    await alone.page.locator('.overlay[data-faded="false"]').waitFor()
  })

  const agrees = (chart: 'overview' | 'channel', step: 'minute' | 'second'): Promise<void> =>
    chartAgrees({
      ...{ shown, ask: world.product.ask, channel: chart === 'overview' ? null : DEN, step },
      stepsMin: PAST_MINUTES,
    })
})

/** The owner of the channel, whose display name is the channel's. */
function sayHostile(chat: NumberedChat): void {
  const roomId = roomIdOf(DEN)
  const displayName = HOSTILE_NAME.replaceAll(' ', '\\s')
  const owner = { channel: DEN, roomId, userId: roomId, login: DEN, displayName }
  chat.hand(DEN, privmsg({ ...owner, id: 'hostile', sentAt: Date.now(), text: HOSTILE_TEXT }))
}

/** Messages in each of the last full minutes, so that a range has something to show; they come late but in time. */
function sayThePast(chat: NumberedChat): void {
  const minute = Math.floor(Date.now() / MINUTE_MS) * MINUTE_MS
  for (let ago = PAST_MINUTES; ago > 0; ago--) {
    for (let number = 0; number < 5 + ago; number++) {
      const sentAt = minute - ago * MINUTE_MS + number * 1_000
      const person = { userId: '4001', login: 'early_bird' }
      const id = `past-${ago}-${number}`
      chat.hand(DEN, privmsg({ channel: DEN, roomId: roomIdOf(DEN), id, sentAt, text: 'earlier', ...person }))
    }
  }
}
