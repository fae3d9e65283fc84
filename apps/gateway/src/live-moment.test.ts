import { describe, expect, test } from 'vitest'
import { NOW } from './clock-fixture.ts'
import { LiveMoment } from './live-moment.ts'

/** A live state at arm's length: the test says what has arrived. */
function moment(messagesPerSecond = 20) {
  const live = {
    arrivals: { viewAt: NOW as number | null, viewAgeMs: 100 },
    newestSent: () => NOW - 60_000,
    total: { messages: () => messagesPerSecond },
  }
  const made = new LiveMoment(live)
  const well = { standsStill: false, lateMs: 0 as number | null, expecting: true }
  return {
    live,
    made,
    update: (nowMs: number, told: Partial<typeof well> = {}) => made.update({ nowMs, ...well, ...told }),
  }
}

test('figures are of now when all is well', () => {
  const { made, update } = moment()
  update(NOW)
  expect([made.announced, made.shownAt(NOW + 400)]).toEqual([null, NOW + 400])
})

describe('figures that stand still', () => {
  test('are of the moment of the last view, however long it lasts', () => {
    const { made, update } = moment()
    update(NOW + 4_500, { standsStill: true })
    update(NOW + 60_000, { standsStill: true })
    expect([made.announced, made.shownAt(NOW + 60_000)]).toEqual([NOW, NOW])
  })

  test('are of the newest message when this gateway has not seen any view', () => {
    const { live, made, update } = moment()
    live.arrivals.viewAt = null
    update(NOW, { standsStill: true })
    expect(made.announced).toBe(NOW - 60_000)
  })

  test('move again with the first view that is no longer behind', () => {
    const { live, made, update } = moment()
    update(NOW + 5_000, { standsStill: true })
    update(NOW + 9_000)
    expect(made.announced).toBe(NOW)
    Object.assign(live.arrivals, { viewAt: NOW + 9_200, viewAgeMs: 8_000 })
    update(NOW + 9_300)
    expect(made.announced).toBe(NOW)
    Object.assign(live.arrivals, { viewAt: NOW + 9_400, viewAgeMs: 200 })
    update(NOW + 9_500)
    expect(made.announced).toBeNull()
  })

  test('move again in any case after a while, and at once when nothing is to be expected', () => {
    const patient = moment()
    patient.update(NOW + 5_000, { standsStill: true })
    patient.update(NOW + 6_000)
    patient.update(NOW + 16_100)
    expect(patient.made.announced).toBeNull()
    const quiet = moment()
    quiet.update(NOW + 5_000, { standsStill: true })
    quiet.update(NOW + 6_000, { expecting: false })
    expect(quiet.made.announced).toBeNull()
  })

  test('follow a job that catches up', () => {
    const { live, made, update } = moment()
    update(NOW + 60_000, { standsStill: true })
    live.arrivals.viewAt = NOW + 61_000
    update(NOW + 61_000, { lateMs: 50_000 })
    expect(made.announced).toBe(NOW + 11_000)
    update(NOW + 62_000, { lateMs: 20_000 })
    expect(made.announced).toBe(NOW + 42_000)
    update(NOW + 63_000, { lateMs: 40_000 })
    expect(made.announced).toBe(NOW + 42_000)
    update(NOW + 64_000)
    expect(made.announced).toBeNull()
  })

  test('do not move while a job that is late counts nothing', () => {
    const { made, update } = moment()
    update(NOW + 1_000, { lateMs: 30_000 })
    expect(made.announced).toBe(NOW - 29_000)
    update(NOW + 9_000, { lateMs: 30_000 })
    expect(made.announced).toBe(NOW - 29_000)
  })

  test('are as late as they come while nobody can tell', () => {
    const { live, made, update } = moment()
    update(NOW + 1_000, { lateMs: 30_000 })
    Object.assign(live.arrivals, { viewAt: NOW + 2_000, viewAgeMs: 25_000 })
    update(NOW + 2_000, { lateMs: null })
    expect(made.announced).toBe(NOW - 23_000)
    Object.assign(live.arrivals, { viewAt: NOW + 3_000, viewAgeMs: 400 })
    update(NOW + 3_000, { lateMs: null })
    expect(made.announced).toBeNull()
    Object.assign(live.arrivals, { viewAt: NOW + 4_000, viewAgeMs: 20_000 })
    update(NOW + 4_000, { lateMs: null })
    expect(made.announced).toBeNull()
  })
})

describe('figures of a busy chat from which nothing has come for a moment', () => {
  test('are held until it is known whether something is wrong', () => {
    const { made, update } = moment()
    update(NOW)
    expect(made.shownAt(NOW + 900)).toBe(NOW + 900)
    expect(made.shownAt(NOW + 1_200)).toBe(NOW)
    expect(made.shownAt(NOW + 5_900)).toBe(NOW)
    expect(made.shownAt(NOW + 6_100)).toBe(NOW + 6_100)
  })

  test('are not held where a pause means nothing', () => {
    const { made } = moment(1)
    expect(made.shownAt(NOW + 3_000)).toBe(NOW + 3_000)
  })
})
