import { HOUR_MS } from '@smacktalk/contract'
import { expect, test } from 'vitest'
import { readExportQuestion } from './export-question.ts'

const NOW = Date.UTC(2026, 0, 5, 22)
const START = Date.UTC(2026, 0, 5, 18)

test('chapters are of everything since the video began, unless another range is given', () => {
  const chapters = [
    ['chapters', 'true'],
    ['start', '2026-01-05T18:00Z'],
  ] as const
  const rangeOf = (...more: (readonly [string, string])[]) =>
    readExportQuestion('moments', new Map([...chapters, ...more]), NOW)
  expect(rangeOf()).toMatchObject({ chaptersFrom: START, range: { from: START, to: NOW } })
  const from = START + HOUR_MS
  expect(rangeOf(['from', `${from}`])).toMatchObject({ chaptersFrom: START, range: { from, to: NOW } })
  const lastHour = readExportQuestion('moments', new Map([['chapters', 'true']]), NOW)
  expect(lastHour).toMatchObject({ chaptersFrom: NOW - HOUR_MS, range: { from: NOW - HOUR_MS } })
  expect(() => readExportQuestion('moments', new Map([...chapters, ['to', `${START}`]]), NOW)).toThrow(
    '“start”',
  )
})
