/** The pages on a phone, control by control; nothing of them is wider than the screen. */
import { afterAll, afterEach, describe, expect, it } from 'vitest'
import { eventually } from '../support/eventually.ts'
import { beginWalk } from '../support/walked-product.ts'

/** Places whose every control is worked here; dialogs are the same as on a wide screen. */
const PLACES = ['phone shell', 'phone overview']
const DEN = 'first_den'
const SCREENS = [
  '/',
  '/?range=24h&form=lines',
  `/channels/${DEN}`,
  `/channels/${DEN}?range=24h&without=bots,commands`,
  '/channels/nobody_here',
  '/user/regular_1',
  '/user/nobody_at_all',
  '/users',
  '/pipeline',
  '/overlays',
  `/overlays/goal?channel=${DEN}`,
  '/nowhere',
] as const
/** The two ends of phones, and a window of 1280 at 400% (320 CSS px wide is WCAG's reflow). */
const WIDTHS = [360, 320]
const REFUSED = /the server responded with a status of 404/

const walked = await beginWalk({ seed: 50, days: 2, page: { width: 390, height: 844 } })

afterAll(() => walked?.[Symbol.asyncDispose]())

describe.skipIf(walked === null)('walking with a phone', () => {
  if (walked === null) return
  const { page, shown, address, walk, query, heading } = walked

  afterEach(() => {
    const problems = shown.problems.filter((problem) => !REFUSED.test(problem))
    shown.forgetProblems()
    expect(problems).toEqual([])
  })

  it('leads to every page by the tabs at the foot, which are tall enough for a thumb', async () => {
    await page.goto(address)
    const tabs = page.locator('.bottom-tabs')
    for (const [name, title] of [
      ['Users', 'Users'],
      ['Pipeline', 'Pipeline'],
      ['Overlays', 'Overlays'],
      ['Channels', 'All channels'],
    ] as const) {
      const tab = tabs.getByRole('link', { name })
      expect((await tab.boundingBox())?.height).toBeGreaterThanOrEqual(44)
      await tab.click()
      await heading(title).waitFor()
    }
    await page.getByRole('link', { name: 'Smacktalk, all channels' }).click()
    await page.getByRole('button', { name: 'Switch theme' }).click()
    await page.getByRole('button', { name: 'Switch theme' }).click()
    await page.getByRole('button', { name: 'Keyboard help' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Close' }).click()
    const find = page.getByRole('combobox', { name: /^Find/ })
    await find.click()
    await find.fill(DEN)
    await page.getByRole('listbox').getByRole('option').first().click()
    await heading(DEN).waitFor()
    await page.goto(address)
    await heading('All channels').waitFor()
    await page.keyboard.press('Tab')
    await page.keyboard.press('Enter')
  })

  it('has every range, both forms, the table, and a sheet for adding channels', async () => {
    await page.goto(address)
    const ranges = page.getByRole('group', { name: 'Time range' })
    for (const name of ['1 h', '24 h', '7 d', 'Live']) {
      await ranges.getByRole('button', { name, exact: true }).click()
      await ranges.getByRole('button', { name, exact: true, pressed: true }).waitFor()
    }
    await ranges.getByRole('button', { name: 'Custom' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Close' }).click()
    const form = page.getByRole('group', { name: 'Chart form' })
    await form.getByRole('button', { name: 'Lines' }).click()
    await form.getByRole('button', { name: 'Stacked' }).click()
    const usual = page.getByRole('button', { name: /^Usual/ })
    await usual.click()
    expect(query()).toContain('usual=off')
    await usual.click()
    expect(query()).not.toContain('usual')
    await page.getByRole('button', { name: 'Table', exact: true }).click()
    const table = page.getByRole('region', { name: /^Messages per second by channel/ })
    await table.getByRole('button', { name: 'Copy' }).click()
    await page.getByText('Table copied').waitFor()
    await table.getByRole('button', { name: 'Download CSV' }).click()
    await table.press('End')
    await page.getByRole('button', { name: 'Chart', exact: true }).click()
    await page.getByRole('img', { name: /^Messages per second by channel/ }).press('ArrowLeft')
    await page.getByRole('button', { name: 'Add', exact: true }).click()
    const sheet = await eventually('the sheet stands', () => page.getByRole('dialog').boundingBox())
    expect(sheet.width).toBeGreaterThan(380)
    expect(Math.round(sheet.y + sheet.height)).toBe(844)
    await page.getByRole('dialog').getByRole('button', { name: 'Cancel' }).click()
  })

  it('sorts, filters and leads to a channel', async () => {
    await page.getByLabel('Sort by').selectOption('name')
    expect(query()).toBe('?sort=name')
    const panel = page.getByRole('region', { name: 'Channels' })
    const states = panel.getByRole('group', { name: 'Filter by state' })
    await states.getByRole('button', { name: /^Joined/ }).click()
    await states.getByRole('button', { name: /^All/ }).click()
    await panel.getByRole('searchbox').fill('no such')
    await panel.getByRole('button', { name: 'Show all' }).click()
    await panel.getByRole('searchbox').fill('second')
    await eventually('one is left', async () => (await panel.getByRole('listitem').count()) === 1)
    await panel.getByRole('listitem').getByRole('link').click()
    await heading('second_den').waitFor()
    await page.goto(`${address}/?range=24h`)
    await page.getByRole('list', { name: 'Channels in the chart' }).getByRole('link', { name: DEN }).click()
    await heading(DEN).waitFor()
  })

  it.each(SCREENS)('shows %s without scrolling sideways, and every control large enough', async (path) => {
    await page.goto(address + path)
    await page.getByRole('heading', { level: 1 }).waitFor()
    for (const width of WIDTHS) {
      await page.setViewportSize({ width, height: 740 })
      let wide: string[] = []
      // A chart follows its place a moment later.
      await eventually(
        `nothing sticks out of ${width} px`,
        async () => {
          wide = await page.evaluate<string[]>(STICKS_OUT)
          return wide.length === 0
        },
        { context: () => wide.join() },
      )
    }
    await page.setViewportSize({ width: 390, height: 844 })
    expect(await page.evaluate<string[]>(SMALL)).toEqual([])
  })

  it('has worked every control that it came by', () => {
    expect(walk.untouched(PLACES)).toEqual([])
    expect(PLACES.filter((place) => !walk.places().includes(place))).toEqual([])
  })
})

/** What makes the page wider than the screen; what scrolls in a strip of its own does not. */
const STICKS_OUT = `document.documentElement.scrollWidth <= innerWidth ? [] : [...document.querySelectorAll('body *')]
  .filter((part) => part.getBoundingClientRect().right > innerWidth)
  .map((part) => part.tagName + '.' + part.className + ' up to ' + part.getBoundingClientRect().right)`

/**
 * Controls with less than 24 by 24 px, which WCAG 2.2 asks for at least (2.5.8). Links within a sentence, what only
 * readers of the screen meet, and a field whose label is pressed instead may be smaller.
 */
const SMALL = `[...document.querySelectorAll('main button, main a[href], main select, main input, .bottom-tabs a')]
  .filter((control) => control.checkVisibility({ visibilityProperty: true }))
  .filter((control) => control.closest('p, li, td, .skip') === null && control.type !== 'checkbox')
  .map((control) => [control, control.getBoundingClientRect()])
  .filter(([, { width, height }]) => width > 0 && (width < 24 || height < 24))
  .map(([control, { width, height }]) => (control.ariaLabel ?? control.textContent) + ' ' + width + ' x ' + height)`
