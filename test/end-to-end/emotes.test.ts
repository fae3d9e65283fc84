/** Emotes of other providers on their whole way: provider, ingestor, rows, REST, and the pictures on the page. */
import { setTimeout as sleep } from 'node:timers/promises'
import { EMOTE_PICTURE_HOSTS, type StatusAnswer, type TopAnswer } from '@smacktalk/contract'
import { type FakeEmotes, type FakeTwitch, startFakeEmotes, startFakeTwitch } from '@smacktalk/fake-twitch'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openBrowserIfAny } from '../support/browser.ts'
import { eventually } from '../support/eventually.ts'
import { type Product, startProduct } from '../support/start-product.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { privmsg } from '../support/twitch-lines.ts'
import { openPage } from '../support/watched-page.ts'

const DEN = 'emote_den'
const ROOM = '4242'
/** Ids as the providers make them: only such have pictures. */
const EMOTES = {
  bttv: { code: 'otterWave', id: '5f'.repeat(12) },
  ffz: { code: 'heronNod', id: '28138' },
  '7tv': { code: 'larkDance', id: '01F6MZGCNG000255K4X1K7N2QR' },
} as const
const REFRESH_MS = 1_000
/** A picture of one dot. */
const DOT = Buffer.from('R0lGODlhAQABAIAAAP///wAAACH5BAAAAAAALAAAAAABAAEAAAICRAEAOw==', 'base64')

const opened = await openBrowserIfAny()

