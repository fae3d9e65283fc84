/**
 * Five hundred channels on the running program, measured where it matters: at the server, which cuts off whoever is
 * too fast. It takes the five minutes that Twitch's own limits make of it.
 */
import type { AddChannelsAnswer, ChannelsAnswer, PipelineAnswer } from '@smacktalk/contract'
import { startFakeTwitch } from '@smacktalk/fake-twitch'
import { expect, it } from 'vitest'
import { eventually } from '../support/eventually.ts'
import { watchLive } from '../support/live-watcher.ts'
import { startProduct } from '../support/start-product.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const CHANNELS = 500
/** 18 JOINs in 10.5 s, the first 18 at once; a third more for a busy machine. */
const ALL_JOINED_MS = (CHANNELS / 18) * 10_500 * 1.35

const names = Array.from({ length: CHANNELS }, (_, index) => `room_${index}`)

it('joins 500 pasted channels at the pace Twitch allows, the one that is looked at first, and counts agree at rest', {
  timeout: ALL_JOINED_MS + 60_000,
}, async () => {
  using folder = temporaryFolder()
  await using twitch = await startFakeTwitch()
  twitch.enforcePace(true)
  await using product = startProduct({
    dataDir: folder.path,
    env: { SMACKTALK_SOURCE: 'twitch', SMACKTALK_TWITCH_URL: twitch.url, SMACKTALK_CHANNELS: 'first_one' },
  })
  const { context } = product
  await product.ready()
  const url = await product.address()
  await eventually('the first one is joined', () => twitch.joined('first_one') === 1, { context })

  const answer = await fetch(`${url}/api/v1/channels`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ names: [...names, ...names.slice(0, 20), 'no name', '-'] }),
  })
  const { results } = (await answer.json()) as AddChannelsAnswer
  const counted = (status: number) => results.filter((result) => result.status === status).length
  expect([counted(202), counted(200), counted(400)]).toEqual([CHANNELS, 20, 2])

  // Somebody opens the page of the last one: it does not wait five minutes.
  const looked = names.at(-1) ?? ''
  const pastedAt = Date.now()
  using _page = watchLive(url, { channel: looked }, () => {})
  await eventually('the one that is looked at is joined', () => twitch.joined(looked) === 1, {
    context,
    withinMs: 60_000,
  })
  expect(twitch.joins.length).toBeLessThan(120)
  const { channels } = await product.ask<ChannelsAnswer>('/channels')
  const queued = channels.filter(({ state }) => state === 'queued')
  expect(queued.length).toBeGreaterThan(300)
  const places = queued.map(({ place }) => place ?? 0).sort((a, b) => a - b)
  expect(places).toEqual(queued.map((_, index) => index + 1))
  const slowest = queued.find(({ place }) => place === queued.length)
  expect((slowest?.etaMs ?? 0) / 1_000).toBeGreaterThan((queued.length / 18) * 10.5 * 0.8)

  const inAll = () => names.filter((name) => twitch.joined(name) === 1).length
  await eventually('all are joined', () => inAll() === CHANNELS, { context, withinMs: ALL_JOINED_MS })
  console.info(`${CHANNELS} channels were joined in ${((Date.now() - pastedAt) / 1_000).toFixed(1)} s`)

  const times = twitch.joins.map(({ atMs }) => atMs)
  const most = Math.max(
    ...times.map((at, index) => times.slice(index).filter((other) => other < at + 10_000).length),
  )
  const perConnection = new Map<number, number>()
  for (const { connection } of twitch.joins) {
    perConnection.set(connection, (perConnection.get(connection) ?? 0) + 1)
  }
  const apart = twitch.arrivals.slice(1).map((at, index) => at - (twitch.arrivals[index] ?? 0))
  console.info(
    `at most ${most} JOINs in 10 s, ${[...perConnection.values()].join(' + ')} channels on connections ` +
      `that came at least ${Math.min(...apart)} ms apart`,
  )
  expect(most).toBeLessThanOrEqual(20)
  expect(Math.max(...perConnection.values())).toBeLessThanOrEqual(90)
  // The server sees them a little closer together than they started.
  expect(Math.min(...apart)).toBeGreaterThanOrEqual(550)
  expect(twitch.joins).toHaveLength(CHANNELS + 1)

  const pipeline = await eventually(
    'what the ingestor says is of now',
    async () => {
      const { instances } = await product.ask<PipelineAnswer>('/pipeline')
      const ingestor = instances.find(({ role }) => role === 'ingestor')
      return ingestor?.joined === CHANNELS + 1 && ingestor
    },
    { context },
  )
  expect([pipeline.wanted, pipeline.joined, pipeline.confirmed]).toEqual(Array(3).fill(CHANNELS + 1))
  expect(pipeline.connections.map(({ state, restarts }) => [state, restarts])).toEqual(
    Array.from({ length: 6 }, () => ['open', 0]),
  )
  const after = await product.ask<ChannelsAnswer>('/channels')
  expect(after.channels.filter(({ state }) => state === 'joined')).toHaveLength(CHANNELS + 1)
  expect((await product.stop()).code).toBe(0)
})
