/** Twenty thousand messages a second for half a minute, by a server that does not wait, to the running program. */
import type { StatusAnswer } from '@smacktalk/contract'
import { startFakeTwitch } from '@smacktalk/fake-twitch'
import { expect, it } from 'vitest'
import { eventually } from '../support/eventually.ts'
import { startProduct } from '../support/start-product.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { flood, roomOf } from './flood.ts'

const CHANNELS = ['flood_1', 'flood_2', 'flood_3', 'flood_4']
const PER_SECOND = 20_000
const SECONDS = 30

it('counts every message of a flood', { timeout: 600_000 }, async () => {
  using folder = temporaryFolder()
  await using twitch = await startFakeTwitch({ idOf: roomOf })
  await using product = startProduct({
    dataDir: folder.path,
    env: {
      SMACKTALK_SOURCE: 'twitch',
      SMACKTALK_TWITCH_URL: twitch.url,
      SMACKTALK_CHANNELS: CHANNELS.join(','),
    },
  })
  const { context } = product
  await product.ready()
  await eventually('all are joined', () => CHANNELS.every((channel) => twitch.joined(channel) === 1), {
    context,
  })

  const { messages, tookMs } = await flood(twitch, {
    channels: CHANNELS,
    perSecond: PER_SECOND,
    seconds: SECONDS,
  })
  const rate = Math.round((messages / tookMs) * 1_000)
  const sentAt = performance.now()
  const { account } = await eventually(
    'every message is counted',
    async () => {
      const status = await product.ask<StatusAnswer>('/status')
      return status.account.messages >= messages && status
    },
    { context, withinMs: 300_000, everyMs: 500 },
  )
  const behindMs = Math.round(performance.now() - sentAt)
  console.info(`${messages} messages at ${rate} a second; counted ${behindMs} ms after the last`)
  expect(rate).toBeGreaterThan(PER_SECOND * 0.95)
  expect(twitch.lost).toBe(0)
  expect(account).toMatchObject({ messages, duplicates: 0, late: 0, dropped: 0 })
  const connections = await product.metric('smacktalk_ingestor_connection_restarts')
  expect(connections).toBe(0)
  expect((await product.stop()).code).toBe(0)
})
