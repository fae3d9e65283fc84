/** A channel's page, control by control. */
import type { MomentsAnswer, SeriesAnswer, TopAnswer, Without } from '@smacktalk/contract'
import { afterAll, afterEach, describe, expect, it } from 'vitest'
import { type Agreement, chartAgrees, chartOfCsv, differences } from '../support/chart-agreement.ts'
import { eventually } from '../support/eventually.ts'
import { roomIdOf } from '../support/numbered-chat.ts'
import { beginWalk, DAY_MINUTES, minutesAgo, textOf } from '../support/walked-product.ts'
import { numberIn } from '../support/watched-page.ts'

/** Places whose every control is worked here. */
const PLACES = ['channel', 'channel notice']
const DEN = 'first_den'
const CHIPS = [
  { key: 'b', word: 'Bots', name: 'bots' },
  { key: 'c', word: 'Commands', name: 'commands' },
  { key: 's', word: 'Shared-chat copies', name: 'shared' },
] as const satisfies readonly { key: string; word: string; name: Without }[]
/** Browsers call a refused request an error, though the page deals with it. */
const REFUSED = /the server responded with a status of 404/

const walked = await beginWalk({ seed: 20, days: 8 })

afterAll(() => walked?.[Symbol.asyncDispose]())

describe.skipIf(walked === null)('walking over a channel', () => {
  if (walked === null) return
  const { page, shown, address, world, walk, query, clipboard, heading } = walked

  afterEach(() => {
    expect(shown.problems.filter((problem) => !REFUSED.test(problem))).toEqual([])
  })

  const ranges = () => page.getByRole('group', { name: 'Time range' })
  const numberOn = async (word: string): Promise<number> =>
    numberIn(/−([\d,]+)/.exec((await chip(word).textContent()) ?? '')?.[1] ?? null)
  const chip = (word: string) => page.getByRole('button', { name: new RegExp(`^${word}`) })
  const agreement = (part: Pick<Agreement, 'step' | 'stepsMin' | 'without'>): Agreement => ({
    ...{ shown, ask: world.product.ask, channel: DEN },
    ...part,
  })
  const agrees = (part: Pick<Agreement, 'step' | 'stepsMin' | 'without'>) => chartAgrees(agreement(part))
  const drawn = async () => {
    const chart = (await shown.charts())['channel']
    if (chart === undefined) throw new Error('there is no chart')
    return chart
  }

  it.each([
    { key: '2', name: '1 h', search: '?range=1h', step: 'minute', stepsMin: 1 },
    { key: '3', name: '24 h', search: '?range=24h', step: 'five minutes', stepsMin: 180 },
    { key: '4', name: '7 d', search: '?range=7d', step: 'hour', stepsMin: 160 },
    { key: '1', name: 'Live', search: '', step: 'second', stepsMin: 5 },
  ] as const)('shows $name by button and by key $key, and draws what REST says', async (range) => {
    const { key, name, search, step, stepsMin } = range
    if (page.url() === 'about:blank') await page.goto(`${address}/channels/${DEN}`)
    await ranges().getByRole('button', { name, exact: true }).click()
    expect(query()).toBe(search)
    await page.goBack()
    await page.keyboard.press(key)
    expect(query()).toBe(search)
    await agrees({ step, stepsMin })
  })

  it('shows a time of one’s own, and draws what REST says', async () => {
    await page.goto(`${address}/channels/${DEN}`)
    await ranges().getByRole('button', { name: 'Custom' }).click()
    const dialog = page.getByRole('dialog', { name: 'Custom time' })
    await dialog.getByLabel('From').fill(minutesAgo(3 * DAY_MINUTES))
    await dialog.getByLabel('To').fill(minutesAgo(2 * DAY_MINUTES))
    await dialog.getByRole('button', { name: 'Show' }).click()
    await agrees({ step: 'five minutes', stepsMin: 180 })
  })

  it.each(CHIPS)(
    'leaves out $name by chip and by key $key: exactly what the chip says',
    async ({ key, word, name }) => {
      await page.goto(`${address}/channels/${DEN}?range=24h`)
      await agrees({ step: 'five minutes', stepsMin: 180 })
      await eventually('the chip says a number', async () => (await numberOn(word)) > 0)
      await chip(word).click()
      expect(query()).toBe(`?range=24h&without=${name}`)
      await agrees({ step: 'five minutes', stepsMin: 100, without: [name] })
      let last: string[] = []
      await eventually(
        'what is left and what there was differ by what the chip says',
        async () => {
          last = await page.locator('.chip[aria-pressed="true"], .leave-out-sum').allTextContents()
          const [removed = '', sum = ''] = last
          const [left = Number.NaN, all = Number.NaN] = sum.split(' of ').map(numberIn)
          return all - left === numberIn(removed.slice(removed.indexOf('−') + 1))
        },
        { context: () => last.join() },
      )
      expect(
        await page.getByText('all', { exact: true }).count(),
        'what it cannot change says so',
      ).toBeGreaterThan(0)
      await page.keyboard.press(key)
      expect(query()).toBe('?range=24h')
    },
  )

  it('leaves out everything that can be, in the same numbers as REST', async () => {
    for (const { key } of CHIPS) await page.keyboard.press(key)
    const without = CHIPS.map(({ name }) => name)
    expect(query()).toBe(`?range=24h&without=${without.join()}`)
    await agrees({ step: 'five minutes', stepsMin: 100, without })
    await page.getByRole('region', { name: 'Top chatters' }).getByRole('listitem').first().waitFor()
    await eventually('no bot is among the chatters', async () => {
      const names = await page.getByRole('region', { name: 'Top chatters' }).locator('bdi').allTextContents()
      return names.length > 0 && !names.includes('nightbot')
    })
    await page.goto(`${address}/channels/${DEN}?without=commands`)
    await agrees({ step: 'second', stepsMin: 5, without: ['commands'] })
  })

  it('gives its figures as a table, as CSV in the clipboard and in a file, equal to REST', async () => {
    await page.goto(`${address}/channels/${DEN}?range=7d`)
    await agrees({ step: 'hour', stepsMin: 160 })
    await page.getByRole('button', { name: 'Show as table' }).click()
    const table = page.getByRole('region', { name: /^Messages per second in/ })
    expect(await table.getByRole('row').count()).toBe(1 + (await drawn()).times.length)
    const equal = async (csv: string): Promise<boolean> => {
      const chart = chartOfCsv(csv, await drawn())
      return (await differences(chart, agreement({ step: 'hour', stepsMin: 0 }))).length === 0
    }
    await eventually('the copied table is what REST says', async () => {
      await table.getByRole('button', { name: 'Copy' }).click()
      await page.getByText('Table copied').first().waitFor()
      return equal(await clipboard())
    })
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      table.getByRole('button', { name: 'Download CSV' }).click(),
    ])
    expect(await equal(await textOf(await download.createReadStream()))).toBe(true)
    await table.focus()
    await page.keyboard.press('PageDown')
    await page.getByRole('button', { name: 'Show as chart' }).click()
    await page.getByRole('img', { name: /^Messages per second in/ }).waitFor()
  })

  it('exports the range: every number of the API, step by step', async () => {
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'Export', exact: true }).click(),
    ])
    const [head, ...rows] = (await textOf(await download.createReadStream())).trimEnd().split(/\r?\n/)
    const columns = head?.split(',') ?? []
    const cell = (row: string, name: string) => row.split(',')[columns.indexOf(name)]
    const [first, last] = [rows[0] ?? '', rows.at(-2) ?? '']
    const range = `from=${cell(first, 't')}&to=${cell(rows.at(-1) ?? '', 't')}&step=hour`
    const { points } = await world.product.ask<SeriesAnswer>(`/channels/${DEN}/series?${range}`)
    expect(points.length).toBe(rows.length - 1)
    expect(cell(last, 't')).toBe(points.at(-1)?.t)
    for (const name of ['messages', 'characters', 'chatters'] as const) {
      expect(rows.slice(0, -2).map((row) => Number(cell(row, name)))).toEqual(
        points.slice(0, -1).map((point) => Number(point[name as keyof typeof point] ?? 0)),
      )
    }
  })

  it('goes on live where the history ends, second by second', async () => {
    await page.goto(`${address}/channels/${DEN}`)
    const live = await eventually('three full minutes are live or known', async () => {
      const chart = await drawn()
      return chart.live && chart.times.length >= 299 ? chart : null
    })
    const [series] = live.series
    const minutes = new Map<number, number>()
    for (const [index, t] of live.times.entries()) {
      const minute = Math.floor(Date.parse(t) / 60_000) * 60_000
      minutes.set(minute, (minutes.get(minute) ?? 0) + (series?.messages[index] ?? 0))
    }
    // The first minute of what is drawn is cut; the last two are still being counted.
    const whole = [...minutes].sort(([a], [b]) => a - b).slice(1, -2)
    const from = new Date(whole[0]?.[0] ?? 0).toISOString()
    const to = new Date((whole.at(-1)?.[0] ?? 0) + 60_000).toISOString()
    const { points } = await world.product.ask<SeriesAnswer>(
      `/channels/${DEN}/series?from=${from}&to=${to}&step=minute`,
    )
    expect(points.map(({ messages }) => messages ?? 0)).toEqual(whole.map(([, messages]) => messages))
  })

  it('copies a link, leaves the channel, takes it back, and adds it again', async () => {
    await page.locator('main').getByRole('button', { name: 'Copy link' }).click()
    await eventually('the address is copied', async () => (await clipboard()) === page.url())
    await page.getByRole('button', { name: 'Remove', exact: true }).click()
    await heading('All channels').waitFor()
    await page.getByText(`${DEN} left`).waitFor()
    await page.goto(`${address}/channels/${DEN}`)
    await page.getByText('No longer counted, its history is kept').waitFor()
    await page.getByRole('button', { name: 'Add again' }).click()
    await page.getByText('Joined').first().waitFor()
  })

  it('lists the first of everything as REST does, leads to a person, and can leave pictures out', async () => {
    await page.goto(`${address}/channels/${DEN}?range=7d`)
    for (const [kind, title] of [
      ['chatters', 'Top chatters'],
      ['words', 'Top words'],
      ['commands', 'Top commands'],
    ] as const) {
      const list = page.getByRole('region', { name: title })
      await eventually(`the list is REST’s: ${title}`, async () => {
        const to = new Date(Math.ceil(Date.now() / 3_600_000) * 3_600_000)
        const from = new Date(to.getTime() - 7 * 86_400_000)
        const { entries } = await world.product.ask<TopAnswer>(
          `/channels/${DEN}/top?kind=${kind}&from=${from.toISOString()}&to=${to.toISOString()}&limit=8`,
        )
        const names = await list.locator('.rank-label bdi').allTextContents()
        return entries.length > 0 && names.join() === entries.map(({ label }) => label).join()
      })
    }
    const pictures = page.getByRole('button', { name: 'Pictures' })
    const before = await pictures.getAttribute('aria-pressed')
    await pictures.click()
    expect(await pictures.getAttribute('aria-pressed')).not.toBe(before)
    await pictures.click()
    await page.getByRole('region', { name: 'Top chatters' }).getByRole('link').first().click()
    await eventually('a person is shown', () => /\/user\/id:\d+$/.test(page.url()))
  })

  it('jumps to a moment, tells of it beside the crosshair, and exports chapters', async () => {
    world.chat.hand(
      DEN,
      `@room-id=${roomIdOf(DEN)};tmi-sent-ts=${Date.now()} :tmi.twitch.tv CLEARCHAT #${DEN}`,
    )
    await page.goto(`${address}/channels/${DEN}?range=1h`)
    const moment = await eventually('the moment is told', async () => {
      const { moments } = await world.product.ask<MomentsAnswer>(`/channels/${DEN}/moments`)
      return moments[0] ?? null
    })
    const panel = page.getByRole('complementary', { name: 'Moments' })
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      panel.getByRole('button', { name: 'Export chapters' }).click(),
    ])
    expect(download.suggestedFilename()).toBe(`${DEN}-chapters.txt`)
    expect(await textOf(await download.createReadStream())).toMatch(/^\d\d:\d\d:\d\d Chat cleared$/m)
    await page
      .getByRole('region', { name: 'Events' })
      .getByText(/cleared/i)
      .first()
      .waitFor()
    await panel.getByRole('listitem').first().getByRole('button').click()
    const at = new URL(page.url()).searchParams
    expect(Date.parse(at.get('from') ?? '')).toBeLessThan(Date.parse(moment.from))
    await page.keyboard.press('Escape')
    expect(query()).toBe('?range=1h')
  })

  it('leaves the usual out, moves the crosshair by key and tells the step, and its summary is renewed now and then', async () => {
    await page.goto(`${address}/channels/${DEN}`)
    const usual = page.getByRole('button', { name: /^Usual/ })
    await usual.click()
    expect(query()).toContain('usual=off')
    await usual.click()
    expect(query()).not.toContain('usual')
    const plot = page.getByRole('img', { name: /^Messages per second in/ })
    const summary = await eventually('it says more than its title', async () => {
      const label = await plot.getAttribute('aria-label')
      return /Highest/.test(label ?? '') && label
    })
    await plot.focus()
    await page.keyboard.press('PageUp')
    const spoken = page.locator('.chart [role=status]')
    await eventually('the step is spoken', async () =>
      /\d\d:\d\d:\d\d/.test((await spoken.textContent()) ?? ''),
    )
    await page.keyboard.press('Escape')
    await eventually('its summary is another one', async () => {
      return (await plot.getAttribute('aria-label')) !== summary
    })
  })

  it('says that there is no such channel, who may be meant, and offers to add it', async () => {
    await page.goto(`${address}/channels/frist_den`)
    await heading('No channel “frist_den”').waitFor()
    await page.locator('.page-notice').getByRole('link', { name: DEN }).click()
    await heading(DEN).waitFor()
    await page.goBack()
    await page.getByRole('button', { name: 'Add frist_den' }).click()
    await page.getByText('frist_den added').waitFor()
    await page.goto(`${address}/channels/nobody_here`)
    await page.locator('.page-notice').getByRole('link', { name: 'All channels' }).click()
    await heading('All channels').waitFor()
  })

  it('has worked every control that it came by', () => {
    expect(walk.untouched(PLACES)).toEqual([])
    expect(PLACES.filter((place) => !walk.places().includes(place))).toEqual([])
  })
})
