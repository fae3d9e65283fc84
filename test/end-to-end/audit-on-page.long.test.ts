/** The result of an audit on the page of the pipeline, with a real audit of real data behind it. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { HOUR_MS, type PipelineAnswer } from '@smacktalk/contract'
import { describe, expect, it } from 'vitest'
import { openBrowserIfAny } from '../support/browser.ts'
import { NumberedChat } from '../support/numbered-chat.ts'
import { pastChat } from '../support/past-chat.ts'
import { Random } from '../support/random.ts'
import { startProduct } from '../support/start-product.ts'
import { startProgram } from '../support/start-program.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { openPage } from '../support/watched-page.ts'

const SEED = Number(process.env['SMACKTALK_TEST_SEED'] ?? 1)
const CHANNELS = ['first_den', 'second_den'] as const

const opened = await openBrowserIfAny()

describe.skipIf(opened === null)('an audit on the page', () => {
  it(`shows its verdict, span, age and figures, as the answer tells them (seed ${SEED})`, async () => {
    if (opened === null) return
    using folder = temporaryFolder()
    const random = new Random(SEED)
    const lines = pastChat({ channels: CHANNELS, random, days: 1, untilMs: Date.now() - HOUR_MS })
    const file = join(folder.path, 'history.irc')
    writeFileSync(file, `${lines.join('\n')}\n`)
    const env = { SMACKTALK_SOURCE: 'twitch', SMACKTALK_DATA_DIR: join(folder.path, 'data') }
    for (const words of [['import', file], ['audit']]) {
      await using program = startProgram({ words, cwd: folder.path, env, name: words.join(' ') })
      expect((await program.ended).code, program.printed()).toBe(0)
    }

    await using chat = await NumberedChat.start({
      channels: CHANNELS,
      random,
      messagesPerSecond: 20,
      againMs: 5_000,
    })
    await using product = startProduct({
      dataDir: env.SMACKTALK_DATA_DIR,
      cwd: folder.path,
      env: {
        SMACKTALK_SOURCE: env.SMACKTALK_SOURCE,
        SMACKTALK_TWITCH_URL: chat.url,
        SMACKTALK_CHANNELS: CHANNELS.join(','),
      },
    })
    await product.ready()
    const { audit } = await product.ask<PipelineAnswer>('/pipeline')
    expect(audit).toMatchObject({ channels: CHANNELS.length, records: lines.length, differences: 0 })

    await using shown = await openPage(opened.browser, { width: 1_440, height: 900 })
    await shown.page.goto(`${await product.address()}/pipeline`)
    const panel = shown.page.getByRole('region', { name: 'Running account and audit' })
    await panel.getByText('Counts verified').waitFor()
    await panel.getByText(/^\d+ \w{3}, \d\d:\d\d, .+ ago$/).waitFor()
    const figure = async (name: string): Promise<string | null> =>
      panel.locator('dl > div', { hasText: name }).last().locator('dd').textContent()
    const written = (value: number | undefined): string => (value ?? Number.NaN).toLocaleString('en-US')
    expect(await figure('Records counted again')).toBe(written(lines.length))
    expect(await figure('Minutes, hours and days compared')).toBe(written(audit?.spans))
    expect(await figure('Channels')).toBe(String(CHANNELS.length))
    expect(await figure('Differences')).toBe('0')
    await panel.getByText(/^\d+ \w{3}, \d\d:\d\d – \d+ \w{3}, \d\d:\d\d$/).waitFor()
    expect(shown.problems).toEqual([])
  })
})
