import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openBrowserIfAny } from '../support/browser.ts'
import { eventually } from '../support/eventually.ts'
import { NumberedChat } from '../support/numbered-chat.ts'
import { Random } from '../support/random.ts'
import { type Product, startProduct } from '../support/start-product.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { openPage, type WatchedPage } from '../support/watched-page.ts'

const TOKEN = 'only-for-those-who-may'
const opened = await openBrowserIfAny()

describe.skipIf(opened === null)('a page and its server', () => {
  const stack = new AsyncDisposableStack()
  const folder = stack.use(temporaryFolder())
  let chat: NumberedChat
  let product: Product
  let address: string
  let shown: WatchedPage

  const start = (port: number): Product =>
    startProduct({
      dataDir: folder.path,
      port,
      env: {
        SMACKTALK_SOURCE: 'twitch',
        SMACKTALK_TWITCH_URL: chat.url,
        SMACKTALK_CHANNELS: 'first_den',
        SMACKTALK_ADMIN_TOKEN: TOKEN,
      },
    })

  beforeAll(async () => {
    if (opened === null) return
    stack.use(opened)
    chat = stack.use(
      await NumberedChat.start({
        channels: ['first_den'],
        random: new Random(1),
        messagesPerSecond: 5,
        againMs: 5_000,
      }),
    )
    product = start(0)
    stack.defer(() => product[Symbol.asyncDispose]())
    await product.ready()
    address = await product.address()
    shown = stack.use(await openPage(opened.browser, { width: 1_280, height: 900 }))
  })

  afterAll(() => stack.disposeAsync())

  it('asks for the admin token when a change needs it, again when it is wrong, and not a second time', async () => {
    const { page } = shown
    await page.goto(address)
    await page.getByRole('button', { name: 'Add channels' }).first().click()
    await page.getByRole('textbox', { name: /Paste names/ }).fill('second_den')
    await page.getByRole('button', { name: /^Add 1/ }).click()
    const asked = page.getByRole('dialog', { name: 'Admin token' })
    await asked.getByText('Changes need the admin token').waitFor()
    await asked.getByLabel('Token').fill('guessed')
    await asked.getByRole('button', { name: 'Go on' }).click()
    await asked.getByText('This is not the admin token').waitFor()
    await asked.getByLabel('Token').fill(TOKEN)
    await asked.getByLabel('Token').press('Enter')
    await page.getByRole('row', { name: /second_den/ }).waitFor()
    await page.getByRole('row', { name: /second_den/ }).hover()
    await page.getByRole('button', { name: 'Remove second_den' }).click()
    await eventually(
      'it is gone',
      async () => (await page.getByRole('row', { name: /second_den/ }).count()) === 0,
    )
    expect(await asked.count()).toBe(0)
    shown.forgetProblems()
  })

  it('says that it was updated when the server that came back serves another page', async () => {
    const { page } = shown
    await page.goto(address)
    await page.getByRole('status', { name: 'Connection: live' }).waitFor()
    shown.expectOutage(true)
    const { port } = new URL(address)
    product.process.kill('SIGKILL')
    await product.ended
    await page.route(`${address}/`, (route) =>
      route.fulfill({
        contentType: 'text/html',
        body: '<script type="module" src="/assets/newer.js"></script>',
      }),
    )
    product = start(Number(port))
    await product.ready()
    await page.getByText('Smacktalk was updated.').waitFor()
    await page.unroute(`${address}/`)
    await page.getByRole('button', { name: 'Reload' }).click()
    await page.getByRole('status', { name: 'Connection: live' }).waitFor()
    expect(await page.getByText('Smacktalk was updated.').count()).toBe(0)
  })
})
