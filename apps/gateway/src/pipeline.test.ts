/** `GET /pipeline` over a real log and store. */
import {
  AUDITS_PARTITION,
  CHECKPOINTS_PARTITION,
  checkpointRow,
  LOG_PARTITIONS,
  type PipelineAnswer,
  timeKey,
} from '@smacktalk/contract'
import { describe, expect, test, vi } from 'vitest'
import { SCHEMAS } from './answer-schemas.ts'
import { listen, names, openCluster } from './cluster-fixture.ts'
import { classes, openTestGateway, viewOf } from './gateway-fixture.ts'
import { instanceOf } from './instance-fixture.ts'
import { misfits } from './json-schema-fixture.ts'
import { replacing } from './replacing-fixture.ts'

const audit = {
  at: 5,
  from: 0,
  to: 0,
  channels: 1,
  spans: 0,
  records: 40,
  differences: 0,
}

describe('GET /pipeline', () => {
  test('tells log, lag and owner of partitions, processes, hops and the newest audit', async () => {
    const gateway = await openTestGateway(async ({ rows, wanted }) => {
      await wanted.add(['alpha'])
      await rows.names('7', 'Alpha', 'alpha')
      await rows.state({ login: 'alpha', channelId: '7' })
      await rows.feed('audit', { table: 'audits', partition: AUDITS_PARTITION, row: timeKey(5) }, audit)
      const job = instanceOf('stream-job', {
        partitions: [{ partition: 3, position: 1, end: 3, lagMs: 70 }],
        lastTakeOver: { at: 7_000, partitions: 64, tookMs: 900, readBack: 12 },
        hops: [{ name: 'fold', records: 900, perMinute: 600, p50Ms: 12, p99Ms: 80 }],
      })
      const ingestor = instanceOf('ingestor', {
        hops: [{ name: 'append', records: 900, perMinute: 660, p50Ms: 5, p99Ms: 20 }],
      })
      for (const instance of [job, ingestor]) await rows.instance(instance)
      const checkpoint = {
        table: 'checkpoints',
        partition: CHECKPOINTS_PARTITION,
        row: checkpointRow(3),
      } as const
      await rows.put('checkpoint', checkpoint, { position: 0, writtenAt: 1, appendMs: 1 })
    })
    const key = [...Array(1_000).keys()].map(String).find((id) => gateway.log.partitionOf(id) === 3)!
    const value = new Uint8Array(1)
    await gateway.log.append(
      'chat',
      [1, 2, 3].map(() => ({ key, value })),
    )
    await gateway.publish(
      viewOf({ channelId: '7', position: 4, seconds: [{ at: gateway.clock.nowMs, messages: classes(3) }] }),
    )
    const answer = await vi.waitFor(async () => {
      gateway.clock.nowMs += 1_000
      const { status, body } = await gateway.get('/api/v1/pipeline')
      expect(status).toBe(200)
      expect(misfits(body, SCHEMAS.PipelineAnswer)).toEqual([])
      const pipeline = body as PipelineAnswer
      expect(pipeline.hops[2]?.p50Ms).not.toBeNull()
      expect(pipeline.instances).toHaveLength(2)
      expect(pipeline.partitions[3]?.logEnd).toBe(3)
      return pipeline
    })
    expect(answer.partitions).toHaveLength(LOG_PARTITIONS)
    expect(answer.partitions[3]).toMatchObject({
      ...{ logStart: 0, logEnd: 3, position: 1, committed: 0, lag: 1, lagMs: 70, owner: 'stream-job-1' },
    })
    const home = answer.partitions[gateway.log.partitionOf('7')]
    expect(home).toMatchObject({ channels: [{ id: '7', name: 'alpha', displayName: 'Alpha' }], owner: null })
    expect(answer.hops.slice(0, 2)).toEqual([
      { name: 'append', recordsPerSecond: 11, p50Ms: 5, p99Ms: 20 },
      { name: 'fold', recordsPerSecond: 10, p50Ms: 12, p99Ms: 80 },
    ])
    expect(answer.instances.map(({ role, state }) => `${role} ${state}`)).toEqual([
      'ingestor running',
      'stream-job running',
    ])
    expect(answer.lastTakeOver).toMatchObject({ id: 'stream-job-1', partitions: 64, tookMs: 900 })
    expect(answer.audit).toMatchObject({ records: 40, differences: 0, to: null })
  })

  test('asks the log and the store once a second, however many ask', async () => {
    const asked = { extent: 0, checkpoints: 0 }
    const gateway = await openTestGateway(undefined, {}, ({ log, store }) => ({
      log: replacing(log, {
        extent: (topic, partition) => {
          // The watch over the log asks for the first one.
          if (partition > 0) asked.extent++
          return log.extent(topic, partition)
        },
      }),
      store: replacing(store, {
        load: (table, partition) => {
          if (table === 'audits') asked.checkpoints++
          return store.load(table, partition)
        },
      }),
    }))
    await Promise.all(Array.from({ length: 20 }, () => gateway.get('/api/v1/pipeline')))
    expect(asked).toEqual({ extent: LOG_PARTITIONS - 1, checkpoints: 1 })
    gateway.clock.nowMs += 1_000
    await gateway.get('/api/v1/pipeline')
    expect(asked).toEqual({ extent: 2 * (LOG_PARTITIONS - 1), checkpoints: 2 })
  })

  test('answers without log and store, with what is known', async () => {
    const { gateway, down } = await openCluster()
    const page = await listen(gateway)
    await vi.waitFor(async () =>
      expect((await gateway.get('/api/v1/pipeline')).body).toMatchObject({
        instances: [{ role: 'gateway' }, { role: 'ingestor' }, { role: 'stream-job' }],
      }),
    )
    Object.assign(down, { log: true, store: true })
    await page.until(names('log', 'store'))
    const { status, body } = await gateway.get('/api/v1/pipeline')
    expect([status, misfits(body, SCHEMAS.PipelineAnswer)]).toEqual([200, []])
    const { partitions, instances, audit } = body as PipelineAnswer
    expect(partitions[5]).toMatchObject({ logEnd: null, committed: null, lag: null, position: 9 })
    expect([instances.length, audit]).toEqual([3, null])
    expect(instances.every(({ state }) => state !== 'stopping')).toBe(true)
  })
})
