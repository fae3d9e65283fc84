import { describe, expect, it } from 'vitest'
import { createJoinBudget, JOIN_WINDOW_MS, JOINS_PER_WINDOW } from './join-budget.ts'

describe('the JOIN budget', () => {
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
    const promised = Array.from({ length: 8 }, (_, index) => 500 + budget.waitMs(index + 1, 500))
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
    const takeAll = (now: number) => Array.from({ length: 30 }, () => budget.take(now)).filter(Boolean).length
    budget.share(3, 0)
    expect(takeAll(0)).toBe(6)
    budget.share(1, 5_000)
    expect(takeAll(10_000)).toBe(6)
    expect(takeAll(15_000)).toBe(12)
    budget.share(2, 20_000)
    expect(takeAll(20_000)).toBe(0)
    expect(takeAll(25_000)).toBe(9)
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
    expect(budget.waitMs(1, 0)).toBe(10_000)
    budget.share(2, 1_000)
    expect([budget.take(10_999), budget.waitMs(1, 10_999)]).toEqual([false, 1])
    expect(Array.from({ length: 12 }, () => budget.take(11_000)).filter(Boolean)).toHaveLength(9)
  })
})
