import { expect, test } from 'vitest'
import { type BenchResult, percentile, resultTable } from './bench-result.ts'
import { compareCounts } from './compare-counts.ts'

const RESULT: BenchResult = {
  name: 'fold',
  work: 'all of it.',
  records: 2_000_000,
  seconds: 10,
  cpuSeconds: 30,
  peakRssBytes: 104_857_600,
  times: { what: 'batch', ms: [4, 1, 3, 2] },
  differences: [],
}

test('a percentile is the smallest value that enough values do not exceed', () => {
  const hundred = Array.from({ length: 100 }, (_, index) => index + 1)
  expect([0.5, 0.99, 1].map((share) => percentile(hundred, share))).toEqual([50, 99, 100])
  expect(percentile([7], 0.99)).toBe(7)
  expect(percentile([], 0.5)).toBeNaN()
})

test('the table has rate, CPU per million, memory and both percentiles', () => {
  const row = resultTable([RESULT]).split('\n')[1]
  expect(row?.trim().split(/ {2,}/)).toEqual([
    'fold',
    '2,000,000',
    '200,000',
    '15.0',
    '100 MB',
    '2.0 ms',
    '4.0 ms',
    'batch',
    'equal',
  ])
})

test('a count that differs is told beside the table', () => {
  const expected = { records: 5, messageIds: new Set(['a', 'b', 'c']) }
  const totals = { messages: 3, events: 1, duplicates: 1, late: 0, dropped: 0 }
  expect(compareCounts(expected, totals, 3)).toEqual([])
  const differences = compareCounts(expected, { ...totals, messages: 2 }, 3)
  expect(differences).toEqual(['records judged: 5 sent, 4 counted.', 'messages: 3 sent, 2 counted.'])
  expect(resultTable([{ ...RESULT, differences }])).toMatch(/DIFFER.*messages: 3 sent, 2 counted/s)
})
