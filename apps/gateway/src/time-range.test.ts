import { DAY_MS, HOUR_MS, MINUTE_MS, SPAN_TABLE_MS } from '@smacktalk/contract'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { HttpProblem } from './http-problem.ts'
import { partitionTimes, readTimeRange, stepStarts, tilesOf } from './time-range.ts'

const NOW = Date.UTC(2026, 10, 19, 21, 45, 30)

function range(parameters: Record<string, string>) {
  return readTimeRange(new Map(Object.entries(parameters)), NOW)
}

function problem(parameters: Record<string, string>): HttpProblem {
  try {
    range(parameters)
  } catch (error) {
    if (error instanceof HttpProblem) return error
    throw error
  }
  throw new Error('The range was accepted.')
}

describe('a range', () => {
  test('is the last hour by minutes unless said otherwise, rounded outwards', () => {
    expect(range({})).toEqual({
      from: Date.UTC(2026, 10, 19, 20, 45),
      to: Date.UTC(2026, 10, 19, 21, 46),
      step: 'minute',
    })
  })

  test('keeps bounds that lie on a step', () => {
    const from = Date.UTC(2026, 10, 19, 20)
    expect(range({ from: String(from), to: String(from + HOUR_MS), step: 'hour' })).toEqual({
      from,
      to: from + HOUR_MS,
      step: 'hour',
    })
  })

  test('with only an end begins an hour before it', () => {
    expect(range({ to: '2026-11-19T10:00:00Z' }).from).toBe(Date.UTC(2026, 10, 19, 9))
  })

  test('has at most 10,000 points and says which step fits', () => {
    const to = Date.UTC(2026, 10, 19)
    expect(stepStarts(range({ from: String(to - 10_000 * MINUTE_MS), to: String(to) }))).toHaveLength(10_000)
    const refused = problem({ from: String(to - 10_001 * MINUTE_MS), to: String(to) })
    expect(refused).toMatchObject({ status: 400, parameter: 'step' })
    expect(refused.message).toContain('step=hour')
  })

  test('that is empty or backwards is refused', () => {
    expect(problem({ from: '2026-11-19T10:00:00Z', to: '2026-11-19T10:00:00Z' })).toMatchObject({
      status: 400,
    })
    expect(problem({ from: String(NOW + 1) }).message).toContain('now')
  })
})

describe('tiles', () => {
  test('are days inside, hours beside them and minutes at the edges', () => {
    const day = Date.UTC(2026, 10, 19)
    expect(tilesOf(day - HOUR_MS - MINUTE_MS, day + DAY_MS + 2 * HOUR_MS)).toEqual([
      { table: 'minutes', from: day - HOUR_MS - MINUTE_MS, to: day - HOUR_MS },
      { table: 'hours', from: day - HOUR_MS, to: day },
      { table: 'days', from: day, to: day + DAY_MS },
      { table: 'hours', from: day + DAY_MS, to: day + DAY_MS + 2 * HOUR_MS },
    ])
  })

  test('cover any range of whole minutes exactly once with aligned rows', () => {
    const minutes = fc.integer({ min: 0, max: 60 * 24 * 40 })
    fc.assert(
      fc.property(minutes, minutes, (a, b) => {
        const [from, to] = [Math.min(a, b) * MINUTE_MS, Math.max(a, b) * MINUTE_MS]
        const tiles = tilesOf(from, to)
        let at = from
        for (const tile of tiles) {
          expect(tile.from).toBe(at)
          expect(tile.from % SPAN_TABLE_MS[tile.table]).toBe(0)
          expect(tile.to % SPAN_TABLE_MS[tile.table]).toBe(0)
          expect(tile.to).toBeGreaterThan(tile.from)
          at = tile.to
        }
        expect(at).toBe(to)
      }),
    )
  })
})

test('partitions of minutes are days, of days years', () => {
  const day = Date.UTC(2026, 11, 31)
  expect(partitionTimes('minutes', day + HOUR_MS, day + DAY_MS)).toEqual([day])
  expect(partitionTimes('hours', day + HOUR_MS, day + DAY_MS + 1)).toEqual([day, day + DAY_MS])
  expect(partitionTimes('days', day, day + DAY_MS)).toEqual([Date.UTC(2026, 0, 1)])
  expect(partitionTimes('days', day, day + 2 * DAY_MS)).toEqual([Date.UTC(2026, 0, 1), Date.UTC(2027, 0, 1)])
})
