/** Stretches of time that a page is watched for: left open, scrolled, sorted, loaded. */
import type { Browser, CDPSession, Page } from 'playwright-core'
import { type Trace, traced } from './page-trace.ts'

/** A page under measurement. */
export interface Measured {
  readonly browser: Browser
  readonly page: Page
  readonly devTools: CDPSession
}

export interface Stretch {
  readonly trace: Trace
  /** Times between animation frames, ms, ascending; empty when none were asked for. */
  readonly frameMs: readonly number[]
}

export interface Stay {
  /** CPU time of the process of the page with all its threads, by the time that passed. */
  readonly cpuShare: number
  /** Tasks of more than 50 ms, ms by the clock: with the time in which the machine did something else. */
  readonly longTaskMs: readonly number[]
  /** Bytes of the frames that came over the socket. */
  readonly frameBytes: readonly number[]
}

/** Down and up again once each, in so many frames: about 80 px a frame through 500 channels. */
const SCROLL_FRAMES = 480
/** Pause between two clicks, ms. */
const CLICK_EVERY_MS = 300

const FIRST_NUMBERS = '.figure-lead .figure-value'

/** Loads the overview; `firstNumbersMs` is from the address to the first rate that is shown. */
export async function loadOverview(
  { browser, page }: Measured,
  address: string,
): Promise<{ readonly trace: Trace; readonly firstNumbersMs: number }> {
  let firstNumbersMs = Number.NaN
  const trace = await traced(browser, page, async () => {
    const began = performance.now()
    await page.goto(address)
    await page.locator(FIRST_NUMBERS).filter({ hasText: /\d/ }).waitFor()
    firstNumbersMs = performance.now() - began
    await page.waitForTimeout(3_000)
  })
  return { trace, firstNumbersMs }
}

/** Leaves the page alone, without a trace, which would itself cost something. */
export async function stayOpen({ page, devTools }: Measured, seconds: number): Promise<Stay> {
  const frameBytes: number[] = []
  const count = ({ response }: { response: { payloadData: string } }): void => {
    frameBytes.push(Buffer.byteLength(response.payloadData))
  }
  await devTools.send('Performance.enable')
  await page.evaluate(`window.longTasks = []
    window.longTaskObserver?.disconnect()
    window.longTaskObserver = new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) window.longTasks.push(entry.duration)
    })
    window.longTaskObserver.observe({ type: 'longtask' })`)
  const before = await cpuSeconds(devTools)
  const began = performance.now()
  await page.waitForTimeout(seconds * 1_000)
  const cpu = (await cpuSeconds(devTools)) - before
  const cpuShare = cpu / ((performance.now() - began) / 1_000)
  const longTaskMs = (await page.evaluate('window.longTasks')) as number[]
  // Apart from the CPU time: handing every frame on to the bench costs the page something.
  await devTools.send('Network.enable')
  devTools.on('Network.webSocketFrameReceived', count)
  await page.waitForTimeout(Math.min(seconds, 10) * 1_000)
  devTools.off('Network.webSocketFrameReceived', count)
  await devTools.send('Network.disable')
  return { cpuShare, longTaskMs, frameBytes }
}

/** Left alone, with animation frames asked for all the time, as a page has them that is scrolled. */
export function watchFrames(measured: Measured, seconds: number): Promise<Stretch> {
  return stretch(measured, () => measured.page.waitForTimeout(seconds * 1_000))
}

export function scroll(measured: Measured): Promise<Stretch> {
  return stretch(measured, async () => {
    await measured.page.evaluate(`new Promise((done) => {
      const height = document.documentElement.scrollHeight - innerHeight
      let frame = 0
      const step = () => {
        window.scrollTo(0, height * (1 - Math.abs((frame / ${SCROLL_FRAMES}) * 2 - 1)))
        if (++frame <= ${SCROLL_FRAMES}) requestAnimationFrame(step)
        else done()
      }
      requestAnimationFrame(step)
    })`)
  })
}

/** Every column twice, a filter typed and taken away, a state and all again, one channel pinned and let go. */
export function sortAndFilter(measured: Measured): Promise<Stretch> {
  const { page } = measured
  const click = async (selector: string, nth: number): Promise<void> => {
    await page.locator(selector).nth(nth).click({ force: true })
    await page.waitForTimeout(CLICK_EVERY_MS)
  }
  return stretch(measured, async () => {
    for (let column = 0; column < 4; column++) {
      await click('table.channels th button', column)
      await click('table.channels th button', column)
    }
    await page.locator('.filter-name').pressSequentially('den_12', { delay: CLICK_EVERY_MS / 2 })
    await page.locator('.filter-name').fill('')
    await click('.pill', 1)
    await click('.pill', 0)
    await click('table.channels button[aria-pressed]', 5)
    await click('table.channels button[aria-pressed=true]', 0)
  })
}

async function stretch({ browser, page }: Measured, during: () => Promise<void>): Promise<Stretch> {
  const trace = await traced(browser, page, async () => {
    await page.evaluate(`window.frameMs = []
      window.framesOn = true
      {
        let last = null
        const step = (now) => {
          if (last !== null) window.frameMs.push(now - last)
          last = now
          if (window.framesOn) requestAnimationFrame(step)
        }
        requestAnimationFrame(step)
      }`)
    await during()
    await page.evaluate('window.framesOn = false')
  })
  const frameMs = (await page.evaluate('window.frameMs')) as number[]
  return { trace, frameMs: frameMs.sort((a, b) => a - b) }
}

async function cpuSeconds(devTools: CDPSession): Promise<number> {
  const { metrics } = await devTools.send('Performance.getMetrics')
  return metrics.find(({ name }) => name === 'ProcessTime')?.value ?? Number.NaN
}
