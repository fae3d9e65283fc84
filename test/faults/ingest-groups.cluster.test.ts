/** Two groups of ingestors on a real cluster: every channel is heard twice and counted once, and one that dies is no gap. */
import type { ChannelsAnswer, PipelineAnswer, SeriesAnswer, StatusAnswer } from '@smacktalk/contract'
import { expect, test } from 'vitest'
import { NumberedChat } from '../support/numbered-chat.ts'
import { Random } from '../support/random.ts'
import { expectAllCounted } from '../support/role-chat.ts'
import { type RoleProcess, roleCluster } from '../support/start-roles.ts'

const CHANNELS = Array.from({ length: 40 }, (_, index) => `den_${String(index + 1).padStart(2, '0')}`)
const SEED = 11
const GROUPS = ['ingest-a', 'ingest-b'] as const

/** 80 JOINs, and 40 once more, at 18 in 10.5 s with some of the budget unused. */
const JOINED_MS = 150_000
/** The session of Kafka's group (6 s) and its sharing anew, on a machine that is busy. */
const MOVED_MS = 20_000
/** Twitch's own limit, whatever our budget is (notes: 20 JOINs in 10 s). */
const LIMIT = { joins: 20, windowMs: 10_000 }

test('of two groups of ingestors each hears all, shared among its members, and who is killed leaves no gap', async () => {
  // Nothing is said again to who joins: what a killed one has not handed in only the other one has.
  await using server = await NumberedChat.start({
    channels: CHANNELS,
    random: new Random(SEED),
    messagesPerSecond: 200,
    againMs: 0,
  })
  await using roles = roleCluster({
    name: 'groups',
    partitions: 32,
    env: { SMACKTALK_TWITCH_URL: server.url, SMACKTALK_CHANNELS: CHANNELS.join(',') },
  })
  await roles.migrate()
  const [gateway, job] = [roles.start('gateway'), roles.start('stream-job')]
  const start = (group: string, name: string) =>
    roles.start('ingestor', { SMACKTALK_INGEST_GROUP: group, SMACKTALK_DATA_DIR: name })
  const [a1, a2, b1, b2] = [
    start(GROUPS[0], 'a1'),
    start(GROUPS[0], 'a2'),
    start(GROUPS[1], 'b1'),
    start(GROUPS[1], 'b2'),
  ]
  await Promise.all([gateway, job, a1, a2, b1, b2].map((role) => role.ready()))
  const heardTwice = () => CHANNELS.every((channel) => server.listeners(channel) === 2) || null
  await gateway.waitFor('every channel is heard by two', heardTwice, JOINED_MS)

  // Each group has all channels, and both of its members a good part of them.
  for (const group of GROUPS) {
    const shares = await gateway.waitFor(`${group} is at rest`, async () => {
      const members = (await ingestors(gateway)).filter((each) => each.group === group)
      const asked = members.map(({ wanted }) => wanted ?? 0)
      return asked.reduce((sum, wanted) => sum + wanted, 0) === CHANNELS.length ? asked : null
    })
    console.info(`${group}: ${shares.join(' and ')} channels`)
    expect(shares.length).toBe(2)
    for (const share of shares) expect(share).toBeGreaterThanOrEqual(CHANNELS.length / 4)
  }
  // An echo is on its way for a moment, and a range is rounded outwards to the second.
  const from = Date.now() + 2_000
  await saidMore(server, gateway, 1_000)

  const killedAt = performance.now()
  a1.process.kill('SIGKILL')
  await a1.ended
  const moved = gateway.waitFor(
    'its channels are those of the other one in its group',
    async () => {
      const members = (await ingestors(gateway)).filter(({ state }) => state === 'running')
      const all = members.some(({ group, wanted }) => group === GROUPS[0] && wanted === CHANNELS.length)
      await expectAllJoined(gateway)
      return all || null
    },
    MOVED_MS,
  )
  await gateway.waitFor('it is said that one is missing', () =>
    isTold(gateway, '1 of 4 ingestors does not answer'),
  )
  await moved
  console.info(`moved after ${Math.round(performance.now() - killedAt)} ms`)
  await gateway.waitFor('every channel is heard by two again', heardTwice, JOINED_MS)
  console.info(`heard twice again after ${Math.round(performance.now() - killedAt)} ms`)
  await expectAllJoined(gateway)
  // Two coverage ticks: what a killed one heard since its last one nobody can claim for it.
  await saidMore(server, gateway, 2_000)

  // A whole group: nobody is missed by those who listen.
  for (const role of [b1, b2]) role.process.kill('SIGKILL')
  await Promise.all([b1.ended, b2.ended])
  await saidMore(server, gateway, 1_000)
  await gateway.waitFor('it is said that a group is missing', () =>
    isTold(gateway, 'No ingestor of ingest-b answers'),
  )
  await expectAllJoined(gateway)
  const to = Date.now()

  await server.fallSilent()
  await expectAllCounted(gateway, server)
  const { account } = await gateway.ask<StatusAnswer>('/status')
  expect(account.messages).toBe(server.messages)
  expect(account.duplicates).toBeGreaterThan(account.messages / 2)
  for (const channel of CHANNELS) {
    const { gaps, coverage } = await gateway.ask<SeriesAnswer>(
      `/channels/${channel}/series?from=${from}&to=${to}&step=second`,
    )
    expect([channel, gaps, coverage]).toEqual([channel, [], 1])
  }
  const megabytes = Math.round((a2.peakRssBytes() ?? 0) / 1024 / 1024)
  console.info(`an ingestor in ${CHANNELS.length} channels took ${megabytes} MB`)
  const times = server.joins.map(({ atMs }) => atMs)
  const inWindow = times.map(
    (at) => times.filter((other) => other >= at && other < at + LIMIT.windowMs).length,
  )
  console.info(`${times.length} JOINs, at most ${Math.max(...inWindow)} in 10 s`)
  expect(Math.max(...inWindow)).toBeLessThanOrEqual(LIMIT.joins)
})

async function ingestors(gateway: RoleProcess) {
  const { instances } = await gateway.ask<PipelineAnswer>('/pipeline')
  return instances.filter(({ role }) => role === 'ingestor')
}

async function isTold(gateway: RoleProcess, text: string): Promise<true | null> {
  const { troubles } = await gateway.ask<PipelineAnswer>('/pipeline')
  return troubles.some((trouble) => trouble.text === text) || null
}

async function expectAllJoined(gateway: RoleProcess): Promise<void> {
  const { channels } = await gateway.ask<ChannelsAnswer>('/channels')
  expect(channels.filter(({ state }) => state !== 'joined')).toEqual([])
  expect(channels.length).toBe(CHANNELS.length)
}

async function saidMore(server: NumberedChat, gateway: RoleProcess, messages: number): Promise<void> {
  const before = server.messages
  await gateway.waitFor('more is said', () => server.messages > before + messages || null)
}
