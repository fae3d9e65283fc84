/** `npm run bench -- page`: what the page weighs, and what it costs to leave it open, in a real browser. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { gzipSync } from 'node:zlib'
import type { ChannelsAnswer, StatusAnswer } from '@smacktalk/contract'
import { openBrowser } from '../support/browser.ts'
import { eventually } from '../support/eventually.ts'
import { NumberedChat } from '../support/numbered-chat.ts'
import { Random } from '../support/random.ts'
import { type Product, ROOT, startProduct } from '../support/start-product.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { percentile } from './bench-result.ts'
import { leastOfThirds, type MemoryLook, memoryOver } from './page-memory.ts'
import {
  loadOverview,
  type Measured,
  type Stay,
  type Stretch,
  scroll,
  sortAndFilter,
  stayOpen,
  watchFrames,
} from './page-stretches.ts'
import type { Trace } from './page-trace.ts'

export interface PageBenchOptions {
  /** How long each page stands open while it is measured, s. */
  readonly seconds: number
  /** How long the overview stands open while its memory is looked at, s. */
  readonly staySeconds: number
  /** Channels of the second half; the first has FEW at most. */
  readonly channels: number
}

export interface PageBenchResult {
  readonly report: string
  /** A sentence for each count that is not what was sent. */
  readonly differences: readonly string[]
}

/** One thing measured, beside what issue 8 allows; null where it is only told. */
interface Figure {
  readonly what: string
  readonly measured: string
  readonly allowed: string | null
}

/** Channels at which no task may be long (issue 8). */
const FEW = 100
/** A good evening of a hundred channels is 200 a second. */
const MESSAGES_PER_CHANNEL_AND_SECOND = 2
/** Channels are joined 18 in 10 s; so long for each, and a minute to begin with, is patience enough, ms. */
const JOIN_MS = 1_000
const JOIN_BEGIN_MS = 60_000
/** The small lines of the table have something to show then, s. */
const SETTLE_SECONDS = 10
/** A trace of more would not fit the browser's memory for it, s. */
const TRACED_SECONDS = 10
const FRAME_MS = 1_000 / 60
const LOOKS = 12
const KB = 1_000

/** Pages that people leave open, with what shows that they are there. */
const PAGES: readonly (readonly [name: string, path: (channel: string) => string, ready: string])[] = [
  ['overview', () => '/', '.figure-lead .figure-value'],
  ['channel', (channel) => `/channels/${channel}`, '.tile-value'],
  ['pipeline', () => '/pipeline', '.hops-words'],
]

/**
 * A hundred channels first: the overview is loaded, then it, a channel and the pipeline stand open, with all that
 * moves. Then many: the overview stands open, is scrolled, sorted and filtered, and its memory is looked at. The
 * figures of an hour come from a shorter stay, whose length is said.
 */
