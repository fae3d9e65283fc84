/** What a page shows when something is missing, slow or wrong, control by control. */
import { afterAll, afterEach, describe, expect, it } from 'vitest'
import { eventually } from '../support/eventually.ts'
import { beginWalk, DAY_MINUTES, minutesAgo } from '../support/walked-product.ts'
import { figureOf, numberIn } from '../support/watched-page.ts'

/** Places whose every control is worked here. */
const PLACES = ['banners', 'overview notice', 'dialog Admin token']
/** Panels that may fail one by one: where, what is asked, and how it is named. */
const FAILING = [
  ['/?range=1h', '/overview?', 'the last hour'],
  ['/channels/first_den?range=1h', '/series?', 'the last hour'],
  ['/channels/first_den?range=1h', 'kind=words', 'top words'],
  ['/channels/first_den?range=1h', '/events?', 'the events'],
  ['/channels/first_den?range=1h', '/moments?', 'the moments'],
  ['/user/regular_1', '/users/regular_1', 'this person'],
  ['/user/regular_1', '/series', 'the days'],
  ['/pipeline', '/pipeline', 'the pipeline'],
] as const
const TOKEN = 'only-for-those-who-may'
/** Browsers call a refused request an error, though the page deals with it. */
const REFUSED =
  /the server responded with a status of (401|404|500)|net::ERR_FAILED|Failed to fetch dynamically imported/

const walked = await beginWalk({
  ...{ seed: 40, days: 2, channels: ['first_den'] },
  env: {
    SMACKTALK_SOURCE: 'auto',
    SMACKTALK_EMOTES_PROVIDERS: '',
    SMACKTALK_ADMIN_TOKEN: TOKEN,
    SMACKTALK_DEMO_MESSAGES_PER_SECOND: '6',
  },
})

afterAll(() => walked?.[Symbol.asyncDispose]())

