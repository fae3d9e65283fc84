/** The pages by keys alone, for those who see little, and for those who want no motion. */
import { afterAll, afterEach, describe, expect, it } from 'vitest'
import { axeFindings } from '../support/axe.ts'
import { eventually } from '../support/eventually.ts'
import { beginWalk } from '../support/walked-product.ts'

const DEN = 'first_den'
const SCREENS = [
  ['/', '.channel-name a'],
  [`/channels/${DEN}?range=1h`, '.rank li'],
  ['/user/regular_1', '.user-hours svg'],
  ['/users', '.people-name'],
  ['/pipeline', '.starts li'],
  [`/overlays/goal?channel=${DEN}`, '.overlay-form'],
  ['/channels/nobody_here', '.page-notice'],
] as const
/** More than any page has: then the focus goes round without an end. */
const TABS_MAX = 400
const REFUSED = /the server responded with a status of (404|500)/

const walked = await beginWalk({ seed: 60, days: 2 })

afterAll(() => walked?.[Symbol.asyncDispose]())

describe.skipIf(walked === null)('walking by keys', () => {
  if (walked === null) return
  const { page, shown, address, heading } = walked

  afterEach(() => {
    const problems = shown.problems.filter((problem) => !REFUSED.test(problem))
    shown.forgetProblems()
    expect(problems).toEqual([])
  })

  it.each(SCREENS)('comes on %s by Tab to every control, and sees where it is', async (path, ready) => {
    await page.goto(address + path)
    await page.locator(ready).first().waitFor()
    await page.evaluate(MARK_CONTROLS)
    let unseen: string[] = []
    for (let tabs = 0; tabs < TABS_MAX; tabs++) {
      await page.keyboard.press('Tab')
      const focus = await page.evaluate<{ place: string | null; seen: boolean; name: string }>(FOCUS)
      if (focus.place === null) break
      if (!focus.seen) unseen = [...unseen, focus.name]
    }
    expect(unseen, 'the focus is seen').toEqual([])
    expect(await page.evaluate<string[]>(NOT_REACHED), 'every control is reached').toEqual([])
  })

  it.each([
    ['?', 'Keyboard and times', '/'],
    ['a', 'Add channels', '/'],
    ['5', 'Custom time', '/'],
    ['5', 'Custom days', '/user/regular_1'],
  ])('keeps the focus in the dialog of %s, %s, and gives it back at its end', async (key, name, path) => {
    await page.goto(address + path)
    const button = page.locator('main').getByRole('button', { name: 'Copy link' })
    await button.focus()
    await page.keyboard.press(key)
    const dialog = page.getByRole('dialog', { name })
    await dialog.waitFor()
    for (let tabs = 0; tabs < 12; tabs++) {
      await page.keyboard.press(tabs < 8 ? 'Tab' : 'Shift+Tab')
      expect(await page.evaluate<boolean>(FOCUS_INSIDE)).toBe(true)
    }
    await page.keyboard.press('Escape')
    await dialog.waitFor({ state: 'detached' })
    expect(await button.and(page.locator(':focus')).count()).toBe(1)
  })

  it('gives axe nothing to find in dialogs, toasts and what failed, in both themes', async () => {
    const findings: string[] = []
    const look = async (what: string): Promise<void> => {
      for (const finding of await axeFindings(page)) findings.push(`${what}: ${finding}`)
    }
    const body = JSON.stringify({ title: 'Broken', status: 500, detail: 'The store is being mended.' })
    for (const theme of ['dark', 'light']) {
      await page.goto(`${address}/user/regular_1`)
      await heading('regular_1').waitFor()
      expect(await page.evaluate('document.documentElement.dataset.theme ?? "dark"')).toBe(theme)
      await page.keyboard.press('5')
      await page.getByRole('dialog', { name: 'Custom days' }).waitFor()
      await look(`${theme}, custom days`)
      await page.route(
        (url) => url.href.includes('kind=words'),
        (route) => route.fulfill({ status: 500, contentType: 'application/problem+json', body }),
      )
      await page.goto(`${address}/channels/${DEN}?range=1h`)
      await page.getByRole('alert').filter({ hasText: 'Could not load top words' }).waitFor()
      await page.getByRole('button', { name: 'Show as table' }).click()
      await page.keyboard.press('l')
      await page.getByText('Link copied').waitFor()
      await look(`${theme}, a failed panel, a table and a toast`)
      await page.unrouteAll({ behavior: 'wait' })
      await page.goto(address)
      await page.getByRole('row', { name: /third_den/ }).waitFor()
      await page.keyboard.press('5')
      await page.getByRole('textbox', { name: 'To' }).fill('2020-01-01T00:00')
      await page.getByText('The end must come after the beginning.').waitFor()
      await look(`${theme}, custom time`)
      await page.keyboard.press('Escape')
      await page.keyboard.press('a')
      await page.getByRole('dialog').getByRole('textbox').fill('new_den café first_den')
      await look(`${theme}, add channels`)
      await page.keyboard.press('Escape')
      await page.keyboard.press('?')
      await look(`${theme}, help`)
      await page.keyboard.press('Escape')
      // The next page opens in the theme that was chosen here only when it is kept: the test's own comes first.
      await page.context().addInitScript(`localStorage.setItem('smacktalk.theme', 'light')`)
    }
    expect(findings).toEqual([])
  })

  it.each(SCREENS)('shows %s in forced colours, with what is chosen outlined', async (path, ready) => {
    await page.emulateMedia({ forcedColors: 'active' })
    await page.goto(address + path)
    await page.locator(ready).first().waitFor()
    expect(await page.evaluate<boolean>(`matchMedia('(forced-colors: active)').matches`)).toBe(true)
    expect(await page.evaluate<string[]>(NOT_OUTLINED)).toEqual([])
    await page.emulateMedia({ forcedColors: 'none' })
  })

  it.each(SCREENS)('holds %s at 200% zoom: nothing is cut off sideways', async (path, ready) => {
    await page.setViewportSize({ width: 640, height: 450 })
    await page.goto(address + path)
    await page.locator(ready.replace('.channel-name a', '.card-words a')).first().waitFor()
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(640)
    await page.setViewportSize({ width: 1_440, height: 900 })
  })

  it('lets nothing move by itself for those who want no motion', async () => {
    for (const [path, ready] of SCREENS) {
      await page.goto(address + path)
      await page.locator(ready).first().waitFor()
      const moving = await page.evaluate<string[]>(MOVING)
      expect([path, ...moving]).toEqual([path])
    }
  })

  it('tells the pipeline in words that are there, and the chart’s step as it is chosen', async () => {
    await page.goto(`${address}/pipeline`)
    await page.getByRole('img', { name: /ingestor writes/ }).waitFor()
    await page.goto(`${address}/channels/${DEN}?range=1h`)
    const spoken = page.locator('.chart [role=status]')
    await eventually('it is drawn', async () => (await shown.charts())['channel'] !== undefined)
    await page.keyboard.press('ArrowLeft')
    const first = await eventually('the step is told', async () => (await spoken.textContent()) || null)
    await page.keyboard.press('ArrowRight')
    await eventually('the next one is told', async () => (await spoken.textContent()) !== first)
    expect(await spoken.getAttribute('role')).toBe('status')
  })
})

