/** The overview, control by control. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { type Agreement, chartAgrees, chartOfCsv, differences } from '../support/chart-agreement.ts'
import { eventually } from '../support/eventually.ts'
import { beginWalk, DAY_MINUTES, minutesAgo, textOf, WALKED_CHANNELS } from '../support/walked-product.ts'

/** Places whose every control is worked here. */
const PLACES = ['overview', 'toasts', 'dialog Add channels', 'dialog Custom time']
const SCROLLED = 'document.querySelector(".plot-table").scrollTop > 0'

const walked = await beginWalk({ seed: 10, days: 8 })

afterAll(() => walked?.[Symbol.asyncDispose]())

describe.skipIf(walked === null)('walking over the overview', () => {
  if (walked === null) return
  const { page, shown, address, world, walk, query, clipboard, heading } = walked

  beforeAll(() => page.goto(address))

  afterEach(() => {
    expect(shown.problems).toEqual([])
  })

  const ranges = () => page.getByRole('group', { name: 'Time range' })
  const names = () => page.locator('.channels .channel-name').allTextContents()

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
    const [first, last] = [minutesAgo(3 * DAY_MINUTES), minutesAgo(2 * DAY_MINUTES)]
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

  it('draws bands or lines, and what is usual or not, as the address says', async () => {
    const form = page.getByRole('group', { name: 'Chart form' })
    await form.getByRole('button', { name: 'Lines' }).click()
    expect(query()).toBe('?range=24h&form=lines')
    await form.getByRole('button', { name: 'Stacked' }).click()
    expect(query()).toBe('?range=24h')
    await page.goBack()
    await form.getByRole('button', { name: 'Lines', pressed: true }).waitFor()
    const usual = page.getByRole('button', { name: /^Usual/ })
    await usual.click()
    expect(query()).toContain('usual=off')
    await usual.click()
    expect(query()).not.toContain('usual')
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
    await agrees({ step: 'five minutes', stepsMin: 180 })
    const box = await eventually('it stands', () => plot.boundingBox())
    await page.mouse.move(box.x + box.width * 0.3, box.y + 80)
    await page.locator('.crosshair').waitFor()
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
      ['Times usual', 'usual'],
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
    await eventually('by name', async () => (await names()).join() === WALKED_CHANNELS.join())
    await page.goto(`${address}/?sort=-name`)
    await eventually(
      'backwards',
      async () => (await names()).join() === [...WALKED_CHANNELS].reverse().join(),
    )
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
    await eventually('all are back', async () => (await names()).length === WALKED_CHANNELS.length)
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