describe.skipIf(walked === null)('walking through what may be wrong', () => {
  if (walked === null) return
  const { page, shown, address, world, walk, heading } = walked

  afterEach(() => {
    const problems = shown.problems.filter((problem) => !REFUSED.test(problem))
    shown.forgetProblems()
    expect(problems).toEqual([])
  })

  const answerTo = (part: string) => (url: URL) => url.href.includes('/api/v1/') && url.href.includes(part)

  it('tells a quiet channel from one that nobody heard, and from one that is suspended', async () => {
    world.chat.refuse('shut_den', 'msg_channel_suspended')
    world.configure(['first_den', 'quiet_den', 'shut_den'])
    await page.goto(address)
    await page.getByRole('row', { name: /quiet_den.*Joined/ }).waitFor()
    await page.getByRole('row', { name: /shut_den.*Suspended by Twitch/ }).waitFor()
    await page.goto(`${address}/channels/quiet_den`)
    await page.getByText('No messages', { exact: true }).waitFor()
    await page.getByText('chat was quiet').waitFor()
    const [from, to] = [minutesAgo(5 * DAY_MINUTES), minutesAgo(4 * DAY_MINUTES)]
    await page.goto(`${address}/channels/quiet_den?from=${from}Z&to=${to}Z`)
    await page.getByText('Not counted in this time').waitFor()
  })

  it('shows the shape of what is still on its way, then what came', async () => {
    const gate = Promise.withResolvers<void>()
    await page.route(answerTo('/overview?'), async (route) => {
      await gate.promise
      await route.continue()
    })
    await page.goto(`${address}/?range=1h`)
    await page.getByRole('status', { name: 'Loading the chart' }).locator('.skeleton').first().waitFor()
    gate.resolve()
    await page.getByRole('img', { name: /^Messages per second/ }).waitFor()
    await page.unrouteAll({ behavior: 'wait' })
  })

  it.each(FAILING)(
    'of %s, when %s fails, says that it could not load %s, and tries again',
    async (path, part, what) => {
      const body = JSON.stringify({ title: 'Broken', status: 500, detail: 'The store is being mended.' })
      await page.route(answerTo(part), (route) =>
        route.fulfill({ status: 500, contentType: 'application/problem+json', body }),
      )
      await page.goto(address + path)
      const notice = page.getByRole('alert').filter({ hasText: `Could not load ${what}` })
      await notice.waitFor()
      expect(await notice.textContent()).toContain('The store is being mended.')
      await page.unrouteAll({ behavior: 'wait' })
      await notice.getByRole('button', { name: 'Try again' }).click()
      await notice.waitFor({ state: 'detached' })
    },
  )

  it.each([
    ['/?range=1h', '/overview?', 'canvas'],
    ['/channels/first_den?range=1h', '/series?', 'canvas'],
    ['/pipeline', '/pipeline', '.starts li'],
    ['/user/regular_1', '/users/regular_1', '.user-hours svg'],
  ])(
    'keeps on %s what it has with its time when asking again fails, and tries again',
    async (path, part, ready) => {
      await page.goto(address + path)
      await page.getByRole('status', { name: 'Connection: live' }).waitFor()
      await page.locator(ready).first().waitFor()
      await page.route(answerTo(part), (route) => route.abort())
      const old = page.getByRole('button', { name: /^From \d\d:\d\d:\d\d/ })
      await old.waitFor()
      await page.unrouteAll({ behavior: 'wait' })
      await old.click()
      await old.waitFor({ state: 'detached' })
    },
  )

  it('asks for a new page when a part of it does not come', async () => {
    await page.goto(address)
    await page.route(/\/assets\/overlays-page.*\.js$/, (route) => route.abort())
    await page.getByRole('link', { name: 'Overlays' }).first().click()
    await heading('This page could not be shown').waitFor()
    await page.unrouteAll({ behavior: 'wait' })
    await page.getByRole('button', { name: 'Reload' }).click()
    await heading('Overlays').waitFor()
  })

  it('asks for the admin token, and changes nothing without it', async () => {
    await page.goto(address)
    const row = page.getByRole('row', { name: /shut_den/ })
    const asked = page.getByRole('dialog', { name: 'Admin token' })
    await row.getByRole('button', { name: 'Remove shut_den' }).click()
    await asked.getByRole('button', { name: 'Close' }).click()
    await page.getByText('shut_den was not removed').waitFor()
    await page.getByRole('button', { name: 'Dismiss' }).click()
    await row.getByRole('button', { name: 'Remove shut_den' }).click()
    await asked.getByLabel('Token').fill(TOKEN)
    await asked.getByRole('button', { name: 'Go on' }).click()
    await row.waitFor({ state: 'detached' })
  })

  it('is reconnecting, then offline, with figures and their age, tries when told to, and asks to be loaded anew', async () => {
    await page.goto(address)
    const figure = figureOf(page, 'Messages today')
    await eventually('there is a number', async () => numberIn(await figure.textContent()) > 0)
    shown.expectOutage(true)
    await world.kill()
    await page.getByRole('status', { name: 'Connection: reconnecting' }).waitFor()
    await page.getByText(/try \d+ · figures from \d\d:\d\d:\d\d/).waitFor()
    await page.getByRole('status', { name: 'Connection: offline' }).waitFor()
    await page.getByRole('alert').getByText('No connection').waitFor()
    expect(numberIn(await figure.textContent())).toBeGreaterThan(0)
    expect(await page.locator('main').getAttribute('data-stale')).toBe('true')
    // Before it tries by itself again.
    await world.startAgain()
    await page.route(`${address}/`, (route) =>
      route.fulfill({
        contentType: 'text/html',
        body: '<script type="module" src="/assets/newer.js"></script>',
      }),
    )
    const tryNow = page.getByRole('button', { name: 'Try now' })
    if ((await tryNow.count()) > 0) await tryNow.click()
    await page.getByRole('status', { name: 'Connection: live' }).waitFor()
    await page.getByText('Smacktalk was updated.').waitFor()
    await page.unrouteAll({ behavior: 'wait' })
    await page.getByRole('button', { name: 'Reload' }).click()
    await page.getByRole('status', { name: 'Connection: live' }).waitFor()
    shown.expectOutage(false)
  })

  it('says that there are no channels, and offers to add some or to look at demo data, and the way back', async () => {
    world.configure([])
    await page.goto(address)
    await page.getByText('No channels yet').waitFor()
    await page.locator('.page-notice').getByRole('button', { name: 'Add channels' }).click()
    await page.getByRole('dialog', { name: 'Add channels' }).getByRole('button', { name: 'Cancel' }).click()
    await page.getByRole('button', { name: 'Try demo data' }).click()
    const asked = page.getByRole('dialog', { name: 'Admin token' })
    await asked.getByLabel('Token').fill(TOKEN)
    await asked.getByLabel('Token').press('Enter')
    shown.expectOutage(true)
    await page.getByText('Demo data', { exact: true }).waitFor()
    await page.getByText('Twitch answers again').waitFor()
    await page.getByRole('button', { name: 'Switch to Twitch' }).click()
    await page.getByText('Demo data', { exact: true }).waitFor({ state: 'detached' })
    await page.getByText('No channels yet').waitFor()
    shown.expectOutage(false)
  })

  it('has worked every control that it came by', () => {
    const trials = [...walk.untouched(walk.places())].filter((key) => /Try again|From …|Reload/.test(key))
    expect(trials).toEqual([])
    expect(walk.untouched(PLACES)).toEqual([])
    expect(PLACES.filter((place) => !walk.places().includes(place))).toEqual([])
  })
})
