import { expect, test } from 'vitest'
import { NOW } from './clock-fixture.ts'
import { Expectation } from './expectation.ts'
import { memberOf } from './instance-fixture.ts'

const ingestor = (records: number, id = 'ingestor-1') =>
  memberOf('ingestor', 'running', {
    id,
    hops: [{ name: 'append', records, perMinute: 0, p50Ms: null, p99Ms: null }],
  })

test('nothing is to be counted while chat is silent, however long', () => {
  const expectation = new Expectation()
  for (let at = NOW; at < NOW + 60_000; at += 250) expectation.update([ingestor(500)], at)
  expect(expectation.hasGrown(NOW)).toBe(false)
})

test('something is to be counted when records went into the log and nothing came of it', () => {
  const expectation = new Expectation()
  expectation.update([ingestor(500)], NOW)
  expectation.update([ingestor(501)], NOW + 5_000)
  expect(expectation.hasGrown(NOW)).toBe(true)
  expect(expectation.hasGrown(null)).toBe(true)
  // Rows are a second old: this one may be what was counted.
  expect(expectation.hasGrown(NOW + 4_000)).toBe(false)
})

test('one that begins anew has put nothing into the log, and one that goes neither', () => {
  const expectation = new Expectation()
  expectation.update([ingestor(500)], NOW)
  expectation.update([ingestor(700, 'ingestor-2')], NOW + 10_000)
  expectation.update([], NOW + 20_000)
  expectation.update([ingestor(900)], NOW + 30_000)
  expect(expectation.hasGrown(NOW)).toBe(false)
})

test('nobody knows while one that runs says nothing of it', () => {
  const expectation = new Expectation()
  expect(expectation.hasGrown(NOW)).toBeNull()
  expectation.update([ingestor(500), memberOf('ingestor', 'running', { id: 'new', hops: [] })], NOW)
  expect(expectation.hasGrown(NOW)).toBeNull()
})
