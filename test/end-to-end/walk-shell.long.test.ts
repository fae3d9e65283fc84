/** The frame around every page, control by control. */
import { afterAll, afterEach, describe, expect, it } from 'vitest'
import { beginWalk } from '../support/walked-product.ts'

/** Places whose every control is worked here. */
const PLACES = ['shell', 'nowhere notice', 'dialog Keyboard and times']

const walked = await beginWalk({ seed: 12, days: 1 })

afterAll(() => walked?.[Symbol.asyncDispose]())

describe.skipIf(walked === null)('walking around every page', () => {
  if (walked === null) return
  const { page, shown, address, walk, heading } = walked

  afterEach(() => {
    expect(shown.problems).toEqual([])
  })

  it('leads to every page by the bar, back by its name, and past the bar by key', async () => {
    await page.goto(address)
    for (const name of ['Users', 'Pipeline', 'Overlays', 'All channels', 'Pipeline']) {
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

  it('has worked every control that it came by', () => {
    expect(walk.untouched(PLACES)).toEqual([])
    expect(PLACES.filter((place) => !walk.places().includes(place))).toEqual([])
  })
})