const CONTROLS = `'a[href], button:not(:disabled), input, select, textarea, [tabindex="0"]'`

/** Numbers what should be reached; what changes with chat is numbered when it comes and not asked for later. */
const MARK_CONTROLS = `for (const [index, control] of [...document.querySelectorAll(${CONTROLS})]
  .filter((control) => control.checkVisibility({ visibilityProperty: true }) && control.tabIndex >= 0).entries())
  control.dataset.walked = index`

/** Where the focus is, and whether it is drawn: an outline, on the control or on the frame of its field. */
const FOCUS = `(() => {
  const { activeElement: at } = document
  if (at === null || at === document.body) return { place: null, seen: true, name: '' }
  at.dataset.walked = 'reached'
  const seen = [at, at.parentElement, at.closest('.find')].some((part) => {
    if (part === null) return false
    const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(part)
    return (outlineStyle !== 'none' && outlineWidth !== '0px') || boxShadow !== 'none'
  })
  const box = at.getBoundingClientRect()
  return { place: 'control', seen: seen && box.width > 0, name: at.outerHTML.slice(0, 120) }
})()`

const NOT_REACHED = `[...document.querySelectorAll('[data-walked]')]
  .filter((control) => control.dataset.walked !== 'reached' && control.checkVisibility())
  .map((control) => control.outerHTML.slice(0, 160))`

const FOCUS_INSIDE = `document.activeElement === document.body || document.activeElement.closest('dialog') !== null`

/** What is chosen is told by a background, which forced colours take away: there it has an outline. */
const NOT_OUTLINED = `[...document.querySelectorAll('.chip, .switch button, .pill')]
  .filter((control) => control.ariaPressed === 'true' && control.checkVisibility())
  .filter((control) => getComputedStyle(control).outlineStyle === 'none')
  .map((control) => control.outerHTML.slice(0, 120))`

/** Animations that run, of any element. */
const MOVING = `document.getAnimations()
  .filter((animation) => animation.playState === 'running' && animation.effect.getComputedTiming().duration > 1)
  .map((animation) => animation.effect.target.className + ' ' + animation.animationName)`
