import { type ChannelSummary, emptyPoint, MINUTE_MS, type OverviewAnswer } from '@smacktalk/contract'
import { expect, test } from 'vitest'
import { stackOrder } from '../charts/stack-order.ts'
import type { LiveView } from '../live/live-view.ts'
import { RANGES } from '../ranges/ranges.ts'
import { liveOverviewPlot, storedOverviewPlot } from './overview-plot.ts'

const NOW = Date.UTC(2026, 10, 19, 20, 47, 30)
const choose = (totals: ReadonlyMap<string, number>) => stackOrder([], totals)
const iso = (ms: number) => new Date(ms).toISOString()

function summary(id: string, slot: number): ChannelSummary {
  return {
    id,
    name: `channel_${id}`,
    displayName: `channel_${id}`,
    state: 'joined',
    reason: null,
    since: iso(NOW),
    place: null,
    etaMs: null,
    messagesPerMinute: 60,
    usual: null,
    coverage: 1,
    slot,
  }
}

const END = NOW / 1000
const line = (value: number | null, seconds = 300) => ({
  first: END - seconds + 1,
  values: new Array<number | null>(seconds).fill(value),
})

function view(lines: Record<string, ReturnType<typeof line>>, total = line(5)): LiveView {
  return {
    watched: 'overview',
    seq: 1,
    position: 1,
    asOf: NOW,
    rate: 5,
    rateByClass: undefined,
    total,
    classes: new Map(),
    byChannel: new Map(Object.entries(lines)),
    usual: null,
    momentFrom: null,
    minute: emptyPoint(NOW, 1),
    day: emptyPoint(NOW, 1),
    dayByClass: {},
    channels: Object.keys(lines).map((id, index) => summary(id, index)),
    moments: null,
  }
}

test('the live chart holds 300 seconds that end with the newest, largest channel at the bottom', () => {
  const plot = liveOverviewPlot(view({ a: line(1), b: line(4) }), END, new Map(), choose)
  expect(plot.times).toHaveLength(300)
  expect(plot.times.at(-1)).toBe(NOW)
  expect(plot.series.map(({ id }) => id)).toEqual(['b', 'a'])
  expect(plot.total.every((value) => value === 5)).toBe(true)
  expect(plot.running).toBe(295)
})

test('beyond eight channels the rest is one grey band on top', () => {
  const lines = Object.fromEntries(Array.from({ length: 11 }, (_, index) => [`c${index}`, line(20 - index)]))
  const { series } = liveOverviewPlot(view(lines), END, new Map(), choose)
  expect(series).toHaveLength(9)
  expect(series.at(-1)).toMatchObject({ id: 'other', label: 'Other (3)', slot: null })
  expect(series.at(-1)?.rates[0]).toBe(12 + 11 + 10)
})

test('what the sum of all has beside the bands belongs to the rest, although its seconds are not told', () => {
  const lines = Object.fromEntries(Array.from({ length: 9 }, (_, index) => [`c${index}`, line(20 - index)]))
  const { series, total } = liveOverviewPlot(view(lines, line(200)), END, new Map(), choose)
  const banded = 20 + 19 + 18 + 17 + 16 + 15 + 14 + 13
  expect(series.at(-1)?.messages[0]).toBe(200 - banded)
  expect(total[0]).toBe(200)
})

test('when nobody was anywhere the seconds are unknown and hatched', () => {
  const total = line(5)
  for (let index = 100; index < 160; index++) total.values[index] = null
  const plot = liveOverviewPlot(view({ a: line(5) }, total), END, new Map(), choose)
  expect(plot.gaps).toEqual([
    { from: (total.first + 100) * 1000, to: (total.first + 160) * 1000, cause: null },
  ])
  expect(plot.series[0]?.rates[120]).toBeNull()
  expect(plot.total[120]).toBeNull()
})

test('an unknown end is no gap before its cover can be proven', () => {
  const total = line(5)
  for (let index = 294; index < 300; index++) total.values[index] = null
  expect(liveOverviewPlot(view({ a: line(0) }, total), END, new Map(), choose).gaps).toEqual([])
})

test('a gap of one channel is unknown in its line and told by the strip, not hatched', () => {
  const gap = { from: NOW - 100_000, to: NOW - 90_000, cause: 'connection lost' }
  const plot = liveOverviewPlot(view({ a: line(0), b: line(5) }), END, new Map([['a', [gap]]]), (totals) => [
    ...totals.keys(),
  ])
  expect(plot.series[0]?.rates.filter((value) => value === null)).toHaveLength(10)
  expect(plot.gaps).toEqual([])
  expect(plot.partGaps).toEqual([gap])
})

function answer(from: number, messages: (number | null)[]): OverviewAnswer {
  return {
    from: iso(from),
    to: iso(from + messages.length * MINUTE_MS),
    step: 'minute',
    without: [],
    points: messages.map((_, index) => ({ t: iso(from + index * MINUTE_MS), messages: null })),
    totals: {},
    unaffected: [],
    moments: {},
    usual: null,
    coverage: 1,
    channels: [
      {
        id: 'a',
        name: 'a',
        displayName: 'A',
        slot: 3,
        messages,
        total: 0,
        chatters: null,
        chattersError: null,
        gaps: [],
        backfilled: [],
      },
      {
        id: 'b',
        name: 'b',
        displayName: 'B',
        slot: 4,
        messages: messages.map(() => null),
        total: 0,
        chatters: null,
        chattersError: null,
        gaps: [],
        backfilled: [],
      },
    ],
  }
}

test('stored minutes become rates, five of them one step of the day, unknown ones hatched', () => {
  const from = Date.UTC(2026, 10, 19, 20, 30)
  const messages = [...new Array(5).fill(60), ...new Array(5).fill(null), ...new Array(10).fill(120)]
  const plot = storedOverviewPlot(answer(from, messages), RANGES['24h'], NOW, choose)
  expect(plot.times).toEqual([0, 5, 10, 15].map((minute) => from + minute * MINUTE_MS))
  expect(plot.series).toHaveLength(1)
  expect(plot.series[0]?.messages).toEqual([300, null, 600, 600])
  expect(plot.series[0]?.rates).toEqual([1, null, 2, 600 / 150])
  expect(plot.gaps).toEqual([{ from: from + 5 * MINUTE_MS, to: from + 10 * MINUTE_MS, cause: null }])
})

test('steps that have not begun are not in the chart', () => {
  const from = Date.UTC(2026, 10, 19, 20, 0)
  const plot = storedOverviewPlot(answer(from, new Array(60).fill(60)), RANGES['1h'], NOW, choose)
  expect(plot.times.at(-1)).toBe(Date.UTC(2026, 10, 19, 20, 47))
  expect(plot.running).toBe(47)
})
