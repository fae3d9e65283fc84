/** What an ingestor that was killed could not say any more. */
import { MINUTE_MS, type SeriesAnswer } from '@smacktalk/contract'
import { expect, onTestFinished, test } from 'vitest'
import { eventually } from '../support/eventually.ts'
import { startProduct } from '../support/start-product.ts'
import { CHANNEL, startCutChat } from './cut-chat.ts'

const DOWN_MS = 4_000

test('the time in which a killed ingestor was away is a gap, and says so', async () => {
  const stack = new AsyncDisposableStack()
  onTestFinished(() => stack.disposeAsync())
  const startedAt = Date.now()
  const { product, dataDir, twitch } = stack.use(await startCutChat({}))
  const figures = `/channels/${CHANNEL}/series?from=${Date.now() - MINUTE_MS}&to=${Date.now() + 2 * MINUTE_MS}&step=minute`
  await eventually('something is counted', async () => {
    const { totals } = await product.ask<SeriesAnswer>(figures)
    return (totals['messages'] ?? 0) > 60
  })
  product.process.kill('SIGKILL')
  await product.ended
  const killedAt = Date.now()
  await eventually('a while has passed', () => Date.now() > killedAt + DOWN_MS)
  const env = {
    SMACKTALK_SOURCE: 'twitch',
    SMACKTALK_TWITCH_URL: twitch.url,
    SMACKTALK_CHANNELS: CHANNEL,
  }
  const again = stack.use(startProduct({ dataDir, env }))
  await again.ready()
  const gap = await eventually('the gap is told', async () => {
    const { gaps } = await again.ask<SeriesAnswer>(figures)
    return (
      gaps.find(({ cause, to }) => cause === 'ingestor down' && Date.parse(to) < Date.now() - 1_000) ?? null
    )
  })
  // It begins with the last word of the killed one, after its first one.
  expect(Date.parse(gap.from)).toBeGreaterThan(startedAt)
  expect(Date.parse(gap.from)).toBeLessThanOrEqual(killedAt)
  expect(Date.parse(gap.to)).toBeGreaterThan(killedAt + DOWN_MS)
})
