/** One group of ingestors on a real cluster: who comes or goes is given channels, or gives them, without a gap. */
import type { PipelineAnswer, SeriesAnswer } from '@smacktalk/contract'
import { expect, test } from 'vitest'
import { NumberedChat } from '../support/numbered-chat.ts'
import { Random } from '../support/random.ts'
import { expectAllCounted } from '../support/role-chat.ts'
import { type RoleProcess, roleCluster } from '../support/start-roles.ts'

/** Few enough to be joined within one share of the budget. */
const CHANNELS = Array.from({ length: 12 }, (_, index) => `den_${String(index + 1).padStart(2, '0')}`)
const SEED = 12
const PER_SECOND = 100
/** A hand-over waits for the JOINs of the one who takes over, its first ones perhaps for a window of the budget. */
const MOVED_MS = 60_000
/** After so many no JOIN counts any more: the window of 10.5 s, and some. */
const RESTED = 12 * PER_SECOND

test('an ingestor that joins a group and one that stops hand their channels over without a gap', async () => {
  await using server = await NumberedChat.start({
    channels: CHANNELS,
    random: new Random(SEED),
    messagesPerSecond: PER_SECOND,
    againMs: 0,
  })
  await using roles = roleCluster({
    name: 'hand',
    partitions: 16,
    env: {
      SMACKTALK_TWITCH_URL: server.url,
      SMACKTALK_CHANNELS: CHANNELS.join(','),
      SMACKTALK_LOG_LEVEL: 'info',
    },
  })
  await roles.migrate()
  const [gateway, job] = [roles.start('gateway'), roles.start('stream-job')]
  const first = roles.start('ingestor', { SMACKTALK_DATA_DIR: 'first' })
  await Promise.all([gateway, job, first].map((role) => role.ready()))
  await gateway.waitFor('every channel is heard', () => server.heard || null)
  // An echo is on its way for a moment, and a range is rounded outwards to the second.
  const from = Date.now() + 2_000

  const second = roles.start('ingestor', { SMACKTALK_DATA_DIR: 'second' })
  await gateway.waitFor(
    'they share the channels, each heard by one',
    async () => {
      const asked = await askedBy(gateway)
      expect(server.heard).toBe(true)
      const isShared =
        asked.length === 2 &&
        Math.min(...asked) > 0 &&
        asked.reduce((sum, count) => sum + count, 0) === CHANNELS.length
      return (isShared && isHeardOnce(server)) || null
    },
    MOVED_MS,
  )
  const rested = server.messages + RESTED
  await gateway.waitFor('the budget has rested', () => server.messages > rested || null)

  const stoppedAt = performance.now()
  expect(await first.stop(), first.context()).toEqual({ code: 0, signal: null })
  console.info(`handed over and stopped within ${Math.round(performance.now() - stoppedAt)} ms`)
  expect(server.heard, `${first.context()}\n${second.context()}`).toBe(true)
  await gateway.waitFor(
    'the other one has them all',
    async () => (await askedBy(gateway)).includes(CHANNELS.length) || null,
  )
  const later = server.messages + 3 * PER_SECOND
  await gateway.waitFor('more is said', () => server.messages > later || null)
  const to = Date.now()

  await server.fallSilent()
  await expectAllCounted(gateway, server)
  for (const channel of CHANNELS) {
    const { gaps, coverage } = await gateway.ask<SeriesAnswer>(
      `/channels/${channel}/series?from=${from}&to=${to}&step=second`,
    )
    expect([channel, gaps, coverage]).toEqual([channel, [], 1])
  }
  expect(await second.stop(), second.context()).toEqual({ code: 0, signal: null })
})

const isHeardOnce = (server: NumberedChat) => CHANNELS.every((channel) => server.listeners(channel) === 1)

/** Channels that each running ingestor is to be in. */
async function askedBy(gateway: RoleProcess): Promise<number[]> {
  const { instances } = await gateway.ask<PipelineAnswer>('/pipeline')
  return instances.flatMap(({ role, state, wanted }) => {
    return role === 'ingestor' && state === 'running' ? [wanted ?? 0] : []
  })
}
