import type { ChannelsAnswer } from '@smacktalk/contract'
import { expect, test } from 'vitest'
import { clusterUnderTest } from '../support/cluster-under-test.ts'
import { watchLive } from '../support/live-watcher.ts'
import { chat, expectAllCounted, listening } from '../support/role-chat.ts'
import { openTcpProxy } from '../support/tcp-proxy.ts'

/** Charts move on for so long after the store was lost, ms; at 200 messages a second the job has room for minutes. */
const MOVE_ON_MS = 10_000

/** Coverage comes every 5 s and is the last that a new channel's partition has to read. */
const MEET_MS = 8_000

test('an ingestor hears without a store, and tells how it stands when there is one', async () => {
  await using server = await chat()
  await using roles = listening(server, { name: 'hear' })
  await roles.migrate()
  await using proxy = await openTcpProxy(clusterUnderTest().cassandra)
  proxy.cut()
  const ingestor = roles.start('ingestor', { SMACKTALK_CASSANDRA_CONTACT_POINTS: proxy.address })
  await ingestor.ready()
  await ingestor.waitFor('it says what it waits for', () => /Waiting for Cassandra/.exec(ingestor.printed()))
  const hear = async () => ((await ingestor.metric('smacktalk_ingestor_lines')) > 200 ? true : null)
  await ingestor.waitFor('it hears', hear)

  const gateway = roles.start('gateway')
  roles.start('stream-job')
  await gateway.ready()
  const states = async () => {
    const { channels } = await gateway.ask<ChannelsAnswer>('/channels')
    return channels.map(({ state }) => state)
  }
  expect(await states()).not.toContain('joined')
  proxy.heal()
  await gateway.waitFor('the states are told', async () => {
    return (await states()).every((state) => state === 'joined') || null
  })
  await server.fallSilent()
  await expectAllCounted(gateway, server)
})

test.each(['drop', 'freeze'] as const)(
  'a job that loses its store says so, shows what is said, and stores it when the store is back (%s)',
  async (cut) => {
    await using server = await chat()
    await using roles = listening(server, { name: `store_${cut}` })
    await roles.migrate()
    await using proxy = await openTcpProxy(clusterUnderTest().cassandra)
    const gateway = roles.start('gateway')
    const job = roles.start('stream-job', { SMACKTALK_CASSANDRA_CONTACT_POINTS: proxy.address })
    const ingestor = roles.start('ingestor')
    await Promise.all([gateway, job, ingestor].map((role) => role.ready()))
    let asOf = 0
    using _watch = watchLive(await gateway.address(), { overview: true }, (frame) => {
      if (frame.asOf !== null) asOf = Math.max(asOf, Date.parse(frame.asOf))
    })
    await gateway.waitFor('the chart moves', () => asOf > 0 || null)
    // What is met for the first time has to be read from the store, so everything is met first: also who heard what.
    const metAt = asOf + MEET_MS
    await gateway.waitFor('everything is met', () => asOf > metAt || null)

    proxy.cut(cut)
    const cutAt = Date.now()
    await job.waitFor('it says what is missing', async () => {
      return (await job.obstacles()).some((reason) => reason.includes('store')) || null
    })
    expect((await fetch(`${await job.health()}/healthz`)).status).toBe(200)
    await job.waitFor('the chart moves on', () => asOf > cutAt + MOVE_ON_MS || null)
    expect(await job.obstacles()).not.toEqual([])

    proxy.heal()
    await job.ready()
    await server.fallSilent()
    await expectAllCounted(gateway, server)
  },
)

test('a job whose store does not answer stops in time, and nothing of what it had counted is lost', async () => {
  await using server = await chat()
  await using roles = listening(server, { name: 'stop_cut' })
  await roles.migrate()
  await using proxy = await openTcpProxy(clusterUnderTest().cassandra)
  const gateway = roles.start('gateway')
  const job = roles.start('stream-job', { SMACKTALK_CASSANDRA_CONTACT_POINTS: proxy.address })
  const ingestor = roles.start('ingestor')
  await Promise.all([gateway, job, ingestor].map((role) => role.ready()))
  await job.waitFor('it counts', async () =>
    (await job.metric('smacktalk_job_records')) > 200 ? true : null,
  )
  proxy.cut('freeze')
  const cutAt = await job.metric('smacktalk_job_records')
  await job.waitFor('it counts on', async () => {
    return (await job.metric('smacktalk_job_records')) > cutAt + 200 || null
  })
  expect(await job.stop(), job.context()).toEqual({ code: 0, signal: null })
  expect(job.printed()).toContain('what is missing is in the log')
  roles.start('stream-job')
  await server.fallSilent()
  await expectAllCounted(gateway, server)
})
