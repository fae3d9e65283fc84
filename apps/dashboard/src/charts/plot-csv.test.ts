import { expect, test } from 'vitest'
import type { Plot } from './plot.ts'
import { plotCsv } from './plot-csv.ts'

test('the figures of a chart are a table with exact counts, oldest first, holes empty and formulas disarmed', () => {
  const at = Date.UTC(2026, 2, 1, 18)
  const plot: Plot = {
    times: [at, at + 60_000],
    stepMs: 60_000,
    series: [
      { id: '1', label: 'den, first', slot: 0, rates: [1, null], messages: [60, null] },
      { id: '2', label: '=1+1', slot: 1, rates: [0, 0.5], messages: [0, 30] },
    ],
    total: [1, 0.5],
    gaps: [],
    filled: [],
    running: 1,
  }
  expect(plotCsv(plot, 'demo')).toBe(
    't,source,state,"den, first messages",\'=1+1 messages\r\n' +
      '2026-03-01T18:00:00.000Z,demo,complete,60,0\r\n' +
      '2026-03-01T18:01:00.000Z,demo,counting,,30\r\n',
  )
})
