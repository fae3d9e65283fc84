/** A person's page, the pipeline and the overlays, control by control. */
import type { UserAnswer, UserSeriesAnswer } from '@smacktalk/contract'
import { afterAll, afterEach, describe, expect, it } from 'vitest'
import { eventually } from '../support/eventually.ts'
import { beginWalk } from '../support/walked-product.ts'
import { figureOf, numberIn } from '../support/watched-page.ts'

/** Places whose every control is worked here. */
const PLACES = ['person', 'person notice', 'dialog Custom days', 'pipeline', 'overlays', 'overlay']
const DEN = 'first_den'
const SCROLLED = 'document.querySelector(".plot-table").scrollTop > 0'
/** Browsers call a refused request an error, though the page deals with it. */
const REFUSED = /the server responded with a status of 404/

const walked = await beginWalk({ seed: 30, days: 40, settings: { optOut: ['regular_2'] } })

afterAll(() => walked?.[Symbol.asyncDispose]())

describe.skipIf(walked === null)('walking over the other pages', () => {
  if (walked === null) return
  const { page, shown, address, world, walk, query, clipboard, heading } = walked

  afterEach(() => {
    expect(shown.problems.filter((problem) => !REFUSED.test(problem))).toEqual([])
  })

  it.each([
    { key: '1', name: 'Today', search: '?range=today' },
    { key: '2', name: '7 d', search: '?range=7d' },
    { key: '3', name: '30 d', search: '?range=30d' },
    { key: '4', name: 'All', search: '' },
  ])(
    'shows a person’s $name by button and by key $key, in the numbers of REST',
    async ({ key, name, search }) => {
      if (!page.url().includes('/user/')) await page.goto(`${address}/user/regular_1`)
      const days = page.getByRole('group', { name: 'Days' })
      await days.getByRole('button', { name, exact: true }).click()
      expect(query()).toBe(search)
      await page.goBack()
      await page.keyboard.press(key)
      expect(query()).toBe(search)
      await days.getByRole('button', { name, exact: true, pressed: true }).waitFor()
      const to = Math.floor(Date.now() / 86_400_000) * 86_400_000 + 86_400_000
      const count = { '1': 1, '2': 7, '3': 30 }[key] ?? null
      const range = count === null ? '' : `?from=${to - count * 86_400_000}&to=${to}`
      const { totals } = await world.product.ask<UserAnswer>(`/users/regular_1${range}`)
      await eventually('the figure is REST’s', async () => {
        return numberIn(await figureOf(page, 'Messages').textContent()) === totals.messages
      })
    },
  )

  it('shows days of one’s own, and says what is wrong with some', async () => {
    await page.keyboard.press('5')
    const dialog = page.getByRole('dialog', { name: 'Custom days' })
    await dialog.getByRole('button', { name: 'Close' }).click()
    const custom = page.getByRole('group', { name: 'Days' }).getByRole('button', { name: 'Custom' })
    await custom.click()
    const [first, last] = [10, 4].map((ago) =>
      new Date(Date.now() - ago * 86_400_000).toISOString().slice(0, 10),
    )
    await dialog.getByLabel('First day').fill(last ?? '')
    await dialog.getByLabel('Last day').fill(first ?? '')
    await dialog.getByText('The last day must not come before the first.').waitFor()
    expect(await dialog.getByRole('button', { name: 'Show' }).isDisabled()).toBe(true)
    await dialog.getByLabel('First day').fill(first ?? '')
    await dialog.getByLabel('Last day').fill(last ?? '')
    await dialog.getByRole('button', { name: 'Show' }).click()
    await page.getByRole('button', { name: '7 days', pressed: true }).waitFor()
    expect(query()).toBe(`?from=${first}&to=${last}`)
    await page.goBack()
    expect(query()).toBe('')
  })

  it('gives a person’s days as a table, equal to REST, and leads to the channels', async () => {
    await page.getByRole('button', { name: 'Show as table' }).click()
    const table = page.getByRole('region', { name: 'Messages by day' })
    await table.getByRole('row').nth(1).waitFor()
    const { points } = await world.product.ask<UserSeriesAnswer>('/users/regular_1/series')
    const shownDays = (await table.getByRole('cell').allTextContents()).map(numberIn)
    const told = points
      .map(({ messages }) => messages)
      .reverse()
      .filter((messages) => messages > 0)
    expect(shownDays.slice(0, 30)).toEqual(told.slice(0, 30))
    await table.focus()
    await page.keyboard.press('End')
    await eventually('keys scroll it', () => page.evaluate<boolean>(SCROLLED))
    await page.getByRole('button', { name: 'Show as table' }).click()
    await page.getByRole('img', { name: /^Active on/ }).waitFor()
    await page.getByRole('region', { name: 'Days active, scrolls' }).press('ArrowLeft')
    await page.locator('main').getByRole('button', { name: 'Copy link' }).click()
    await eventually('the address is copied', async () => (await clipboard()) === page.url())
    await page.locator('.user-bars').getByRole('link').first().click()
    await eventually('a channel is shown', () => page.url().includes('/channels/'))
  })

  it('names nobody who asked to be left out, and leads on from a slip', async () => {
    await page.goto(`${address}/user/regular_2`)
    await page.getByText('This person asked to be left out.').waitFor()
    await page.locator('.page-notice').getByRole('link', { name: 'All channels' }).click()
    await heading('All channels').waitFor()
    await page.goto(`${address}/user/regualr_1`)
    await heading('Nobody called “regualr_1”').waitFor()
    await page.locator('.page-notice p').getByRole('link').first().click()
    await heading('regular_1').waitFor()
  })

  it('copies a link to the pipeline, and leads from a partition to its channel', async () => {
    await page.goto(`${address}/pipeline`)
    await page.locator('main').getByRole('button', { name: 'Copy link' }).click()
    await eventually('the address is copied', async () => (await clipboard()) === page.url())
    await page.getByRole('row').getByRole('link', { name: DEN }).click()
    await heading(DEN).waitFor()
  })

  it('sets up every overlay by its form, and shows each on its own', async () => {
    await page.goto(`${address}/overlays`)
    const form = page.locator('.overlay-form')
    const told = () => page.getByRole('status', { name: 'Address' }).textContent()
    await form.getByLabel('Channel', { exact: true }).fill('second_den')
    await page.keyboard.press('Enter')
    for (const kind of ['Rate meter', 'Top emotes', 'Top chatters', 'Moment', 'Goal']) {
      await page
        .getByRole('group', { name: 'Overlay' })
        .getByRole('button', { name: new RegExp(kind) })
        .click()
      expect(await told()).toContain('channel=second_den')
      for (const field of await form.getByRole('textbox').all()) {
        const label = await field.evaluate((node) => node.closest('label')?.textContent ?? '')
        const typed = WRITTEN.find(([name]) => label.startsWith(name))
        if (typed === undefined) continue
        await field.fill(typed[1])
        await field.press('Enter')
        expect([label, await told()]).toEqual([label, expect.stringContaining(typed[2])])
      }
      for (const choice of await form.getByRole('button').all()) {
        await choice.click()
        expect(await choice.getAttribute('aria-pressed')).toBe('true')
      }
      for (const select of await form.getByRole('combobox').all()) {
        if ((await select.evaluate((node) => node.tagName)) !== 'SELECT') continue
        await select.selectOption('bits')
        expect(await told()).toContain('count=bits')
      }
      const source = await told()
      await page.getByRole('button', { name: 'Copy address' }).click()
      await eventually('the address is copied', async () => (await clipboard()) === source)
      await page.goto(source ?? '')
      await page.locator('#root').waitFor({ state: 'attached' })
      expect(await page.getByRole('navigation').count()).toBe(0)
      expect(await page.evaluate('getComputedStyle(document.body).backgroundColor')).toBe('rgba(0, 0, 0, 0)')
      await page.goBack()
    }
  })

  it('has worked every control that it came by', () => {
    const places = PLACES.filter((place) => place !== 'overlay')
    expect(walk.untouched(PLACES)).toEqual([])
    expect(places.filter((place) => !walk.places().includes(place))).toEqual([])
  })
})

/** What is typed into the fields of overlays, and how it stands in the address. */
const WRITTEN: readonly (readonly [label: string, text: string, inAddress: string])[] = [
  ['Line shows', '120', 'line=120'],
  ['Size', '150', 'size=150'],
  ['Places', '3', 'places=3'],
  ['Goal', '500', 'goal=500'],
  ['Title', 'Half a thousand', 'title=Half+a+thousand'],
  ['Counts since', '2026-01-01T00:00', 'since=2026-01-01'],
]
