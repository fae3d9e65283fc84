import { describe, expect, it } from 'vitest'
import { Random } from '../../../test/support/random.ts'
import { createJoinBudget, JOIN_WINDOW_MS, JOINS_PER_WINDOW, type JoinBudget } from './join-budget.ts'

function waits(budget: JoinBudget, count: number, now: number): number[] {
  const each = budget.waits(now)
  return Array.from({ length: count }, () => each.next().value)
}

describe('the JOIN budget', () => {
  it('keeps to 20 in ten seconds as the server sees them, when the way there takes a second more now and then', () => {
    const budget = createJoinBudget()
    const random = new Random(7)
    const seen: number[] = []
    let arrived = 0
    for (let now = 0; now < 400_000; now += 250) {
      // Whatever waits on the way arrives together.
      const delay = random.chance(0.02) ? 1_000 : 0
      while (budget.take(now)) {
        arrived = Math.max(arrived, now + delay)
        seen.push(arrived)
      }
    }
    const most = Math.max(
      ...seen.map((at) => seen.filter((other) => other >= at && other < at + 10_000).length),
    )
    expect(most).toBeLessThanOrEqual(20)
    // And no slower than the limit: 18 in 10.5 s.
    expect(seen.length).toBeGreaterThan((400_000 / 10_750) * 18)
  })

  it('gives the first 18 at once and none more within the window', () => {
    const budget = createJoinBudget()
    const taken = Array.from({ length: 30 }, () => budget.take(0)).filter(Boolean)
    expect(taken).toHaveLength(JOINS_PER_WINDOW)
    expect(budget.take(JOIN_WINDOW_MS - 1)).toBe(false)
    expect(budget.take(JOIN_WINDOW_MS)).toBe(true)
  })

  it('never lets more than 18 into any ten seconds', () => {
    const budget = createJoinBudget()
    const times: number[] = []
    for (let now = 0; now < 120_000; now += 130) while (budget.take(now)) times.push(now)
    for (const [index, at] of times.entries()) {
      const inWindow = times.slice(index).filter((other) => other < at + 10_000)
      expect(inWindow.length).toBeLessThanOrEqual(JOINS_PER_WINDOW)
    }
    expect(times.length).toBeGreaterThan(180)
  })

  it('tells how long each place waits, and keeps its word', () => {
    const budget = createJoinBudget(3, 1_000)
    budget.take(0)
    budget.take(400)
    const promised = waits(budget, 8, 500).map((wait) => Math.ceil(500 + wait))
    const actual: number[] = []
    for (let now = 500; actual.length < 8; now++)
      while (actual.length < 8 && budget.take(now)) actual.push(now)
    expect(promised).toEqual(actual)
  })

  it('is not locked by a clock that was set back', () => {
    const budget = createJoinBudget(1, 1_000)
    expect(budget.take(1_000_000)).toBe(true)
    expect(budget.take(0)).toBe(false)
    expect(budget.take(1_000)).toBe(true)
  })

  it('is divided among the processes of an account: less at once, more only a window later', () => {
    const budget = createJoinBudget(18, 10_000)
    const taken = (from: number, to: number) => {
      let count = 0
      for (let now = from; now < to; now += 100) while (budget.take(now)) count++
      return count
    }
    budget.share(3, 0)
    expect([taken(0, 100), taken(100, 5_000)]).toEqual([6, 0])
    budget.share(1, 5_000)
    expect([taken(5_000, 10_000), taken(10_000, 15_000)]).toEqual([0, 6])
    // All 18 from here on, of which six are taken.
    expect(taken(15_000, 20_000)).toBe(12)
    budget.share(2, 20_000)
    expect(taken(20_000, 25_000)).toBe(0)
    expect(taken(25_000, 35_000)).toBe(9)
  })

  it('keeps all processes together below the limit', () => {
    for (const among of [1, 2, 5, 7, 18]) {
      const budgets = Array.from({ length: among }, () => createJoinBudget(18, 10_000, among))
      const times: number[] = []
      for (let now = 0; now < 60_000; now += 500) {
        for (const budget of budgets) while (budget.take(now)) times.push(now)
      }
      const inWindow = times.map((at) => times.filter((other) => other >= at && other < at + 10_000).length)
      expect(Math.max(...inWindow)).toBeLessThanOrEqual(18)
    }
  })

  it('gives nothing before it is known with how many it is shared, and then after a window', () => {
    const budget = createJoinBudget(18, 10_000, 0)
    expect(budget.take(0)).toBe(false)
    expect(waits(budget, 1, 0)).toEqual([10_000])
    budget.share(2, 1_000)
    expect([budget.take(10_999), ...waits(budget, 1, 10_999)]).toEqual([false, 1])
    expect(Array.from({ length: 12 }, () => budget.take(11_000)).filter(Boolean)).toHaveLength(9)
  })
})
