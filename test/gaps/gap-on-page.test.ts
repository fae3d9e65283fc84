/** A cut of a few seconds on the page; that of a minute with every figure is gap-everywhere.long.test.ts. */
import type { SeriesAnswer } from '@smacktalk/contract'
import { MINUTE_MS } from '@smacktalk/contract'
import { expect, onTestFinished, test } from 'vitest'
import { openBrowserIfAny } from '../support/browser.ts'
import { eventually, PATIENCE_MS } from '../support/eventually.ts'
import { openPage } from '../support/watched-page.ts'
import { CHANNEL, startCutChat } from './cut-chat.ts'

const CUT_MS = 8_000
const opened = await openBrowserIfAny()

test.skipIf(opened === null)('a cut is hatched on the page while it is live, and says why', async () => {
  if (opened === null) return
  const stack = new AsyncDisposableStack()
  onTestFinished(() => stack.disposeAsync())
  stack.use(opened)
  const { product, cut } = stack.use(await startCutChat({ SMACKTALK_TWITCH_WATCHDOG_MS: '1500' }))
  const { page } = stack.use(await openPage(opened.browser, { width: 1_280, height: 900 }))
  await page.goto(`${await product.address()}/channels/${CHANNEL}`)
  const cutAt = Date.now()
  await cut(CUT_MS)
  const backAt = Date.now()
  await page.getByText(/\d+ s missing, .*connection lost/).waitFor()

  const gap = await eventually('the API tells of the gap', async () => {
    const range = `from=${Date.now() - 5 * MINUTE_MS}&to=${Date.now()}&step=minute`
    const { gaps } = await product.ask<SeriesAnswer>(`/channels/${CHANNEL}/series?${range}`)
    return gaps.find(({ cause }) => cause === 'connection lost') ?? null
  })
  const [from, to] = [Date.parse(gap.from), Date.parse(gap.to)]
  expect(to - from).toBeGreaterThan(CUT_MS / 2)
  // Somebody writes ten times a second, and the channel is joined again soon after the server is back.
  expect(from).toBeGreaterThan(cutAt - PATIENCE_MS)
  expect(to).toBeLessThan(backAt + PATIENCE_MS)

  // The crosshair, moved over the last minutes, comes by the gap.
  const plot = page.getByRole('img', { name: /Messages per second/ })
  const box = await eventually('the chart stands', () => plot.boundingBox())
  await eventually('the crosshair says why', async () => {
    for (let part = 0.98; part > 0.4; part -= 0.01) {
      await page.mouse.move(box.x + box.width * part, box.y + box.height / 2)
      const tip = await page.locator('.tip').textContent({ timeout: 500 })
      if (tip?.includes('no coverage: connection lost')) return true
    }
    return false
  })
})
