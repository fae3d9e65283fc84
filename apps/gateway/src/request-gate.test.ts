import { describe, expect, test } from 'vitest'
import { HttpProblem } from './http-problem.ts'
import { RequestGate, SharedAnswers } from './request-gate.ts'

/** Work that lasts until it is told to end. */
function work() {
  const { promise, resolve, reject } = Promise.withResolvers<string>()
  let started = false
  return {
    run: () => {
      started = true
      return promise
    },
    isStarted: () => started,
    end: () => resolve('done'),
    fail: () => reject(new Error('failed')),
  }
}

describe('the gate', () => {
  test('lets four run, the next when one ends, also when it fails', async () => {
    const gate = new RequestGate()
    const works = Array.from({ length: 6 }, work)
    const runs = works.map((one) => gate.run(one.run))
    const started = () => works.map((one) => one.isStarted())
    expect(started()).toEqual([true, true, true, true, false, false])
    works[2]?.end()
    await runs[2]
    expect(started()).toEqual([true, true, true, true, true, false])
    works[0]?.fail()
    await expect(runs[0]).rejects.toThrow('failed')
    expect(started()).toEqual([true, true, true, true, true, true])
    for (const one of works) one.end()
    await Promise.allSettled(runs)
    expect(await gate.run(async () => 'free again')).toBe('free again')
  })

  test('says so when too many wait', async () => {
    const gate = new RequestGate()
    const works = Array.from({ length: 4 + 32 }, work)
    const runs = works.map((one) => gate.run(one.run))
    const refused = await gate.run(async () => {}).catch((error: unknown) => error)
    expect(refused).toBeInstanceOf(HttpProblem)
    expect(refused).toMatchObject({ status: 503, headers: { 'retry-after': '5' } })
    for (const one of works) one.end()
    await Promise.all(runs)
  })
})

describe('shared answers', () => {
  test('are made once for all who ask meanwhile and for a moment after', async () => {
    let nowMs = 0
    let made = 0
    const shared = new SharedAnswers<number>(1_000, () => nowMs)
    const make = async () => ++made
    expect(await Promise.all([shared.get('a', make), shared.get('a', make)])).toEqual([1, 1])
    nowMs = 999
    expect(await shared.get('a', make)).toBe(1)
    expect(await shared.get('b', make)).toBe(2)
    nowMs = 2_500
    expect(await shared.get('a', make)).toBe(3)
  })

  test('are not kept when they fail', async () => {
    const shared = new SharedAnswers<number>(1_000, () => 0)
    await expect(shared.get('a', () => Promise.reject(new Error('failed')))).rejects.toThrow('failed')
    expect(await shared.get('a', async () => 1)).toBe(1)
  })
})
