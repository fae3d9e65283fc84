/** Twitch counts the JOINs of a process that was killed with those of the one that comes after it. */
import { startFakeTwitch } from '@smacktalk/fake-twitch'
import { expect, onTestFinished, test } from 'vitest'
import { eventually } from '../support/eventually.ts'
import { startProduct } from '../support/start-product.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const TEN_SECONDS_MS = 10_000
const JOINS_IN_TEN_SECONDS_MAX = 20

test('a process that was killed and is back at once sends no more JOINs than one that lived', async () => {
  const stack = new AsyncDisposableStack()
  onTestFinished(() => stack.disposeAsync())
  const folder = stack.use(temporaryFolder())
  const twitch = stack.use(await startFakeTwitch())
  const env = {
    SMACKTALK_SOURCE: 'twitch',
    SMACKTALK_TWITCH_URL: twitch.url,
    SMACKTALK_CHANNELS: Array.from({ length: 16 }, (_, index) => `c${index}`).join(),
  }
  for (let round = 1; round <= 3; round++) {
    const product = stack.use(startProduct({ dataDir: folder.path, env }))
    const { context } = product
    const all = () => twitch.joins.length >= 16 * round
    await eventually('all channels are joined', all, { withinMs: 60_000, context })
    product.process.kill('SIGKILL')
    await product.ended
  }
  expect(twitch.joins).toHaveLength(48)
  const counts = twitch.joins.map(
    ({ atMs }) =>
      twitch.joins.filter((other) => other.atMs >= atMs && other.atMs < atMs + TEN_SECONDS_MS).length,
  )
  expect(Math.max(...counts)).toBeLessThanOrEqual(JOINS_IN_TEN_SECONDS_MAX)
})
