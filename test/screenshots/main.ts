/** `npm run screenshots`: pictures of the real page over the demo world. */
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { parseArgs } from 'node:util'
import { type ChannelsAnswer, DAY_MS, spanStart, type TopAnswer } from '@smacktalk/contract'
import { openBrowser } from '../support/browser.ts'
import { eventually } from '../support/eventually.ts'
import { type Product, ROOT, startProduct } from '../support/start-product.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { openPage, type ShownChart, type WatchedPage } from '../support/watched-page.ts'
import { smallPng } from './small-png.ts'

const HELP = `Takes pictures of the page while the demo world talks.

Usage: npm run screenshots -- [--all]

  --all   writes every picture to docs/screenshots; else those of the README go there
          and the others to a temporary folder

It waits until the live chart is full, which takes up to six minutes.
`

const DOCS = join(ROOT, 'docs/screenshots')
/** Those that the README shows. */
const SHOWN = new Set([
  'overview-dark.png',
  'overview-dark-phone.png',
  'channel-dark.png',
  'pipeline-dark.png',
])

const DEVICES = {
  desktop: { width: 1_440, height: 900, deviceScaleFactor: 1 },
  phone: { width: 390, height: 844, deviceScaleFactor: 2 },
} as const
const THEMES = ['dark', 'light'] as const

/** The live chart shows five minutes; only then the start itself, a gap, has left it. */
const FULL_MS = 6 * 60_000
/** Right after the start nobody has said anything yet. */
const TALKED_MS = 60_000
/** Times on the way of a message are those of the last minute; so many seconds make them worth looking at. */
const MEASURED_MS = 8_000

const { values } = parseArgs({
  options: {
    help: { type: 'boolean', short: 'h', default: false },
    all: { type: 'boolean', default: false },
  },
})
if (values.help) process.stdout.write(HELP)
else await takeAll(values.all)

async function takeAll(all: boolean): Promise<void> {
  using folder = temporaryFolder()
  await using product = startProduct({ dataDir: folder.path, env: { SMACKTALK_SOURCE: 'demo' } })
  await product.ready()
  const address = await product.address()
  await using chromium = await openBrowser()
  const others = all ? DOCS : mkdtempSync(join(tmpdir(), 'smacktalk-screenshots-'))
  mkdirSync(DOCS, { recursive: true })

  const views: readonly View[] = [
    { name: 'overview', path: async () => '/', chart: 'overview' },
    { name: 'channel', path: async () => `/channels/${await busiest(product)}`, chart: 'channel' },
    { name: 'user', path: async () => `/user/id:${await talkative(product)}`, ready: '.user-hours svg' },
    { name: 'pipeline', path: async () => '/pipeline', ready: '.latency-mark-text' },
    {
      name: 'overlays',
      path: async () => `/overlays/emotes?channel=${await busiest(product)}`,
      ready: '.overlay-stage li',
    },
  ]
  for (const view of views) {
    const path = await view.path()
    for (const theme of THEMES) {
      for (const [device, size] of Object.entries(DEVICES)) {
        await using shown = await openPage(chromium.browser, { ...size, theme })
        const { page } = shown
        await page.goto(address + path)
        await isShown(shown, view, product)
        await page.getByRole('status', { name: 'Connection: live' }).waitFor()
        // Figures beside the chart come by their own requests.
        await page.waitForLoadState('networkidle', { timeout: 2_000 }).catch(() => {
          // A live page is never idle for long; what had to come has come.
        })
        if (shown.problems.length > 0) throw new Error(`The page has problems: ${shown.problems.join('; ')}`)
        const name = `${view.name}-${theme}${device === 'phone' ? '-phone' : ''}.png`
        const file = join(SHOWN.has(name) ? DOCS : others, name)
        const png = smallPng(await page.screenshot())
        writeFileSync(file, png)
        const where = file.startsWith(ROOT) ? relative(ROOT, file) : file
        process.stdout.write(`${where}  ${Math.ceil(png.length / 1_024)} KB\n`)
      }
    }
  }
  await product.stop()
}

/** What a picture is of: a live chart that is to be full, or something else that is to be there. */
type View = { readonly name: string; readonly path: () => Promise<string> } & (
  | { readonly chart: 'overview' | 'channel' }
  | { readonly ready: string }
)

async function isShown(shown: WatchedPage, view: View, product: Product): Promise<void> {
  if ('chart' in view) {
    await eventually('the live chart is full', async () => isFull((await shown.charts())[view.chart]), {
      withinMs: FULL_MS,
      everyMs: 1_000,
      context: product.context,
    })
    return
  }
  await shown.page.locator(view.ready).first().waitFor()
  if (view.name === 'pipeline') await shown.page.waitForTimeout(MEASURED_MS)
}

/** Who writes most, if possible in a channel that is small enough to know everybody’s place. */
async function talkative(product: Product): Promise<string> {
  return eventually(
    'somebody talks in the demo world',
    async () => {
      const { channels } = await product.ask<ChannelsAnswer>('/channels')
      // A place is told by whole days.
      const day = spanStart(Date.now(), DAY_MS)
      const lists = await Promise.all(
        channels.map(({ name }) =>
          product.ask<TopAnswer>(
            `/channels/${name}/top?kind=chatters&limit=1&from=${day}&to=${day + DAY_MS}`,
          ),
        ),
      )
      const first = (list: TopAnswer): number => list.entries[0]?.count ?? 0
      const [list] = lists.sort(
        (a, b) => Number(a.approximate) - Number(b.approximate) || first(b) - first(a),
      )
      return list?.entries[0]?.key ?? null
    },
    { withinMs: TALKED_MS, context: product.context },
  )
}

async function busiest(product: Product): Promise<string> {
  return eventually(
    'the demo world has channels with a rate',
    async () => {
      const { channels } = await product.ask<ChannelsAnswer>('/channels')
      const rate = (channel: (typeof channels)[number]): number => channel.messagesPerMinute ?? 0
      const [first] = [...channels].sort((a, b) => rate(b) - rate(a))
      return first !== undefined && rate(first) > 0 && first.name
    },
    { withinMs: TALKED_MS, context: product.context },
  )
}

function isFull(chart: ShownChart | undefined): boolean {
  if (chart === undefined || !chart.live || chart.times.length === 0) return false
  const closed = chart.times.slice(0, chart.running)
  return closed.every((_, index) => chart.series.some(({ messages }) => messages[index] !== null))
}
