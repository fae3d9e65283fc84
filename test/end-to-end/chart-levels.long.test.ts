import type { ChannelsAnswer, MomentsAnswer } from '@smacktalk/contract'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openBrowserIfAny } from '../support/browser.ts'
import { eventually } from '../support/eventually.ts'
import { watchLive } from '../support/live-watcher.ts'
import { type Product, startProduct } from '../support/start-product.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { openPage, type ShownChart, type WatchedPage } from '../support/watched-page.ts'

/** A busy channel of the demo world, which has two hours behind it when it begins. */
const DEN = 'cobalt_canteen'
/** Seconds a channel is listened to before its threshold is known: least that can be set. */
const WARM_UP_SECONDS = 10
/** A channel that has no usual yet is looked at again after a minute. */
const USUAL_MS = 90_000
/** Most that two figures differ by whose hour began in between. */
const DIGITS = 6

/** Px drawn and px left out, as the design has them. */
const DASHED = [4, 4] as const
const DOTTED = [1, 3] as const

const opened = await openBrowserIfAny()

describe.skipIf(opened === null)('levels of a chart', () => {
  const stack = new AsyncDisposableStack()
  const folder = stack.use(temporaryFolder())
  let product: Product
  let address: string
  let shown: WatchedPage
  let page: Page

  beforeAll(async () => {
    if (opened === null) return
    stack.use(opened)
    product = startProduct({
      dataDir: folder.path,
      env: {
        SMACKTALK_SOURCE: 'demo',
        SMACKTALK_MOMENTS_WARM_UP_SECONDS: String(WARM_UP_SECONDS),
      },
    })
    stack.defer(() => product[Symbol.asyncDispose]())
    await product.ready()
    address = await product.address()
    await eventually(
      'every channel has a usual',
      async () => {
        const { channels } = await product.ask<ChannelsAnswer>('/channels')
        return channels.length > 0 && channels.every(({ usual }) => usual !== null)
      },
      { withinMs: USUAL_MS, everyMs: 1_000 },
    )
    shown = stack.use(await openPage(opened.browser, { width: 1_440, height: 900 }))
    page = shown.page
    page.setDefaultTimeout(20_000)
  }, 2 * USUAL_MS)

  afterAll(() => stack.disposeAsync())

  it('draws from where a moment begins as a dashed line of one px, at the height that frames tell', async () => {
    await page.goto(`${address}/channels/${DEN}`)
    await page.getByText('Moment threshold').waitFor({ timeout: 60_000 })
    const told = new Set<number | null | undefined>()
    using _watcher = watchLive(address, { channel: DEN }, ({ values }) => told.add(values.momentFrom))
    await eventually('it is drawn as a frame has told it', async () => {
      const level = levelIn(await charts(), 'channel', 'threshold')
      return level?.y != null && told.has(level.rate) && (await isDrawn('channel', level.y, DASHED))
    })
    await page.goto(`${address}/channels/${DEN}?range=1h`)
    await eventually('the last hour is there', async () => (await charts())['channel']?.live === false)
    // What it was in the past is not stored.
    expect(levelIn(await charts(), 'channel', 'threshold')).toBeUndefined()
    expect(await page.getByText('Moment threshold').count()).toBe(0)
  })

  it.each(['', '?range=1h'])(
    'draws what is usual as a dotted line, until it is switched off%s',
    async (range) => {
      await page.goto(`${address}/channels/${DEN}${range}`)
      await eventually('it is drawn where REST says', async () => {
        const level = levelIn(await charts(), 'channel', 'usual')
        const { usual } = await product.ask<MomentsAnswer>(`/channels/${DEN}/moments`)
        if (level?.rate == null || level.y === null || usual?.lastDay == null) return false
        expect(level.rate * 60).toBeCloseTo(usual.lastDay, DIGITS)
        return isDrawn('channel', level.y, DOTTED)
      })
      const { y = null } = levelIn(await charts(), 'channel', 'usual') ?? {}
      const drawn = page.getByRole('button', { name: /^Usual/ })
      await drawn.click()
      await eventually('it is gone', async () => levelIn(await charts(), 'channel', 'usual') === undefined)
      expect(new URL(page.url()).searchParams.get('usual')).toBe('off')
      await page.reload()
      await eventually('the chart is there', async () => (await charts())['channel'])
      expect(await drawn.getAttribute('aria-pressed')).toBe('false')
      expect(levelIn(await charts(), 'channel', 'usual')).toBeUndefined()
      expect(y !== null && (await isDrawn('channel', y, DOTTED))).toBe(false)
      await drawn.click()
      await eventually('it is back', async () => levelIn(await charts(), 'channel', 'usual') !== undefined)
    },
  )

  it('draws the usual of all on the stack, and of each channel in its colour among lines', async () => {
    await page.goto(address)
    await eventually('that of all is drawn', async () => {
      const level = levelIn(await charts(), 'overview', 'usual')
      return level?.slot === null && level.rate !== null
    })
    await page.getByRole('button', { name: 'Lines' }).click()
    await eventually('those of the channels are drawn', async () => {
      const { series = [], levels = [] } = (await charts())['overview'] ?? {}
      const own = series.flatMap(({ slot }) => (slot === null ? [] : [slot]))
      const slots = levels.flatMap(({ slot, rate }) => (slot === null || rate === null ? [] : [slot]))
      return own.length > 1 && slots.sort().join() === own.sort().join()
    })
    await page.getByRole('button', { name: /^Usual/ }).click()
    await eventually('none is', async () => (await charts())['overview']?.levels.length === 0)
    expect(new URL(page.url()).search).toBe('?form=lines&usual=off')
    expect(shown.problems).toEqual([])
  })

  function charts(): ReturnType<WatchedPage['charts']> {
    return shown.charts()
  }

  /** Whether the row of pixels at a height has the pattern, in the colour of the faintest text and nowhere between. */
  async function isDrawn(id: string, y: number, [on, off]: readonly [number, number]): Promise<boolean> {
    const { fitting, all } = await page.evaluate<{ fitting: number; all: number }>(`(() => {
      const canvas = document.querySelector('.chart-space-${id} canvas')
      const ink = getComputedStyle(document.documentElement).getPropertyValue('--text-3').trim()
      const wanted = [1, 3, 5].map((at) => Number.parseInt(ink.slice(at, at + 2), 16))
      const { data } = canvas.getContext('2d').getImageData(0, Math.floor(${y}), canvas.width, 1)
      const inked = []
      for (let x = 0; x < canvas.width; x++) {
        inked.push(wanted.every((value, part) => Math.abs(data[4 * x + part] - value) <= 8))
      }
      // The pattern begins where the plot does, in the middle of a pixel or at its edge.
      const first = inked.indexOf(true)
      let fitting = 0
      for (let x = first; x < canvas.width - 8; x++) {
        if (inked[x] === ((x - first) % ${on + off} < ${on})) fitting++
      }
      return { fitting, all: canvas.width - 8 - first }
    })()`)
    return all > 500 && fitting / all > 0.85
  }
})

type Charts = Awaited<ReturnType<WatchedPage['charts']>>

function levelIn(charts: Charts, id: string, kind: string): ShownChart['levels'][number] | undefined {
  return charts[id]?.levels.find((level) => level.kind === kind)
}
