import { DAY_MS, HOUR_MS, type UserAnswer, type UserChannel, type UserPoint } from '@smacktalk/contract'
import { expect, test } from 'vitest'
import { readUserRange, userSpan, writeUserRange } from './user-range.ts'
import {
  calendarOf,
  channelBars,
  dayText,
  heatStep,
  ordinal,
  shortDay,
  spokenHours,
  streakEnd,
  userFigures,
} from './user-view.ts'

/** A Saturday. */
const TODAY = Date.UTC(2026, 10, 21)
const NOW = TODAY + 12 * HOUR_MS
const iso = (at: number): string => new Date(at).toISOString()

const none = {
  ...{ messages: 0, characters: 0, emoteUses: 0, commands: 0, replies: 0, bits: 0 },
  ...{ timeouts: 0, bans: 0, deletions: 0 },
}

const point = (day: number, messages: number): UserPoint => ({
  ...none,
  ...{ t: iso(day), firstAt: null, lastAt: null, messages },
})

const channel = (number: number, part: Partial<UserChannel> = {}): UserChannel => ({
  ...none,
  ...{ id: String(number), name: `chan_${number}`, displayName: '', slot: 0, badges: '', rank: null },
  ...{ firstAt: iso(TODAY - number * DAY_MS), lastAt: iso(TODAY - number * DAY_MS), messages: 100 - number },
  ...part,
})

function user(part: Partial<UserAnswer>): UserAnswer {
  return {
    ...{
      id: '7',
      login: 'mossy',
      displayName: 'Mossy',
      from: iso(0),
      to: iso(TODAY),
      names: [],
      totals: none,
    },
    ...{ firstAt: null, lastAt: null, channels: [], daysActive: 0, longestStreak: 0, currentStreak: 0 },
    ...{ hours: Array<number>(24).fill(0), weekHours: [], emotes: [] },
    ...part,
  }
}

test('a range is in the address, whole days at both ends, and what makes no sense shows all', () => {
  expect(readUserRange('')).toEqual({ id: 'all' })
  for (const id of ['today', '7d', '30d', 'all'] as const) {
    expect(readUserRange(writeUserRange({ id }))).toEqual({ id })
  }
  const custom = { id: 'custom', from: TODAY - 3 * DAY_MS, to: TODAY } as const
  expect(writeUserRange(custom)).toBe('?from=2026-11-18&to=2026-11-20')
  expect(readUserRange(writeUserRange(custom))).toEqual(custom)
  for (const nonsense of [
    '?from=2026-11-20&to=2026-11-18',
    '?from=x&to=y',
    '?range=9y',
    '?from=2020-01-01&to=2026-01-01',
  ]) {
    expect(readUserRange(nonsense)).toEqual({ id: 'all' })
  }
})

test('a range covers whole UTC days up to the end of today', () => {
  expect(userSpan({ id: 'all' }, NOW)).toBeNull()
  expect(userSpan({ id: 'today' }, NOW)).toEqual({ from: TODAY, to: TODAY + DAY_MS })
  expect(userSpan({ id: '7d' }, NOW)).toEqual({ from: TODAY - 6 * DAY_MS, to: TODAY + DAY_MS })
})

test('heat: nothing is the first step and nothing else is, the most is the last', () => {
  expect([0, 1, 20, 21, 80, 81, 100].map((value) => heatStep(value, 100))).toEqual([0, 1, 1, 2, 4, 5, 5])
  expect(heatStep(0, 0)).toBe(0)
})

test('the calendar has whole weeks, Monday first, and ends with today', () => {
  const { weeks, activeDays, days, months } = calendarOf(
    [point(TODAY, 10), point(TODAY - DAY_MS, 5), point(TODAY - 400 * DAY_MS, 10_000)],
    36,
    NOW,
  )
  expect(weeks).toHaveLength(36)
  expect(weeks.slice(0, -1).every((week) => week.length === 7)).toBe(true)
  expect(weeks.every((week) => new Date(week[0]!.day).getUTCDay() === 1)).toBe(true)
  expect(weeks.at(-1)?.map(({ messages }) => messages)).toEqual([0, 0, 0, 0, 5, 10])
  // The day that is not shown does not pale the others.
  expect(weeks.at(-1)?.at(-1)?.step).toBe(5)
  expect([activeDays, days]).toEqual([2, 35 * 7 + 6])
  expect(months.at(-1)).toEqual({ week: 32, label: 'Nov' })
})

