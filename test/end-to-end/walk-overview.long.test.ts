/** The overview and the frame around every page, control by control. */
import type { Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { openBrowserIfAny } from '../support/browser.ts'
import { type Agreement, chartAgrees, chartOfCsv, differences } from '../support/chart-agreement.ts'
import { eventually } from '../support/eventually.ts'
import { pastChat } from '../support/past-chat.ts'
import { Random } from '../support/random.ts'
import { ShownProduct } from '../support/shown-product.ts'
import { Walk } from '../support/walk.ts'
import type { WatchedPage } from '../support/watched-page.ts'

const CHANNELS = ['first_den', 'second_den', 'third_den'] as const
/** Places whose every control is worked here. */
const PLACES = ['overview', 'shell', 'toasts', 'nowhere notice'].concat(
  ['Add channels', 'Custom time', 'Keyboard and times'].map((title) => `dialog ${title}`),
)
const DAYS = 8
const HISTORY_ENDED_MS = 30 * 60_000
const FIVE_MINUTES_MS = 5 * 60_000

const SCROLLED = 'document.querySelector(".plot-table").scrollTop > 0'

const opened = await openBrowserIfAny()

describe.skipIf(opened === null)('walking over the overview', () => {
  const stack = new AsyncDisposableStack()
  let world: ShownProduct
  let shown: WatchedPage
  let page: Page
  let address: string
  let walk: Walk

  beforeAll(async () => {
    if (opened === null) return
    const { browser } = stack.use(opened)
    const past = { channels: CHANNELS, random: new Random(11), days: DAYS }
    world = stack.use(
      await ShownProduct.start({
        ...{ browser, channels: CHANNELS, seed: 10, messagesPerSecond: 20 },
        history: pastChat({ ...past, untilMs: Date.now() - HISTORY_ENDED_MS }),
        page: { width: 1_440, height: 900 },
      }),
    )
    ;({ shown, address } = world)
    page = shown.page
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write'])
    walk = await Walk.on(page)
  })

  afterAll(() => stack.disposeAsync())

  afterEach(() => {
    expect(shown.problems).toEqual([])
  })

  const query = (): string => decodeURIComponent(new URL(page.url()).search)
  const clipboard = (): Promise<string> => page.evaluate('navigator.clipboard.readText()')
  const heading = (name: string) => page.getByRole('heading', { name, level: 1 })
  const ranges = () => page.getByRole('group', { name: 'Time range' })
  const names = () => page.locator('.channels .channel-name').allTextContents()

  it('leads to every page by the bar, back by its name, and past the bar by key', async () => {
    await page.goto(address)
    for (const name of ['Pipeline', 'Overlays', 'All channels', 'Pipeline']) {
      await page.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name }).first().click()
      await heading(name).waitFor()
      expect(
        await page.locator('.top-nav [aria-current=page]').allTextContents(),
        'the bar says where one is',
      ).toEqual([name])
    }
    await page.getByRole('link', { name: 'Smacktalk, all channels' }).click()
    await heading('All channels').waitFor()
    await page.reload()
    await heading('All channels').waitFor()
    await page.keyboard.press('Tab')
    await page.keyboard.press('Enter')
    expect(await page.evaluate('document.activeElement.id')).toBe('main')
  })

  it('says that an address names nothing, and leads back', async () => {
    await page.goto(`${address}/nowhere`)
    await heading('No such page').waitFor()
    await page.locator('main').getByRole('link', { name: 'All channels' }).click()
    await heading('All channels').waitFor()
  })

  it('switches the theme by button and by key, and keeps it', async () => {
    const theme = () => page.evaluate('document.documentElement.dataset.theme ?? "dark"')
    await page.getByRole('button', { name: 'Switch theme' }).click()
    expect(await theme()).toBe('light')
    await page.keyboard.press('t')
    expect(await theme()).toBe('dark')
  })

  it('helps by button and by key, leaves by cross, by Esc and by a press beside it, and can switch the keys off', async () => {
    const help = page.getByRole('dialog', { name: 'Keyboard and times' })
    const button = page.getByRole('button', { name: 'Keyboard help' })
    await button.click()
    await help.getByRole('button', { name: 'Close' }).click()
    await help.waitFor({ state: 'detached' })
    expect(await button.and(page.locator(':focus')).count(), 'the focus is back').toBe(1)
    await page.keyboard.press('?')
    await help.getByRole('checkbox').uncheck()
    await page.keyboard.press('Escape')
    await help.waitFor({ state: 'detached' })
    await page.keyboard.press('?')
    expect(await help.count()).toBe(0)
    await button.click()
    await help.getByRole('checkbox').check()
    await page.mouse.click(5, 5)
    await help.waitFor({ state: 'detached' })
    await page.keyboard.press('?')
    await help.waitFor()
    await page.keyboard.press('Escape')
  })

  it('finds a channel and a person, and says when there is nobody', async () => {
    const field = page.getByRole('combobox')
    await page.keyboard.press('/')
    await page.keyboard.type('second')
    await page.getByRole('option', { name: 'second_den' }).click()
    await heading('second_den').waitFor()
    await field.fill('regular_1')
    await page
      .getByRole('option', { name: /person/ })
      .first()
      .waitFor()
    await field.press('ArrowDown')
    await field.press('ArrowDown')
    await field.press('ArrowUp')
    expect(await page.getByRole('option', { selected: true }).count()).toBe(1)
    await field.press('Enter')
    await heading('regular_1').waitFor()
    await field.fill('nobody_at_all')
    await page.getByText('Nothing called “nobody_at_all”').waitFor()
    await field.press('Escape')
    await page.goto(address)
  })

  it.each([
    { key: '2', name: '1 h', search: '?range=1h', step: 'minute', stepsMin: 1 },
    { key: '3', name: '24 h', search: '?range=24h', step: 'five minutes', stepsMin: 180 },
    { key: '4', name: '7 d', search: '?range=7d', step: 'hour', stepsMin: 160 },
    { key: '1', name: 'Live', search: '', step: 'second', stepsMin: 5 },
  ] as const)('shows $name by button and by key $key, and draws what REST says', async (range) => {
    const { key, name, search, step, stepsMin } = range
    await ranges().getByRole('button', { name, exact: true }).click()
    expect(query()).toBe(search)
    await page.goBack()
    await page.keyboard.press(key)
    expect(query()).toBe(search)
    await ranges().getByRole('button', { name, exact: true, pressed: true }).waitFor()
    await agrees({ step, stepsMin })
  })

  it('draws again what it drew before, by going back and forward', async () => {
    const steps = async (stepMs: number) =>
      eventually(`it draws ${stepMs} ms`, async () => (await shown.charts())['overview']?.stepMs === stepMs)
    for (const [key, stepMs] of [
      ['2', 60_000],
      ['3', 300_000],
      ['1', 1_000],
      ['2', 60_000],
    ] as const) {
      await page.keyboard.press(key)
      await steps(stepMs)
    }
    await page.goBack()
    await steps(1_000)
    await page.goBack()
    await steps(300_000)
    await page.goBack()
    await steps(60_000)
    await page.goForward()
    await steps(300_000)
    await page.keyboard.press('1')
    await steps(1_000)
  })

  it('shows a time of one’s own, says what is wrong with one, and draws what REST says', async () => {
    await page.keyboard.press('5')
    const dialog = page.getByRole('dialog', { name: 'Custom time' })
    await dialog.getByRole('button', { name: 'Close' }).click()
    await ranges().getByRole('button', { name: 'Custom' }).click()
    const [first, last] = [ago(3 * 86_400_000), ago(2 * 86_400_000)]
    await dialog.getByLabel('From').fill(last)
    await dialog.getByLabel('To').fill(first)
    await dialog.getByText('The end must come after the beginning.').waitFor()
    expect(await dialog.getByRole('button', { name: 'Show' }).isDisabled()).toBe(true)
    await dialog.getByLabel('From').fill(first)
    await dialog.getByLabel('To').fill(last)
    await dialog.getByRole('button', { name: 'Show' }).click()
    expect(query()).toBe(`?from=${first}Z&to=${last}Z`)
    await ranges().getByRole('button', { pressed: true, name: '24 h' }).last().waitFor()
    await agrees({ step: 'five minutes', stepsMin: 180 })
    await page.keyboard.press('Escape')
    expect(query()).toBe('')
  })

  it('gives its figures as a table, as CSV in the clipboard and in a file, equal to REST', async () => {
    await page.keyboard.press('3')
    await agrees({ step: 'five minutes', stepsMin: 180 })
    await page.getByRole('button', { name: 'Show as table' }).click()
    const table = page.getByRole('region', { name: /^Messages per second by channel/ })
    const drawn = async () => {
      const chart = (await shown.charts())['overview']
      if (chart === undefined) throw new Error('no chart')
      return chart
    }
    expect(await table.getByRole('row').count()).toBe(1 + (await drawn()).times.length)
    const equal = async (csv: string): Promise<boolean> => {
      const chart = chartOfCsv(csv, await drawn())
      return (await differences(chart, agreement({ step: 'five minutes', stepsMin: 0 }))).length === 0
    }
    await eventually('the copied table is what REST says', async () => {
      await table.getByRole('button', { name: 'Copy' }).click()
      await page.getByText('Table copied').first().waitFor()
      return equal(await clipboard())
    })
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      table.getByRole('button', { name: 'Download CSV' }).click(),
    ])
    expect(download.suggestedFilename()).toMatch(/^smacktalk-overview-\d{4}-\d\d-\d\d\.csv$/)
    expect(await equal(await textOf(await download.createReadStream()))).toBe(true)
    await table.focus()
    await page.keyboard.press('End')
    await eventually('keys scroll it', () => page.evaluate<boolean>(SCROLLED))
    await page.getByRole('button', { name: 'Show as chart' }).click()
    await page.getByRole('img', { name: /^Messages per second by channel/ }).waitFor()
  })

  it('draws bands or lines, as the address says', async () => {
    const form = page.getByRole('group', { name: 'Chart form' })
    await form.getByRole('button', { name: 'Lines' }).click()
    expect(query()).toBe('?range=24h&form=lines')
    await form.getByRole('button', { name: 'Stacked' }).click()
    expect(query()).toBe('?range=24h')
    await page.goBack()
    await form.getByRole('button', { name: 'Lines', pressed: true }).waitFor()
  })

  it('copies a link to the view, and on Live asks whether it stays live', async () => {
    const button = page.locator('main').getByRole('button', { name: 'Copy link' })
    await button.click()
    await eventually('the address is copied', async () => (await clipboard()) === page.url())
    await page.getByRole('button', { name: 'Dismiss' }).last().click()
    await page.goto(address)
    await button.click()
    await eventually('the live address is copied', async () => (await clipboard()) === page.url())
    await page.getByText('It is live whenever it is opened.').waitFor()
    await page.getByRole('button', { name: 'This moment instead' }).click()
    await page.getByText('It shows this moment, whenever opened.').waitFor()
    const moment = new URL(await clipboard()).searchParams
    const [from, to] = ['from', 'to'].map((end) => Date.parse(moment.get(end) ?? ''))
    expect(to).toBeGreaterThan(Date.now() - 60_000)
    expect(from).toBeLessThan(Date.now() - 5 * 60_000)
    await page.keyboard.press('l')
    await page.getByText('It is live whenever it is opened.').waitFor()
  })

  it('moves the crosshair and the time by key, and zooms by dragging', async () => {
    await page.goto(`${address}/?range=24h`)
    const plot = page.getByRole('img', { name: /^Messages per second by channel/ })
    await eventually('it is drawn', async () => (await shown.charts())['overview'])
    await plot.focus()
    await page.keyboard.press('ArrowLeft')
    const spoken = page.locator('.chart [role=status]')
    const first = await eventually('the step is spoken', () => spoken.textContent())
    await page.keyboard.press('ArrowLeft')
    await eventually('another one is', async () => (await spoken.textContent()) !== first)
    await page.keyboard.press('Escape')
    await eventually('and none', async () => (await spoken.textContent()) === '')
    await page.keyboard.press('Shift+ArrowLeft')
    expect(query()).toMatch(/^\?from=.*&to=/)
    await page.keyboard.press('Shift+ArrowRight')
    await page.keyboard.press('Escape')
    expect(query()).toBe('?range=24h')
    const box = await eventually('it stands', () => plot.boundingBox())
    await page.mouse.move(box.x + box.width * 0.3, box.y + 80)
    await page.mouse.down()
    await page.mouse.move(box.x + box.width * 0.5, box.y + 80, { steps: 3 })
    await page.mouse.up()
    expect(query()).toMatch(/^\?from=.*&to=/)
    await agrees({ step: 'minute', stepsMin: 20 })
    await page.goBack()
    expect(query()).toBe('?range=24h')
  })

  it('sorts by every column both ways, and holds it in the address', async () => {
    await page.goto(address)
    for (const [column, search] of [
      ['Channel', 'name'],
      ['State', 'state'],
      ['msg/s', 'rate'],
      ['Coverage, 24 h', 'coverage'],
    ] as const) {
      const head = page.getByRole('columnheader', { name: column })
      const directions = new Set<string | null>()
      for (let press = 0; press < 2; press++) {
        await head.getByRole('button').click()
        directions.add(await head.getAttribute('aria-sort'))
      }
      expect([column, ...[...directions].sort()]).toEqual([column, 'ascending', 'descending'])
      if (query() !== '') expect(query()).toContain(search)
    }
    await page.goto(`${address}/?sort=name`)
    await eventually('by name', async () => (await names()).join() === CHANNELS.join())
    await page.goto(`${address}/?sort=-name`)
    await eventually('backwards', async () => (await names()).join() === [...CHANNELS].reverse().join())
  })

  it('filters by state and by name, and shows all again', async () => {
    const panel = page.getByRole('region', { name: 'Channels' })
    const states = panel.getByRole('group', { name: 'Filter by state' })
    await states.getByRole('button', { name: /^Joined/ }).click()
    expect(query()).toContain('state=joined')
    await states.getByRole('button', { name: /^All/ }).click()
    expect(query()).not.toContain('state')
    await panel.getByRole('searchbox').fill('second')
    await eventually('one is left', async () => (await names()).join() === 'second_den')
    await panel.getByRole('searchbox').fill('no such')
    await panel.getByText('No channel with this name').waitFor()
    await panel.getByRole('button', { name: 'Show all' }).click()
    await eventually('all are back', async () => (await names()).length === CHANNELS.length)
  })

  it('keeps a pinned channel first, over a reload too', async () => {
    await page.goto(`${address}/?sort=name`)
    const pin = page.getByRole('button', { name: 'Pin third_den' })
    await page.getByRole('row', { name: /third_den/ }).hover()
    await pin.click()
    expect(await pin.getAttribute('aria-pressed')).toBe('true')
    await page.reload()
    await eventually('it is first', async () => (await names())[0] === 'third_den')
    await pin.click()
    await page.mouse.move(0, 0)
    await eventually('it is last', async () => (await names()).at(-1) === 'third_den')
  })

  it('leaves a channel at once, and takes it back', async () => {
    await page.getByRole('row', { name: /second_den/ }).hover()
    await page.getByRole('button', { name: 'Remove second_den' }).click()
    await page.getByText('second_den left').waitFor()
    await eventually('it is gone', async () => !(await names()).includes('second_den'))
    await page.getByRole('button', { name: 'Undo' }).click()
    await page.getByRole('row', { name: /second_den.*Joined/ }).waitFor()
  })

  it('adds channels that are typed in any form, says which are none, and takes it back when asked', async () => {
    const dialog = page.getByRole('dialog', { name: 'Add channels' })
    await page.keyboard.press('a')
    await dialog.getByRole('button', { name: 'Cancel' }).click()
    await page.getByRole('button', { name: 'Add channels' }).click()
    await dialog.getByRole('button', { name: 'Close' }).click()
    await page.keyboard.press('a')
    await dialog.getByRole('textbox').fill('https://twitch.tv/Fourth_Den café_corner first_den')
    await dialog.getByText('fourth_den', { exact: true }).waitFor()
    const read = dialog.getByRole('list', { name: 'What was read' })
    await read.getByRole('listitem').filter({ hasText: 'café_corner' }).waitFor()
    expect(await read.getByRole('listitem').count()).toBe(3)
    await dialog.getByRole('button', { name: 'Add 1 channel' }).click()
    await page.getByText('1 channel added').waitFor()
    await page.getByRole('row', { name: /fourth_den.*Joined/ }).waitFor()
    await page.keyboard.press('a')
    await dialog.getByRole('textbox').fill('fifth_den, sixth_den')
    await page.keyboard.press('Control+Enter')
    await page.getByRole('row', { name: /sixth_den.*Joined/ }).waitFor()
  })

  it('leads to a channel from the table and from the legend', async () => {
    await page.goto(`${address}/?range=24h`)
    await page.getByRole('row').getByRole('link', { name: 'third_den' }).click()
    await heading('third_den').waitFor()
    await page.goBack()
    const legend = page.getByRole('list', { name: 'Channels in the chart' })
    await legend.getByRole('link', { name: 'first_den' }).click()
    await heading('first_den').waitFor()
  })

  it('has worked every control that it came by', () => {
    expect(walk.untouched(PLACES)).toEqual([])
    expect(PLACES.filter((place) => !walk.places().includes(place))).toEqual([])
  })

  const agreement = (part: Pick<Agreement, 'step' | 'stepsMin'>): Agreement => ({
    ...{ shown, ask: world.product.ask, channel: null },
    ...part,
  })
  const agrees = (part: Pick<Agreement, 'step' | 'stepsMin'>) => chartAgrees(agreement(part))
})

/** On a whole drawn step, as a field for a time wants it; the page of the test lives in UTC. */
function ago(ms: number): string {
  const atMs = Math.floor((Date.now() - ms) / FIVE_MINUTES_MS) * FIVE_MINUTES_MS
  return new Date(atMs).toISOString().slice(0, 16)
}

async function textOf(stream: AsyncIterable<Buffer>): Promise<string> {
  const parts: Buffer[] = []
  for await (const part of stream) parts.push(part)
  return Buffer.concat(parts).toString('utf8')
}
