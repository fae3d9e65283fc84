/** What pages are told of the way of records, and how soon, over real sockets, rows and time. */
import type { StatusAnswer } from '@smacktalk/contract'
import { systemClock } from '@smacktalk/runtime'
import { describe, expect, test } from 'vitest'
import { SCHEMAS } from './answer-schemas.ts'
import { isWell, listen, names, openCluster, startProcess, TOLD_MS } from './cluster-fixture.ts'
import { misfits } from './json-schema-fixture.ts'

describe('a page', () => {
  test('is told that all is well when it connects', async () => {
    const { gateway } = await openCluster()
    const page = await listen(gateway)
    expect(page.told).toHaveLength(1)
    expect(page.told[0]).toMatchObject({ troubles: [], asOf: null })
  })

  test('hears within five seconds who was killed, and when others are there', async () => {
    const { gateway, processes } = await openCluster()
    const page = await listen(gateway)
    await page.until(isWell)
    const killedAt = Date.now()
    processes.ingestor.kill()
    processes['stream-job'].kill()
    expect(await page.until(names('ingestor', 'job'))).toBeLessThan(TOLD_MS)
    const { troubles } = page.told.at(-1)!
    expect(troubles).toMatchObject([
      { text: 'Nobody listens to the demo world', severity: 'bad' },
      { text: 'Counting has stopped', severity: 'bad' },
    ])
    for (const { since } of troubles) {
      expect(Math.abs(Date.parse(since) - killedAt)).toBeLessThan(1_500)
    }
    const { body } = await gateway.get('/api/v1/status')
    expect((body as StatusAnswer).troubles).toEqual(troubles)
    const late = await listen(gateway)
    expect(late.told[0]?.troubles.map(({ text }) => text)).toEqual(troubles.map(({ text }) => text))

    startProcess(gateway.store, 'ingestor', 'ingestor-2')
    startProcess(gateway.store, 'stream-job', 'stream-job-2')
    expect(await page.until(isWell)).toBeLessThan(TOLD_MS)
  })

  test('hears at once of an ingestor that was stopped', async () => {
    const { gateway, processes } = await openCluster()
    const page = await listen(gateway)
    await page.until(isWell)
    await processes.ingestor.stop()
    expect(await page.until(names('ingestor'))).toBeLessThan(1_500)
    expect(page.told.at(-1)!.troubles[0]?.advice).toContain('was stopped')
  })

  test('hears of the store alone while that is away, and of nothing when it is back', async () => {
    const { gateway, down } = await openCluster()
    const page = await listen(gateway)
    await page.until(isWell)
    down.store = true
    expect(await page.until(names('store'))).toBeLessThan(TOLD_MS)
    // Long enough for everybody to look dead.
    await systemClock.sleep(5_000)
    expect(page.told.at(-1)).toSatisfy(names('store'))
    const status = await gateway.get('/api/v1/status')
    expect([status.status, misfits(status.body, SCHEMAS.StatusAnswer)]).toEqual([200, []])
    const before = page.told.length
    down.store = false
    expect(await page.until(isWell)).toBeLessThan(TOLD_MS)
    await systemClock.sleep(1_500)
    expect(page.told.slice(before).map(({ troubles }) => troubles.length)).toEqual([0])
  })

  test('hears of a log that says nothing', async () => {
    const { gateway, down } = await openCluster()
    const page = await listen(gateway)
    await page.until(isWell)
    down.log = true
    expect(await page.until(names('log'))).toBeLessThan(TOLD_MS)
    down.log = false
    expect(await page.until(({ troubles }) => troubles.length === 0)).toBeLessThan(TOLD_MS)
  })

  test('hears of processes that were never there after the time a cluster takes to start', async () => {
    const { gateway } = await openCluster(['gateway'])
    const page = await listen(gateway)
    expect(page.told[0]?.troubles).toEqual([])
    await page.until(names('ingestor', 'job'), 15_000)
  })
})