describe('emotes of other providers', () => {
  const stack = new AsyncDisposableStack()
  let twitch: FakeTwitch
  let providers: FakeEmotes
  let product: Product
  let isAway = false
  let number = 0

  const say = (text: string): void => {
    const id = `m${++number}`
    const line = { channel: DEN, roomId: ROOM, id, userId: '7', login: 'lark', sentAt: Date.now(), text }
    twitch.send(DEN, privmsg(line))
  }
  const tops = async (): Promise<Record<string, string>> => {
    const { entries } = await product.ask<TopAnswer>(`/channels/${DEN}/top?kind=emotes`)
    return Object.fromEntries(
      entries.map(({ key, label, count, messages }) => [key, `${label} ${count} ${messages}`]),
    )
  }
  const source = async (provider: string) =>
    (await product.ask<StatusAnswer>('/status')).emotes.find((each) => each.provider === provider)

  beforeAll(async () => {
    if (opened !== null) stack.use(opened)
    const folder = stack.use(temporaryFolder())
    twitch = stack.use(await startFakeTwitch({ idOf: () => ROOM }))
    providers = stack.use(
      await startFakeEmotes({
        emotesOf: (provider, place) =>
          place === (provider === 'bttv' ? 'global' : ROOM) ? [EMOTES[provider]] : [],
        fault: (provider) => (isAway && provider === '7tv' ? 503 : null),
      }),
    )
    product = startProduct({
      dataDir: folder.path,
      env: {
        SMACKTALK_SOURCE: 'twitch',
        SMACKTALK_TWITCH_URL: twitch.url,
        SMACKTALK_CHANNELS: DEN,
        SMACKTALK_EMOTES_PROVIDERS: '7tv,bttv,ffz',
        SMACKTALK_EMOTES_BTTV_URL: providers.url,
        SMACKTALK_EMOTES_FFZ_URL: providers.url,
        SMACKTALK_EMOTES_SEVEN_TV_URL: `${providers.url}/`,
        SMACKTALK_EMOTES_REFRESH_MS: String(REFRESH_MS),
      },
    })
    stack.defer(() => product[Symbol.asyncDispose]())
    await product.ready()
    const known = async () => {
      const { emotes } = await product.ask<StatusAnswer>('/status')
      return emotes.length === 3 && emotes.every(({ sets }) => sets === 2)
    }
    await eventually('the sets of the room are known', known, { context: product.context })
  })

  afterAll(() => stack.disposeAsync())

  it('are counted by use and by message, and are no words', async () => {
    say('otterWave otterWave larkDance heronNod, otterwave river')
    say('river otterWave')
    await eventually(
      'both messages are counted',
      async () => (await tops())['bttv:5f5f5f5f5f5f5f5f5f5f5f5f'] === 'otterWave 3 2',
    )
    expect(await tops()).toEqual({
      [`bttv:${EMOTES.bttv.id}`]: 'otterWave 3 2',
      [`7tv:${EMOTES['7tv'].id}`]: 'larkDance 1 1',
    })
    const { entries } = await product.ask<TopAnswer>(`/channels/${DEN}/top?kind=words`)
    expect(entries.map(({ key, count }) => `${key} ${count}`)).toEqual([
      'river 2',
      'heronnod 1',
      'otterwave 1',
    ])
    say('heronNod')
    await eventually('a whole token counts', async () => (await tops())['ffz:28138'] === 'heronNod 1 1')
  })

  it('stay as they were while their provider is away, and the status says so until it is back', async () => {
    expect(await source('7tv')).toMatchObject({ stale: false, reason: null })
    isAway = true
    await eventually('7TV is said to be stale', async () => (await source('7tv'))?.stale === true)
    expect(await source('7tv')).toMatchObject({ reason: 'HTTP 503', sets: 2 })
    expect(await source('bttv')).toMatchObject({ stale: false })
    say('larkDance')
    await eventually(
      'it still counts',
      async () => (await tops())[`7tv:${EMOTES['7tv'].id}`] === 'larkDance 2 2',
    )
  })

  describe.skipIf(opened === null)('on the page', () => {
    const hosts: readonly string[] = Object.values(EMOTE_PICTURE_HOSTS)

    /** What is asked of hosts of pictures, and how they answer. */
    async function pictureHosts(page: Page, answers: () => boolean): Promise<string[]> {
      const asked: string[] = []
      await page.context().route(
        (url) => hosts.includes(url.origin),
        async (route) => {
          asked.push(route.request().url())
          if (answers()) await route.fulfill({ contentType: 'image/gif', body: DOT })
          else await route.abort()
        },
      )
      return asked
    }

    it('has letters for pictures that cannot be loaded, then pictures, and asks nobody once they are off', async () => {
      if (opened === null) return
      await using shown = await openPage(opened.browser, { width: 1_280, height: 900, pictures: true })
      const { page } = shown
      shown.expectOutage(true)
      let isReachable = false
      const asked = await pictureHosts(page, () => isReachable)
      await page.goto(`${await product.address()}/channels/${DEN}`)
      const list = page.getByRole('region', { name: 'Top emotes' })
      const row = list.getByRole('listitem').filter({ hasText: 'otterWave' })
      await row.scrollIntoViewIfNeeded()
      const letters = row.getByRole('img', { name: 'otterWave' })
      await eventually(
        'the letters stand for the picture',
        async () => (await letters.textContent()) === 'Wa',
      )
      const before = await row.boundingBox()
      // A still picture is asked for first: this browser wants no motion.
      expect(asked.filter((url) => url.includes(EMOTES.bttv.id))).toEqual([
        `${EMOTE_PICTURE_HOSTS.bttv}/emote/${EMOTES.bttv.id}/static/2x.webp`,
        `${EMOTE_PICTURE_HOSTS.bttv}/emote/${EMOTES.bttv.id}/2x.webp`,
      ])

      isReachable = true
      await page.reload()
      await row.scrollIntoViewIfNeeded()
      const isLoaded = () =>
        letters.evaluate((node) => 'naturalWidth' in node && Number(node.naturalWidth) > 0)
      await eventually('the picture is shown', isLoaded)
      expect((await row.boundingBox())?.height).toBe(before?.height)
      await list.getByText('7TV emotes as of').waitFor()

      await list.getByRole('button', { name: 'Pictures' }).click()
      await eventually('the letters are back', async () => (await letters.textContent()) === 'Wa')
      asked.length = 0
      await page.reload()
      await row.scrollIntoViewIfNeeded()
      expect(await letters.textContent()).toBe('Wa')
      await sleep(200)
      expect(asked).toEqual([])
      expect(shown.problems).toEqual([])
    })

    it('says nothing of providers that are well', async () => {
      if (opened === null) return
      isAway = false
      await eventually('7TV is well again', async () => (await source('7tv'))?.stale === false, {
        withinMs: 150_000,
      })
      await using shown = await openPage(opened.browser, { width: 1_280, height: 900 })
      await shown.page.goto(`${await product.address()}/channels/${DEN}`)
      const list = shown.page.getByRole('region', { name: 'Top emotes' })
      await list.getByRole('button', { name: 'Pictures' }).waitFor()
      expect(await list.getByText('emotes as of').count()).toBe(0)
      expect(shown.problems).toEqual([])
    })
  })
})