test('figures name the channel of the best rank, of the first and of the last message', () => {
  const channels = [
    channel(1, { rank: 4, lastAt: iso(NOW - 40_000) }),
    channel(2, { rank: 2 }),
    channel(3, { rank: null }),
  ]
  const totals = { ...none, messages: 300, emoteUses: 45, replies: 4, bits: 12_345, timeouts: 1, bans: 1 }
  const figures = userFigures(
    user({ channels, totals, daysActive: 4, firstAt: channels[2]!.firstAt, lastAt: channels[0]!.lastAt }),
    NOW,
    'UTC',
  )
  expect(figures.map(({ value, note }) => `${value}, ${note}`)).toEqual([
    '300, 75 per active day',
    '2nd, in chan_2',
    '45, 0.15 a message',
    '18 Nov 2026, in chan_3',
    '11:59:20, in chan_1',
    '4 · 12.3k · 1, 1 ban',
  ])
})

test('the longest streak is told by the day it ended, the newest one of several', () => {
  const days = (...ago: number[]) => ago.map((each) => point(TODAY - each * DAY_MS, 1))
  expect(streakEnd(days(1, 2, 5, 6, 9), 2)).toBe(TODAY - DAY_MS)
  expect(streakEnd(days(1, 5, 6, 7, 9), 3)).toBe(TODAY - 5 * DAY_MS)
  expect(streakEnd([...days(1), point(TODAY, 0)], 1)).toBe(TODAY - DAY_MS)
  expect([streakEnd([], 0), streakEnd(days(1), 4)]).toEqual([null, null])
  expect([shortDay(TODAY, NOW), shortDay(Date.UTC(2025, 1, 3), NOW)]).toEqual(['21 Nov', '3 Feb 2025'])
})

test('figures of nothing are dashes and noughts, never a division by nought', () => {
  const figures = userFigures(user({}), NOW)
  expect(figures.map(({ value }) => value)).toEqual(['0', '–', '0', '–', '–', '0 · 0 · 0'])
  expect(JSON.stringify(figures)).not.toContain('NaN')
})

test('of many channels the busiest stand alone and the rest is one bar with their sum', () => {
  const bars = channelBars(Array.from({ length: 20 }, (_, number) => channel(number)))
  expect(bars).toHaveLength(8)
  expect(bars.at(-1)).toMatchObject({ label: 'Other (13)', channel: null })
  expect(bars.reduce((sum, { messages }) => sum + messages, 0)).toBe(20 * 100 - 190)
  expect(Math.max(...bars.map(({ share }) => share))).toBe(1)
  expect(channelBars([channel(1)])).toHaveLength(1)
  expect(channelBars([])).toEqual([])
})

test('active hours are told, over midnight too', () => {
  const hours = Array<number>(24).fill(0)
  for (const hour of [22, 23, 0, 1]) hours[hour] = 10
  const week = Array.from({ length: 7 }, (_, day) => (day === 3 ? hours : Array<number>(24).fill(0)))
  expect(spokenHours(hours, week)).toBe('Most active 22:00 to 02:00 UTC, most of all on Thursday')
  expect(spokenHours(Array<number>(24).fill(0), week)).toBe('No messages in this time')
  expect(spokenHours(Array<number>(24).fill(1), week)).toBe(
    'Active around the clock, most of all on Thursday',
  )
})

test('places and days are written', () => {
  expect([1, 2, 3, 4, 11, 12, 13, 21, 102, 1_113].map(ordinal).join(' ')).toBe(
    '1st 2nd 3rd 4th 11th 12th 13th 21st 102nd 1,113th',
  )
  expect(dayText(Date.UTC(2024, 7, 30, 23))).toBe('30 Aug 2024')
})
