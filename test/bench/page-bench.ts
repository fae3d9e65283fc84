/** `npm run bench -- page`: what the page weighs, and what it costs to leave it open, in a real browser. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import type { StatusAnswer } from '@smacktalk/contract'
import type { CDPSession, Page } from 'playwright-core'
import { openBrowser } from '../support/browser.ts'
import { eventually } from '../support/eventually.ts'
import { NumberedChat } from '../support/numbered-chat.ts'
import { Random } from '../support/random.ts'
import { ROOT, startProduct } from '../support/start-product.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { percentile } from './bench-result.ts'

export interface PageBenchOptions {
  /** How long each page stands open while it is measured, s. */
  readonly seconds: number
  readonly channels: number
  readonly messagesPerSecond: number
}

/** One thing measured, beside what issue 8 allows. */
interface Budget {
  readonly what: string
  readonly measured: string
  readonly allowed: string
}

const KB = 1_000
/** Frames that are timed while the list is scrolled from end to end. */
const SCROLL_FRAMES = 240

/** Pages that people leave open, with what shows that they are there. */
const PAGES: readonly (readonly [name: string, path: (channel: string) => string, ready: string])[] = [
  ['overview', () => '/', '.figure-lead .figure-value'],
  ['channel', (channel) => `/channels/${channel}`, '.tile-value'],
  ['pipeline', () => '/pipeline', '.hops-words'],
]

/**
 * Opens the overview of a product with many channels, waits for the first numbers, and scrolls it; then leaves it, a
 * channel and the pipeline open, with all that moves. The figures of a longer stay come from a shorter one: thirds of
 * it are compared.
 */
export async function benchPage(options: PageBenchOptions): Promise<string> {
  const { seconds, channels, messagesPerSecond } = options
  const names = Array.from({ length: channels }, (_, index) => `den_${index}`)
  using folder = temporaryFolder()
  await using chat = await NumberedChat.start({
    channels: names,
    random: new Random(1),
    messagesPerSecond,
    againMs: 5_000,
  })
  await using product = startProduct({
    dataDir: folder.path,
    env: {
      SMACKTALK_SOURCE: 'twitch',
      SMACKTALK_TWITCH_URL: chat.url,
      SMACKTALK_CHANNELS: names.join(','),
    },
  })
  await product.ready()
  const address = await product.address()
  await eventually('the first messages are counted', async () => {
    const { account } = await product.ask<StatusAnswer>('/status')
    return account.messages > 0
  })
  await using chromium = await openBrowser()
  const context = await chromium.browser.newContext({ viewport: { width: 1_440, height: 900 } })
  const page = await context.newPage()
  const devTools = await context.newCDPSession(page)
  await devTools.send('Performance.enable')
  await page.addInitScript(WATCH_LONG_TASKS)
  const began = performance.now()
  await page.goto(address)
  await page.locator('.figure-lead .figure-value').filter({ hasText: /\d/ }).waitFor()
  const firstNumbersMs = performance.now() - began

  const scroll = await scrollFrames(page)
  const budgets: Budget[] = [
    {
      what: 'script on the first load, gzip',
      measured: `${(scriptBytes() / KB).toFixed(1)} kB`,
      allowed: '250 kB',
    },
    { what: 'first numbers', measured: `${Math.round(firstNumbersMs)} ms`, allowed: '1,000 ms' },
    {
      what: `frames while ${channels} channels are scrolled, p50 / p99`,
      measured: `${percentile(scroll, 0.5).toFixed(1)} / ${percentile(scroll, 0.99).toFixed(1)} ms`,
      allowed: '16.7 ms',
    },
  ]
  for (const [name, path, ready] of PAGES) {
    await page.goto(address + path(names[0] ?? ''))
    await page.locator(ready).filter({ hasText: /\d/ }).first().waitFor()
    budgets.push(...budgetsOf(name, seconds, await stayOpen(page, devTools, seconds)))
  }
  const width = Math.max(...budgets.map(({ what }) => what.length))
  const lines = budgets.map(
    ({ what, measured, allowed }) => `${what.padEnd(width)}  ${measured.padStart(24)}  of ${allowed}`,
  )
  const work = `${channels} channels and ${messagesPerSecond} messages/s, in headless Chromium at 1440x900.`
  return `${lines.join('\n')}\n\npage: ${work}\n`
}