export async function benchPage(options: PageBenchOptions): Promise<PageBenchResult> {
  const { seconds, staySeconds, channels } = options
  const names = Array.from({ length: channels }, (_, index) => `den_${index}`)
  const few = names.slice(0, FEW)
  using folder = temporaryFolder()
  const list = (listed: readonly string[]): void =>
    writeFileSync(join(folder.path, 'smacktalk.config.json'), JSON.stringify({ channels: listed }))
  list(few)
  await using chat = await NumberedChat.start({
    channels: names,
    random: new Random(1),
    messagesPerSecond: channels * MESSAGES_PER_CHANNEL_AND_SECOND,
    againMs: 5_000,
  })
  const env = { SMACKTALK_SOURCE: 'twitch', SMACKTALK_TWITCH_URL: chat.url }
  await using product = startProduct({ dataDir: folder.path, env })
  await product.ready()
  const address = await product.address()
  await using chromium = await openBrowser()
  const context = await chromium.browser.newContext({ viewport: { width: 1_440, height: 900 } })
  const page = await context.newPage()
  const devTools = await context.newCDPSession(page)
  const measured: Measured = { browser: chromium.browser, page, devTools }

  await joined(product, few.length)
  const figures: Figure[] = [
    {
      what: 'script on the first load, gzip',
      measured: `${(scriptBytes() / KB).toFixed(1)} kB`,
      allowed: '250 kB',
    },
    ...(await loadFigures(measured, address, `${few.length} channels`)),
  ]
  for (const [name, path, ready] of PAGES) {
    await page.goto(address + path(names[0] ?? ''))
    await page.locator(ready).filter({ hasText: /\d/ }).first().waitFor()
    // What belongs to the loading of the page is over.
    await page.waitForTimeout(3_000)
    const what = `${few.length} channels, ${name}`
    figures.push(...stayFigures(what, seconds, await serverShare(product, () => stayOpen(measured, seconds))))
    figures.push(
      ...stretchFigures(what, await watchFrames(measured, Math.min(seconds, TRACED_SECONDS)), 'idle'),
    )
  }

  if (channels > FEW) {
    list(names)
    await joined(product, channels)
  }
  const many = `${channels} channels, overview`
  figures.push(...(await loadFigures(measured, address, `${channels} channels`)))
  figures.push(...stayFigures(many, seconds, await serverShare(product, () => stayOpen(measured, seconds))))
  figures.push(
    ...stretchFigures(many, await watchFrames(measured, Math.min(seconds, TRACED_SECONDS)), 'idle'),
  )
  figures.push(...stretchFigures(many, await scroll(measured), 'scrolled'))
  figures.push(...stretchFigures(many, await sortAndFilter(measured), 'sorted, filtered, pinned'))
  const looks = await memoryOver(devTools, staySeconds, staySeconds / LOOKS, sleep)

  const width = Math.max(...figures.map(({ what }) => what.length))
  const lines = figures.map(
    ({ what, measured, allowed }) =>
      `${what.padEnd(width)}  ${measured}${allowed === null ? '' : `  (allowed: ${allowed})`}`,
  )
  const report = [...lines, '', memoryTable(looks, staySeconds), '', notes(options)].join('\n')
  return { report, differences: await countDifferences(product, chat) }
}

/** Waits until so many channels are joined and have talked for a while. */
async function joined(product: Product, amount: number): Promise<void> {
  await eventually(
    `${amount} channels are joined`,
    async () => {
      const { channels } = await product.ask<ChannelsAnswer>('/channels')
      return channels.filter(({ state }) => state === 'joined').length === amount
    },
    { withinMs: JOIN_BEGIN_MS + amount * JOIN_MS, everyMs: 1_000 },
  )
  await sleep(SETTLE_SECONDS * 1_000)
}

async function countDifferences(product: Product, chat: NumberedChat): Promise<string[]> {
  await chat.pause()
  let counted = Number.NaN
  try {
    await eventually('all messages are counted', async () => {
      counted = (await product.ask<StatusAnswer>('/status')).account.messages
      return counted === chat.messages
    })
    return []
  } catch {
    // Told by the numbers below.
    return [`page: ${chat.messages} messages were sent, ${counted} are counted`]
  }
}

/** CPU share of the program under test, all roles in one process, while something runs. */
async function serverShare(
  product: Product,
  during: () => Promise<Stay>,
): Promise<{ stay: Stay; share: number }> {
  const cpu = () => product.metric('process_cpu_seconds_total')
  const [before, began] = [await cpu(), performance.now()]
  const stay = await during()
  return { stay, share: ((await cpu()) - before) / ((performance.now() - began) / 1_000) }
}

async function loadFigures(measured: Measured, address: string, what: string): Promise<Figure[]> {
  const { trace, firstNumbersMs } = await loadOverview(measured, address)
  return [
    { what: `${what}: first numbers`, measured: `${Math.round(firstNumbersMs)} ms`, allowed: '1,000 ms' },
    { what: `${what}: tasks while it loads`, measured: taskWords(trace), allowed: null },
  ]
}

