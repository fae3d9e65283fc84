import type { ChannelsAnswer, SeriesAnswer, StatusAnswer } from '@smacktalk/contract'
import { expect, test } from 'vitest'
import { CHANNELS, chat, expectAllCounted, listening } from '../support/role-chat.ts'
import { askApi } from '../support/start-program.ts'
import type { RoleProcess } from '../support/start-roles.ts'

test('three migrations at once, then three roles: what is said is counted, and each stops when told to', async () => {
  await using server = await chat()
  await using roles = listening(server, { name: 'roles' })
  await Promise.all([roles.migrate(), roles.migrate(), roles.migrate()])
  expect(await roles.migrate()).not.toMatch(/Made|created/)

  const ingestor = roles.start('ingestor')
  const job = roles.start('stream-job')
  const gateway = roles.start('gateway')
  await Promise.all([ingestor.ready(), job.ready(), gateway.ready()])
  await gateway.waitFor('something is counted', async () => {
    const { totals } = await gateway.ask<SeriesAnswer>(`/channels/${CHANNELS[0]}/series`)
    return (totals['messages'] ?? 0) > 50 || null
  })
  await server.fallSilent()
  await expectAllCounted(gateway, server)
  const { channels } = await gateway.ask<ChannelsAnswer>('/channels')
  expect(channels.map(({ name, state }) => [name, state])).toEqual(CHANNELS.map((name) => [name, 'joined']))

  for (const role of [ingestor, job, gateway]) {
    expect(await role.stop(), role.context()).toEqual({ code: 0, signal: null })
    expect(role.printed()).toContain('Stopped.')
  }
})

test('roles started in the wrong order, before anything is there, wait and say what for', async () => {
  await using server = await chat()
  await using roles = listening(server, { name: 'order' })
  const gateway = roles.start('gateway')
  const job = roles.start('stream-job')
  const ingestor = roles.start('ingestor')
  for (const role of [gateway, job, ingestor]) {
    await role.waitFor('it says what it waits for', () => /Waiting for .*migrate/.exec(role.printed()))
    expect((await fetch(`${await role.health()}/healthz`)).status).toBe(200)
    await role.waitFor('readiness says so too', async () => {
      return /migrate/.test((await role.obstacles()).join(' ')) || null
    })
  }
  // A gateway says on its pages what is away.
  expect((await fetch(`${await gateway.address()}/api/v1/status`)).status).toBe(200)
  await roles.migrate()
  await Promise.all([gateway, job, ingestor].map((role) => role.ready()))
  await gateway.waitFor('something is counted', async () => {
    const { totals } = await gateway.ask<SeriesAnswer>(`/channels/${CHANNELS[0]}/series`)
    return (totals['messages'] ?? 0) > 50 || null
  })
  await server.fallSilent()
  await expectAllCounted(gateway, server)
})

test('a role that waits for its servers stops when told to', async () => {
  await using server = await chat()
  await using roles = listening(server, { name: 'away', env: { SMACKTALK_KAFKA_BROKERS: '127.0.0.1:1' } })
  const job = roles.start('stream-job', { SMACKTALK_CASSANDRA_CONTACT_POINTS: '127.0.0.1:1' })
  const ingestor = roles.start('ingestor')
  for (const role of [job, ingestor]) {
    await role.waitFor('it waits', () =>
      /Waiting for (Kafka|Cassandra) at 127\.0\.0\.1:1\./.exec(role.printed()),
    )
    expect(await role.stop(), role.context()).toEqual({ code: 0, signal: null })
  }
})

test('a configured channel that is removed at any gateway stays away when an ingestor starts again', async () => {
  await using server = await chat()
  await using roles = listening(server, { name: 'remove' })
  await roles.migrate()
  const first = roles.start('ingestor')
  const gateways = [roles.start('gateway'), roles.start('gateway')] as const
  await Promise.all([first, ...gateways].map((role) => role.ready()))
  const listed = async (gateway: RoleProcess) => {
    const { channels } = await gateway.ask<ChannelsAnswer>('/channels')
    return channels.map(({ name }) => name)
  }
  await gateways[0].waitFor('both are listed', async () => (await listed(gateways[0])).length === 2 || null)
  const removed = await fetch(`${await gateways[0].address()}/api/v1/channels/${CHANNELS[0]}`, {
    method: 'DELETE',
    headers: { 'content-type': 'application/json' },
  })
  expect(removed.status).toBe(204)
  await first.stop()
  const second = roles.start('ingestor')
  await second.ready()
  await gateways[1].waitFor('it is joined', async () => {
    const { channels } = await gateways[1].ask<ChannelsAnswer>('/channels')
    return channels.some(({ name, state }) => name === CHANNELS[1] && state === 'joined') || null
  })
  for (const gateway of gateways) expect(await listed(gateway)).toEqual([CHANNELS[1]])
})

test('all roles run in one process over the cluster, and the demo world has topics and a keyspace of its own', async () => {
  await using server = await chat()
  await using roles = listening(server, { name: 'all', env: { SMACKTALK_SOURCE: 'demo' } })
  await roles.migrate()
  await using all = roles.command(['all'])
  const [, port] = await all.waitFor('it serves', () => /Open http:\S+:(\d+)/.exec(all.printed()))
  const status = () => askApi<StatusAnswer>(`http://127.0.0.1:${port}`, '/status')
  const counted = async () => ((await status()).account.messages > 20 ? true : null)
  await all.waitFor('the demo world is counted', counted)
  expect(await status()).toMatchObject({ source: 'demo', backend: 'cluster' })
  expect(server.heard).toBe(false)
  expect(await all.stop(), all.context()).toEqual({ code: 0, signal: null })
  // Those of Twitch were never made.
  const twitch = roles.command(['doctor'], { SMACKTALK_SOURCE: 'twitch' })
  expect((await twitch.ended).code).toBe(1)
  expect(twitch.printed()).toMatch(/FAIL +schema +There is no keyspace/)
})
