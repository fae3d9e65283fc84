import { emptyPoint, MINUTE_MS, type SeriesAnswer } from '@smacktalk/contract'
import { expect, test } from 'vitest'
import { gapAt } from '../charts/plot.ts'
import type { LiveView } from '../live/live-view.ts'
import { RANGES } from '../ranges/ranges.ts'
import { liveChannelPlot, recentCoverage, shownCoverage, storedChannelPlot } from './channel-plot.ts'

const NOW = Date.UTC(2026, 10, 19, 20, 47, 30)
const END = NOW / 1000
const iso = (ms: number) => new Date(ms).toISOString()
const channel = { id: '7', name: 'orbit_orchard', displayName: 'Orbit_Orchard', slot: 2 }

function view(values: (number | null)[]): LiveView {
  return {
    watched: '7',
    seq: 1,
    position: 1,
    asOf: NOW,
    rate: 0,
    rateByClass: undefined,
    total: { first: END - values.length + 1, values },
    classes: new Map(),
    byChannel: new Map(),
    minute: emptyPoint(NOW, 1),
    day: emptyPoint(NOW, 1),
    dayByClass: {},
    usual: null,
    momentFrom: null,
    channels: null,
    moments: null,
  }
}

function answer(from: number, messages: (number | null)[], gaps: SeriesAnswer['gaps'] = []): SeriesAnswer {
  return {
    channel,
    from: iso(from),
    to: iso(from + messages.length * MINUTE_MS),
    step: 'minute',
    without: [],
    points: messages.map((value, index) => ({ t: iso(from + index * MINUTE_MS), messages: value })),
    totals: {},
    messagesByClass: null,
    unaffected: [],
    coverage: 1,
    gaps,
    backfilled: [],
  }
}

test('live seconds are rates, and unknown ones are hatched', () => {
  const values = new Array<number | null>(300).fill(2)
  values.fill(null, 50, 80)
  const plot = liveChannelPlot(view(values), channel, END, recentCoverage(null), [])
  expect(plot.series[0]).toMatchObject({ id: '7', label: 'Orbit_Orchard', slot: 2 })
  expect(plot.gaps).toHaveLength(1)
  expect(shownCoverage(plot)).toBeCloseTo(1 - 30 / 299)
})

test('a live gap has the cause that was last told, and shows what was filled from history', () => {
  const values = new Array<number | null>(300).fill(2)
  values.fill(null, 50, 80)
  const told = answer(
    NOW - 5 * MINUTE_MS,
    [],
    [{ from: iso(NOW - 250_000), to: iso(NOW - 225_000), cause: 'connection lost' }],
  )
  const backfilled = [{ from: iso(NOW - 400_000), to: iso(NOW - 290_000) }]
  const plot = liveChannelPlot(view(values), channel, END, recentCoverage({ ...told, backfilled }), [])
  expect(plot.gaps).toMatchObject([{ cause: 'connection lost' }])
  expect(plot.filled).toEqual([{ from: NOW - 299_000, to: NOW - 290_000 }])
  expect(gapAt(plot, NOW - 240_000)).toBe('no coverage: connection lost')
})

test('a quiet second whose cover is not proven yet counts as zero once a later one is known', () => {
  const values = new Array<number | null>(300).fill(2)
  values.fill(null, 295, 298)
  const plot = liveChannelPlot(view(values), channel, END, recentCoverage(null), [])
  expect(plot.total.slice(294)).toEqual([2, 0, 0, 0, 2, 2])
  expect(plot.gaps).toEqual([])
})

test('a stored gap keeps its exact span and its minutes are means over their covered time', () => {
  const from = Date.UTC(2026, 10, 19, 20, 40)
  const gap = { from: iso(from + 90_000), to: iso(from + 210_000), cause: 'connection lost' }
  const plot = storedChannelPlot(answer(from, [60, 30, null, 30, 60, 60, 60, 60], [gap]), RANGES['1h'], NOW)
  expect(plot.gaps).toEqual([{ from: from + 90_000, to: from + 210_000, cause: 'connection lost' }])
  expect(plot.total.slice(0, 5)).toEqual([1, 1, null, 1, 1])
  expect(plot.total.at(-1)).toBe(2)
  expect(plot.running).toBe(7)
})

test('the first minute of a channel is a mean over the part in which it was heard', () => {
  const from = Date.UTC(2026, 10, 19, 20, 40)
  const first = { ...emptyPoint(from, 15_000), messages: 30 }
  const plain = answer(from, [30, 60])
  const plot = storedChannelPlot({ ...plain, points: [first, ...plain.points.slice(1)] }, RANGES['1h'], NOW)
  expect(plot.total).toEqual([2, 1])
})

test('time nobody knows is hatched even without a named gap', () => {
  const from = Date.UTC(2026, 10, 19, 20, 40)
  const plot = storedChannelPlot(answer(from, [null, null, 60, 60, 60, 60, 60, null]), RANGES['1h'], NOW)
  expect(plot.gaps).toEqual([{ from, to: from + 2 * MINUTE_MS, cause: null }])
})
