import { HOUR_MS, MINUTE_MS, type OverviewAnswer, type StatusAnswer } from '@smacktalk/contract'
import { expect, test } from 'vitest'
import { eventually } from '../support/eventually.ts'
import { watchLive } from '../support/live-watcher.ts'
import { type Product, startProduct } from '../support/start-product.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

/** Two hours of chat are imported beside everything else a busy machine does; how fast is a benchmark's matter. */
const IMPORTED_MS = 90_000
/** Of the sixty minutes; the first and the last may be cut. */
const FULL_MINUTES = 58

function demo(dataDir: string): Product {
  return startProduct({
    dataDir,
    // Fewer than by default: two hours of them are imported at once.
    env: { SMACKTALK_SOURCE: 'demo', SMACKTALK_DEMO_MESSAGES_PER_SECOND: '6' },
  })
}

async function minutesWithMessages(product: Product, from: number, to: number): Promise<number> {
  const { points } = await product.ask<OverviewAnswer>(`/overview?from=${from}&to=${to}&step=minute`)
  return points.filter(({ messages }) => messages !== null && messages > 0).length
}

test(
  'the demo world says that it is one, brings its last two hours, and its numbers move',
  async () => {
    using folder = temporaryFolder()
    const startedAt = Date.now()
    await using product = demo(folder.path)
    await product.ready()
    expect((await product.ask<StatusAnswer>('/status')).source).toBe('demo')

    using live = watchLive(await product.address(), { overview: true }, () => {})
    const first = await eventually('a frame with messages', () => {
      const frame = live.newest
      return frame !== null && frame.values.rate > 0 && frame
    })
    await eventually('the numbers move', () => {
      const now = live.newest
      return (
        now !== null && (now.asOf ?? '') > (first.asOf ?? '') && Number(now.position) > Number(first.position)
      )
    })

    const { context } = product
    const lastHour = () => minutesWithMessages(product, startedAt - HOUR_MS, startedAt)
    await eventually('the last hour has numbers', async () => (await lastHour()) >= FULL_MINUTES, {
      context,
      withinMs: IMPORTED_MS,
    })
    const hourBefore = () =>
      minutesWithMessages(product, startedAt - 2 * HOUR_MS + MINUTE_MS, startedAt - HOUR_MS)
    expect(await hourBefore()).toBeGreaterThanOrEqual(FULL_MINUTES - 1)

    const { account } = await product.ask<StatusAnswer>('/status')
    const { records, messages, events, duplicates, late, dropped } = account
    expect(records).toBe(messages + events + duplicates + late + dropped)
    expect((await product.stop()).code).toBe(0)

    await using again = demo(folder.path)
    await again.ready()
    expect(await minutesWithMessages(again, startedAt - HOUR_MS, startedAt)).toBeGreaterThanOrEqual(
      FULL_MINUTES,
    )
  },
  2 * IMPORTED_MS,
)
