import type { Instance } from '@smacktalk/contract'
import { describe, expect, test } from 'vitest'
import { NOW } from './clock-fixture.ts'
import { instanceOf } from './instance-fixture.ts'
import { Roster } from './roster.ts'

/** Looks every 400 ms from `from` up to `to`, at somebody who writes every second until `diedAt`. */
function watch(roster: Roster, [from, to]: readonly [number, number], diedAt: number, clockAhead = 0): void {
  for (let at = from; at <= to; at += 400) {
    const wroteAt = Math.floor(Math.min(at, diedAt) / 1_000) * 1_000
    roster.look([instanceOf('ingestor', { updatedAt: wroteAt + clockAhead })], at)
  }
}

const livenessAt = (roster: Roster, atMs: number) => roster.members(atMs).map(({ liveness }) => liveness)

describe('a process that dies', () => {
  test.each([0, 3_600_000, -3_600_000])(
    'is silent four seconds later, its clock being %i ms ahead of ours',
    (clockAhead) => {
      const roster = new Roster()
      watch(roster, [NOW, NOW + 20_000], NOW + 10_000, clockAhead)
      const silentFrom = [...Array(100).keys()]
        .map((step) => NOW + 10_000 + step * 100)
        .find((at) => livenessAt(roster, at)[0] === 'silent')
      expect(silentFrom).toBeGreaterThan(NOW + 13_500)
      expect(silentFrom).toBeLessThanOrEqual(NOW + 14_100)
    },
  )

  test('is forgotten half a minute later, but not that there was one', () => {
    const roster = new Roster()
    watch(roster, [NOW, NOW + 45_000], NOW + 10_000)
    expect(roster.members(NOW + 45_000)).toEqual([])
    expect(roster.last('ingestor')?.heardAt).toBeGreaterThanOrEqual(NOW + 9_500)
    expect(roster.last('gateway')).toBeNull()
  })
})

test('nobody is known to be gone while even our own row is not written, however long', () => {
  const roster = new Roster('gateway-1')
  const rows = [instanceOf('gateway', { updatedAt: NOW }), instanceOf('ingestor', { updatedAt: NOW })]
  for (let at = NOW; at < NOW + 120_000; at += 400) {
    // The store forgets rows that are not written anew.
    roster.look(at < NOW + 30_000 ? rows : [], at)
  }
  const now = NOW + 120_000
  expect(roster.own(now)).toMatchObject({ liveness: 'silent' })
  const knownAt = roster.knownAt(now)
  expect(knownAt).toBeLessThanOrEqual(NOW + 1_000)
  expect(roster.members(knownAt).map(({ liveness }) => liveness)).toEqual(['running', 'running'])
  roster.look([instanceOf('gateway', { updatedAt: now })], now)
  expect(roster.knownAt(now)).toBe(now)
})

test('a process that says goodbye is not silent', () => {
  const roster = new Roster()
  watch(roster, [NOW, NOW + 4_000], NOW + 5_000)
  roster.look([instanceOf('ingestor', { updatedAt: NOW + 4_100, stopping: true })], NOW + 4_400)
  expect(livenessAt(roster, NOW + 20_000)).toEqual(['stopping'])
})

test('a row that was there before the first look has a second to move', () => {
  const roster = new Roster()
  roster.look([instanceOf('ingestor', { updatedAt: NOW - 20_000 })], NOW)
  expect(livenessAt(roster, NOW)).toEqual(['running'])
  roster.look([instanceOf('ingestor', { updatedAt: NOW - 20_000 })], NOW + 400)
  expect(livenessAt(roster, NOW + 1_100)).toEqual(['silent'])
})

describe('time in which nobody could look', () => {
  test('makes nobody silent, and leaves everybody a while to come back', () => {
    const roster = new Roster()
    watch(roster, [NOW, NOW + 4_000], NOW + 60_000)
    const back = NOW + 40_000
    roster.look([], back)
    expect(livenessAt(roster, back + 7_900)).toEqual(['running'])
    roster.look([instanceOf('ingestor', { updatedAt: back + 5_000 })], back + 7_900)
    expect(livenessAt(roster, back + 11_000)).toEqual(['running'])
  })

  test('does not bring back who was silent before', () => {
    const roster = new Roster()
    watch(roster, [NOW, NOW + 16_000], NOW + 10_000)
    const row = instanceOf('ingestor', { updatedAt: NOW + 10_000 })
    roster.look([row], NOW + 25_000)
    expect(livenessAt(roster, NOW + 25_000)).toEqual(['silent'])
  })

  test('is not time of watching', () => {
    const roster = new Roster()
    watch(roster, [NOW, NOW + 4_000], NOW + 60_000)
    roster.look([], NOW + 40_000)
    expect(roster.watchedMs).toBe(4_000)
  })
})

describe('a group of ingestors', () => {
  const member = (id: string, ingestGroup: string, updatedAt: number, stopping = false) =>
    instanceOf('ingestor', { id, ingestGroup, updatedAt, stopping })
  const others = (atMs: number) => member('a1', 'ingest-a', Math.floor(atMs / 1_000) * 1_000)
  const names = (roster: Roster) => roster.lostGroups.map(({ name }) => name)

  function look(roster: Roster, [from, to]: readonly [number, number], rows: (atMs: number) => Instance[]) {
    for (let at = from; at <= to; at += 400) roster.look([others(at), ...rows(at)], at)
  }

  test('is lost when its last one falls silent, also when no row tells of it any more', () => {
    const roster = new Roster()
    const row = (at: number) => Math.floor(at / 1_000) * 1_000
    look(roster, [NOW, NOW + 4_000], (at) => [
      member('b1', 'ingest-b', NOW),
      member('b2', 'ingest-b', row(at)),
    ])
    look(roster, [NOW + 4_400, NOW + 8_000], (at) => [member('b2', 'ingest-b', row(at))])
    expect(names(roster)).toEqual([])
    look(roster, [NOW + 8_400, NOW + 16_000], () => [member('b2', 'ingest-b', NOW + 8_000)])
    expect(names(roster)).toEqual(['ingest-b'])
    look(roster, [NOW + 16_400, NOW + 60_000], () => [])
    expect(names(roster)).toEqual(['ingest-b'])
    look(roster, [NOW + 60_400, NOW + 62_000], (at) => [member('b3', 'ingest-b', row(at))])
    expect(names(roster)).toEqual([])
  })

  test('whose ingestors said goodbye is missed by nobody', () => {
    const roster = new Roster()
    look(roster, [NOW, NOW + 2_000], () => [member('b1', 'ingest-b', NOW)])
    look(roster, [NOW + 2_400, NOW + 20_000], () => [member('b1', 'ingest-b', NOW + 2_400, true)])
    expect(names(roster)).toEqual([])
  })
})
