import type { PipelinePartition } from '@smacktalk/contract'
import { expect, test } from 'vitest'
import { LANES_MAX, lanesOf, litMarks, spansText } from './lanes.ts'

const channel = (id: string) => ({ id, name: `c${id}`, displayName: `C${id}`, slot: Number(id) % 16 })

function partition(number: number, part: Partial<PipelinePartition> = {}): PipelinePartition {
  return {
    ...{ partition: number, channels: [], logStart: 0, logEnd: 10, position: 9, committed: 9 },
    ...{ lag: 0, lagMs: 0, owner: 'job-a' },
    ...part,
  }
}

const many = (part: (number: number) => Partial<PipelinePartition> = () => ({})): PipelinePartition[] =>
  Array.from({ length: 64 }, (_, number) => partition(number, part(number)))

const numbers = (lanes: readonly { partition: number | null }[]): (number | null)[] =>
  lanes.map((lane) => lane.partition)

test('the busiest stand alone, by number, and the rest is one lane with the sum of its figures', () => {
  const rates = Array.from({ length: 64 }, (_, number) => (number % 7 === 0 ? 100 - number : 1))
  const lanes = lanesOf(
    many(() => ({ lag: 2 })),
    rates,
    new Set(),
  )
  expect(numbers(lanes)).toEqual([0, 7, 14, 21, 28, 35, 42, 49, null])
  const rest = lanes.at(-1)
  expect(rest).toMatchObject({ partitions: 56, lag: 112, perSecond: 54 + 100 - 56 + 100 - 63 })
})

test('one that lags is always there, however quiet it is, and so is one with records that nobody works on', () => {
  const rates = Array.from({ length: 64 }, (_, number) => (number < 20 ? 50 : 0))
  const lanes = lanesOf(
    many((number) => {
      if (number === 40) return { lag: 3, lagMs: 2_001 }
      if (number === 50) return { lag: 1, lagMs: null, owner: null }
      return number === 60 ? { lag: 0, lagMs: null, owner: null } : {}
    }),
    rates,
    new Set(),
  )
  expect(lanes).toHaveLength(LANES_MAX + 1)
  expect(lanes.filter(({ lagging }) => lagging).map(({ key }) => key)).toEqual(['p40', 'p50'])
})

test('of more late ones than there are lanes the latest are shown, and the rest says that it lags', () => {
  const lanes = lanesOf(
    many((number) => (number < 12 ? { lag: 9, lagMs: 3_000 + number } : {})),
    [],
    new Set(),
  )
  expect(numbers(lanes)).toEqual([4, 5, 6, 7, 8, 9, 10, 11, null])
  expect(lanes.at(-1)).toMatchObject({ lagging: true, lagMs: 3_003 })
})

test('lanes stay where they are until another is clearly busier', () => {
  const rates = (ninth: number): number[] => [...Array<number>(8).fill(100), ninth]
  const nine = Array.from({ length: 9 }, (_, number) => partition(number))
  const shown = new Set(['p0', 'p1', 'p2', 'p3', 'p4', 'p5', 'p6', 'p7'])
  expect(numbers(lanesOf(nine, rates(120), shown))).toEqual([0, 1, 2, 3, 4, 5, 6, 7, null])
  expect(numbers(lanesOf(nine, rates(140), shown))).toContain(8)
})

test('partitions with channels come first while nothing is known of rates; empty ones are the rest', () => {
  const lanes = lanesOf(
    many((number) => (number === 9 || number === 30 ? { channels: [channel(String(number))] } : {})),
    [],
    new Set(),
  )
  expect(numbers(lanes)).toEqual([9, 30, null])
  expect(lanesOf(many(), [], new Set())).toMatchObject([{ key: 'rest', partitions: 64, perSecond: null }])
})

test('the rest names everybody who works on it', () => {
  const lanes = lanesOf(
    many((number) => ({ owner: ['job-a', 'job-b', null][number % 3]! })),
    [],
    new Set(),
  )
  expect(lanes).toMatchObject([{ owners: ['job-a', 'job-b'] }])
})

test.each([
  [[], ''],
  [[4], 'P4'],
  [[3, 1, 2, 0], 'P0–3'],
  [[0, 1, 5], 'P0–1, P5'],
  [[0, 2, 4, 6], '4 partitions'],
])('%j is written %s', (input, text) => {
  expect(spansText(input)).toBe(text)
})

test('what waits is lit by its size', () => {
  expect([null, 0, 1, 9, 214, 10 ** 7].map((lag) => litMarks(lag, 30))).toEqual([0, 0, 2, 6, 14, 30])
})
