/** The page says what is wrong within five seconds, keeps what it knows with its age, and is right again by itself. */
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { dashboardFolder } from '../../apps/cli/src/dashboard-folder.ts'
import { openBrowserIfAny } from '../support/browser.ts'
import { eventually } from '../support/eventually.ts'
import { KillableRoles, type RunningGateway, type RunningRole } from '../support/killable-roles.ts'
import { NumberedChat } from '../support/numbered-chat.ts'
import { Random } from '../support/random.ts'
import { figureOf, numberIn, openPage, type WatchedPage } from '../support/watched-page.ts'

const CHANNELS = ['first_den', 'second_den'] as const
const RATE = 40

/** Browsers call a refused request an error, though the page deals with it. */
const REFUSED = /the server responded with a status of 503/

const opened = await openBrowserIfAny()

describe.skipIf(opened === null)('the page', () => {
  const stack = new AsyncDisposableStack()
  let chat: NumberedChat
  let roles: KillableRoles
  let ingestor: RunningRole
  let job: RunningRole
  let gateway: RunningGateway
  let shown: WatchedPage
  let page: Page

  beforeAll(async () => {
    if (opened === null) return
    stack.use(opened)
    chat = stack.use(
      await NumberedChat.start({
        channels: CHANNELS,
        random: new Random(5),
        messagesPerSecond: RATE,
        againMs: 30_000,
      }),
    )
    const staticDirectory = dashboardFolder()
    roles = stack.use(await KillableRoles.open({ chatUrl: chat.url, channels: CHANNELS, staticDirectory }))
    job = await roles.startJob()
    ingestor = await roles.startIngestor()
    gateway = await roles.startGateway()
    shown = stack.use(await openPage(opened.browser, { width: 1_280, height: 900 }))
    page = shown.page
    await page.goto(gateway.url)
    // Left to itself from here on: nothing below loads the page again.
    await page.evaluate('window.neverReloaded = true')
  })

  afterAll(async () => {
    await stack.disposeAsync()
  })

  beforeEach(async () => {
    await eventually('all is well', async () => (await banners()) === 0)
    await figuresMove()
  })

  const rate = async () => numberIn(await figureOf(page, 'Messages per second').textContent())
  const messages = async () => numberIn(await figureOf(page, 'Messages today').textContent())
  const banners = () => page.locator('.banner').count()
  const chartTop = async () => (await page.locator('.rate-panel').boundingBox())?.y

  /** For some seconds, so that the mean of the last five is of the same time. */
  async function figuresMove(): Promise<void> {
    const before = await eventually('there is a number', messages)
    await eventually('figures move', async () => {
      return (await messages()) > before + 3 * RATE && (await rate()) > RATE / 2
    })
  }

  /** Resolves when the banner says so. */
  async function told(text: string): Promise<void> {
    await page.getByRole('status', { name: 'What is wrong' }).getByText(text).waitFor()
  }

  async function isRightAgain(): Promise<void> {
    await eventually('the banner is gone', async () => (await banners()) === 0)
    await page.getByRole('status', { name: 'Connection: live' }).waitFor()
    expect(await page.getByText(/as of \d/).count()).toBe(0)
    const problems = shown.problems.filter((problem) => !REFUSED.test(problem))
    expect(problems).toEqual([])
  }

  it('says that counting has stopped, keeps the last figures with their age, and goes on by itself', async () => {
    const [before, top] = [await messages(), await chartTop()]
    await Promise.all([job.kill(), told('Counting has stopped')])
    await page.getByText(/^as of \d\d:\d\d:\d\d, \d+ s ago$/).waitFor()
    expect(await chartTop()).toBe(top)
    await page.getByRole('status', { name: 'Connection: figures are behind' }).waitFor()
    const kept = [await rate(), await messages()]
    expect(kept[0]).toBeGreaterThan(RATE / 2)
    expect(kept[1]).toBeGreaterThanOrEqual(before)
    await page.getByText(/^as of .*, ([3-9]|\d\d) s ago$/).waitFor()
    expect([await rate(), await messages()]).toEqual(kept)

    job = await roles.startJob()
    await isRightAgain()
  })

  it('says that nobody listens', async () => {
    await Promise.all([ingestor.kill(), told('Nobody listens to Twitch')])
    expect(await rate()).toBeGreaterThan(RATE / 2)
    ingestor = await roles.startIngestor()
    await isRightAgain()
  })

  it('says that the store is away, and what still holds', async () => {
    roles.away.store = true
    await told('Cassandra does not answer')
    await figuresMove()
    roles.away.store = false
    await isRightAgain()
  })

  it('says that the log is away', async () => {
    roles.away.log = true
    await told('Kafka does not answer')
    expect(await rate()).toBeGreaterThan(RATE / 2)
    roles.away.log = false
    await isRightAgain()
  })

  it('finds another gateway on the same address', async () => {
    shown.expectOutage(true)
    await gateway.kill()
    await page.getByRole('status', { name: /Connection: (reconnecting|offline)/ }).waitFor()
    const kept = await messages()
    gateway = await roles.startGateway(gateway.port)
    await isRightAgain()
    shown.expectOutage(false)
    expect(await messages()).toBeGreaterThanOrEqual(kept)
  })

  it('has lost nothing and counted nothing twice in the end', async () => {
    expect(await page.evaluate('window.neverReloaded')).toBe(true)
    await chat.fallSilent()
    let seen = Number.NaN
    await eventually(
      'every message is counted',
      async () => {
        seen = await messages()
        return seen === chat.messages
      },
      { context: () => `${seen} of ${chat.messages}` },
    )
  })
})
