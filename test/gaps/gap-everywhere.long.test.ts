/** A cut of 60 s: hatched with its cause on the page, and the same coverage in the page, the API and an export. */
import { MINUTE_MS, type SeriesAnswer, spanStart } from '@smacktalk/contract'
import { expect, onTestFinished, test } from 'vitest'
import { openBrowserIfAny } from '../support/browser.ts'
import { eventually } from '../support/eventually.ts'
import { startProgram } from '../support/start-program.ts'
import { openPage } from '../support/watched-page.ts'
import { CHANNEL, startCutChat } from './cut-chat.ts'

const CUT_MS = 60_000
/** From a coverage tick to what is stored of it. */
const STORED_MS = 8_000
const opened = await openBrowserIfAny()

test.skipIf(opened === null)('a cut of a minute has the same figures everywhere', async () => {
  if (opened === null) return
  const stack = new AsyncDisposableStack()
  onTestFinished(() => stack.disposeAsync())
  stack.use(opened)
  const { product, cut, dataDir } = stack.use(await startCutChat({}))
  const from = spanStart(Date.now(), MINUTE_MS)
  await cut(CUT_MS)
  const to = spanStart(Date.now(), MINUTE_MS) + MINUTE_MS
  await eventually('the minute is over, and stored', () => Date.now() > to + STORED_MS, {
    withinMs: 2 * MINUTE_MS,
  })

  const range = `from=${from}&to=${to}&step=minute`
  const answer = await product.ask<SeriesAnswer>(`/channels/${CHANNEL}/series?${range}`)
  const lost = answer.gaps.filter(({ cause }) => cause === 'connection lost')
  expect(lost).toHaveLength(1)
  const lostMs = Date.parse(lost[0]?.to ?? '') - Date.parse(lost[0]?.from ?? '')
  expect(lostMs).toBeGreaterThan(CUT_MS / 2)
  const coveredMs = answer.points.map((point) => ('coveredMs' in point ? point.coveredMs : 0))
  const wantedFrom = Math.max(from, Date.parse(answer.gaps[0]?.from ?? ''))
  const sum = coveredMs.reduce((a, b) => a + b, 0)
  expect(answer.coverage).toBe(Math.floor((sum / (to - wantedFrom)) * 10_000) / 10_000)

  const exported = stack.use(
    startProgram({
      words: ['export', 'minutes', '--channel', CHANNEL, '--from', String(from), '--to', String(to)].concat(
        ...['--format', 'ndjson'],
      ),
      cwd: dataDir,
      env: { SMACKTALK_DATA_DIR: dataDir, SMACKTALK_SOURCE: 'twitch' },
      name: 'the export',
    }),
  )
  expect(await exported.ended, exported.context()).toMatchObject({ code: 0 })
  const rows = exported
    .printed()
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line): { coveredMs: number; messages: number | null } => JSON.parse(line))
  expect(rows.map((row) => row.coveredMs)).toEqual(coveredMs)
  expect(rows.map((row) => row.messages)).toEqual(answer.points.map(({ messages }) => messages))

  const { page } = stack.use(await openPage(opened.browser, { width: 1_280, height: 900 }))
  const address = `${await product.address()}/channels/${CHANNEL}`
  await page.goto(`${address}?from=${new Date(from).toISOString()}&to=${new Date(to).toISOString()}`)
  const shown = `${(Math.floor((answer.coverage ?? 0) * 10_000) / 100).toFixed(2)}%`
  await page.locator('.coverage').getByText(shown).waitFor()
  await page.goto(`${address}?range=1h`)
  await page.getByText(/1 min.* missing, .*connection lost/).waitFor()
})