function stayFigures(
  what: string,
  seconds: number,
  { stay, share }: { stay: Stay; share: number },
): Figure[] {
  const { cpuShare, longTaskMs, frameBytes } = stay
  const bytes = [...frameBytes].sort((a, b) => a - b)
  return [
    { what: `${what}: share of a core over ${seconds} s`, measured: percent(cpuShare), allowed: '15%' },
    {
      what: `${what}: tasks over 50 ms by the clock`,
      measured: `${longTaskMs.length}, longest ${Math.round(Math.max(0, ...longTaskMs))} ms`,
      allowed: 'none',
    },
    {
      what: `${what}: bytes of a frame, p50 / largest; the server's share of a core`,
      measured: `${percentile(bytes, 0.5)} / ${bytes.at(-1) ?? 0} B; ${percent(share)}`,
      allowed: null,
    },
  ]
}

function stretchFigures(what: string, { trace, frameMs }: Stretch, how: string): Figure[] {
  const work = Object.entries(trace.mainMs)
  const sum = work.reduce((total, [, ms]) => total + ms, 0)
  const parts = work.map(([kind, ms]) => `${kind} ${Math.round(ms)}`).join(', ')
  return [
    {
      what: `${what}, ${how}: main thread per frame, CPU, p50 / p99`,
      measured: pair(trace.frameCpuMs),
      allowed: `${FRAME_MS.toFixed(1)} ms`,
    },
    { what: `${what}, ${how}: time between frames, p50 / p99`, measured: pair(frameMs), allowed: null },
    { what: `${what}, ${how}: tasks`, measured: taskWords(trace), allowed: 'none over 50 ms' },
    {
      what: `${what}, ${how}: CPU of main thread / of raster and composing`,
      measured: `${Math.round(sum)} ms (${parts}) / ${Math.round(trace.elsewhereMs)} ms`,
      allowed: null,
    },
  ]
}

/** A task may be long because the machine did something else meanwhile: its CPU time stands beside it. */
function taskWords({ tasks }: Trace): string {
  const over = tasks.filter(({ ms }) => ms > 50).length
  const byClock = Math.max(0, ...tasks.map(({ ms }) => ms))
  const byCpu = Math.max(0, ...tasks.map(({ cpuMs }) => cpuMs))
  return `${over} over 50 ms, longest ${byClock.toFixed(1)} ms; most CPU of one ${byCpu.toFixed(1)} ms`
}

function pair(sorted: readonly number[]): string {
  return `${percentile(sorted, 0.5).toFixed(1)} / ${percentile(sorted, 0.99).toFixed(1)} ms`
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)}%`
}

function memoryTable(looks: readonly MemoryLook[], staySeconds: number): string {
  const rows = looks.map(
    ({ atSeconds, heapMb, nodes, listeners }) =>
      `${atSeconds.toFixed(0).padStart(6)} s  ${heapMb.toFixed(2).padStart(7)} MB  ${String(nodes).padStart(6)} nodes  ` +
      `${String(listeners).padStart(5)} listeners`,
  )
  const least = leastOfThirds(looks).map((mb) => mb.toFixed(2))
  return [
    `Memory of the overview over ${staySeconds} s, each time after a forced collection:`,
    ...rows,
    `The least of each third: ${least.join(', ')} MB (allowed: flat, once ten minutes of seconds are kept).`,
  ].join('\n')
}

function notes({ channels }: PageBenchOptions): string {
  const [few, many] = [Math.min(FEW, channels), channels].map((n) => n * MESSAGES_PER_CHANNEL_AND_SECOND)
  return (
    `page: ${few} messages/s at first, ${many} at the end, evenly over all channels; headless Chromium at 1440x900.\n` +
    'The browser draws in software: no graphics card. Time between frames is with that drawing, and with the server, ' +
    'the sender and this bench on the same cores; what the page itself can be blamed for is the work of its main ' +
    'thread, as CPU time.'
  )
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
