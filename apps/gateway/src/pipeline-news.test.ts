/** What pages are told of the way of records, and how soon, over real sockets, rows and time. */
import type { StatusAnswer } from '@smacktalk/contract'
import { systemClock } from '@smacktalk/runtime'
import { describe, expect, test } from 'vitest'
import { SCHEMAS } from './answer-schemas.ts'
import { isWell, listen, names, openCluster, startProcess } from './cluster-fixture.ts'
import { misfits } from './json-schema-fixture.ts'

describe('a page', () => {
  test('is told that all is well when it connects', async () => {
    const { gateway } = await openCluster()
    const page = await listen(gateway)
    expect(page.told).toHaveLength(1)
    expect(page.told[0]).toMatchObject({ troubles: [], asOf: null })
  })

  test('hears who was killed, and when others are there', async () => {
    const { gateway, processes } = await openCluster()
    const page = await listen(gateway)
    await page.until(isWell)
    const wellAt = Date.now()
    processes.ingestor.kill()
    processes['stream-job'].kill()
    await page.until(names('ingestor', 'job'))
    const { troubles } = page.told.at(-1)!
    expect(troubles).toMatchObject([
      { text: 'Nobody listens to the demo world', severity: 'bad' },
      { text: 'Counting has stopped', severity: 'bad' },
    ])
    for (const { since } of troubles) {
      // Since the last sign of life, not since it was missed: signs come once a second, and are missed after four.
      expect(Date.parse(since)).toBeGreaterThan(wellAt - 4_000)
      expect(Date.parse(since)).toBeLessThan(Date.now() - 3_000)
    }
    const { body } = await gateway.get('/api/v1/status')
    expect((body as StatusAnswer).troubles).toEqual(troubles)
    const late = await listen(gateway)
    expect(late.told[0]?.troubles.map(({ text }) => text)).toEqual(troubles.map(({ text }) => text))

    startProcess(gateway.store, 'ingestor', 'ingestor-2')
    startProcess(gateway.store, 'stream-job', 'stream-job-2')
    await page.until(isWell)
  })

  test('hears at once of an ingestor that was stopped', async () => {
    const { gateway, processes } = await openCluster()
    const page = await listen(gateway)
    await page.until(isWell)
    await processes.ingestor.stop()
    await page.until(names('ingestor'))
    expect(page.told.at(-1)!.troubles[0]?.advice).toContain('was stopped')
  })

  test('hears of the store alone while that is away, and of nothing when it is back', async () => {
    const { gateway, down } = await openCluster()
    const page = await listen(gateway)
    await page.until(isWell)
    down.store = true
    await page.until(names('store'))
    // Long enough for everybody to look dead.
    await systemClock.sleep(5_000)
    expect(page.told.at(-1)).toSatisfy(names('store'))
    const status = await gateway.get('/api/v1/status')
    expect([status.status, misfits(status.body, SCHEMAS.StatusAnswer)]).toEqual([200, []])
    const before = page.told.length
    down.store = false
    await page.until(isWell)
    await systemClock.sleep(1_500)
    expect(page.told.slice(before).map(({ troubles }) => troubles.length)).toEqual([0])
  })

  test('hears of a log that says nothing', async () => {
    const { gateway, down } = await openCluster()
    const page = await listen(gateway)
    await page.until(isWell)
    down.log = true
    await page.until(names('log'))
    down.log = false
    await page.until(({ troubles }) => troubles.length === 0)
  })

  test('hears of processes that were never there after the time a cluster takes to start', async () => {
    const { gateway } = await openCluster(['gateway'])
    const page = await listen(gateway)
    expect(page.told[0]?.troubles).toEqual([])
    await page.until(names('ingestor', 'job'))
  })
})