function budgetsOf(name: string, seconds: number, { cpuShare, longTasks, heapMb }: Stay): Budget[] {
  return [
    {
      what: `${name}: share of a core over ${seconds} s`,
      measured: `${(cpuShare * 100).toFixed(1)}%`,
      allowed: '15%',
    },
    {
      what: `${name}: tasks over 50 ms, longest`,
      measured: `${longTasks.length}, ${Math.round(Math.max(0, ...longTasks))} ms`,
      allowed: 'none',
    },
    {
      what: `${name}: heap after a collection, thirds of the stay`,
      measured: heapMb.map((mb) => `${mb.toFixed(1)} MB`).join(', '),
      allowed: 'flat',
    },
  ]
}

/** Scripts that the first page asks for: named in its HTML, with what they import. */
export function scriptBytes(): number {
  const assets = join(ROOT, 'apps/dashboard/dist/assets')
  const html = readFileSync(join(ROOT, 'apps/dashboard/dist/index.html'), 'utf8')
  const wanted = new Set([...html.matchAll(/assets\/([\w.-]+\.js)/g)].map(([, name]) => name ?? ''))
  for (const name of wanted) {
    const text = readFileSync(join(assets, name), 'utf8')
    for (const [, other = ''] of text.matchAll(/from\s*["']\.\/([\w.-]+\.js)["']/g)) wanted.add(other)
  }
  return readdirSync(assets)
    .filter((name) => wanted.has(name))
    .reduce((sum, name) => sum + gzipSync(readFileSync(join(assets, name)), { level: 9 }).length, 0)
}

const WATCH_LONG_TASKS = `
  window.longTasks = []
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) window.longTasks.push(entry.duration)
  }).observe({ type: 'longtask' })
`

/** Times between frames, ms, ascending, while the page scrolls down and up. */
async function scrollFrames(page: Page): Promise<number[]> {
  const times = (await page.evaluate(`new Promise((done) => {
    const times = []
    let last = performance.now()
    let frame = 0
    const height = document.documentElement.scrollHeight - innerHeight
    const step = (now) => {
      times.push(now - last)
      last = now
      const part = Math.abs(((frame / ${SCROLL_FRAMES}) * 2) - 1)
      window.scrollTo(0, height * (1 - part))
      if (++frame < ${SCROLL_FRAMES}) requestAnimationFrame(step)
      else { window.scrollTo(0, 0); done(times.slice(1)) }
    }
    requestAnimationFrame(step)
  })`)) as number[]
  return times.sort((a, b) => a - b)
}

interface Stay {
  readonly cpuShare: number
  readonly longTasks: readonly number[]
  readonly heapMb: readonly number[]
}

async function stayOpen(page: Page, devTools: CDPSession, seconds: number): Promise<Stay> {
  const heapMb: number[] = []
  await page.evaluate('window.longTasks.length = 0')
  let cpu = 0
  for (let third = 0; third < 3; third++) {
    const before = await cpuSeconds(devTools)
    await page.waitForTimeout((seconds * 1_000) / 3)
    cpu += (await cpuSeconds(devTools)) - before
    await devTools.send('HeapProfiler.collectGarbage')
    const { usedSize } = await devTools.send('Runtime.getHeapUsage')
    heapMb.push(usedSize / 1_048_576)
  }
  const longTasks = (await page.evaluate('window.longTasks')) as number[]
  return { cpuShare: cpu / seconds, longTasks, heapMb }
}

/**
 * CPU time of the process of the page with all its threads. The time that tasks took would grow with whatever else the
 * machine does.
 */
async function cpuSeconds(devTools: CDPSession): Promise<number> {
  const { metrics } = await devTools.send('Performance.getMetrics')
  return metrics.find(({ name }) => name === 'ProcessTime')?.value ?? Number.NaN
}
