import { type ChannelEvent, SECOND_MS } from '@smacktalk/contract'
import { expect, test } from 'vitest'
import { eventLines } from './event-lines.ts'

const NOW = Date.UTC(2026, 2, 1)
const event = (kind: string, secondsAgo: number, part: Partial<ChannelEvent> = {}): ChannelEvent => ({
  ...{ id: String(secondsAgo), at: new Date(NOW - secondsAgo * SECOND_MS).toISOString(), kind, notice: null },
  ...{ userId: '1', login: 'fern', displayName: 'Fern', targetId: null, targetLogin: null, amount: null },
  ...{ months: null, plan: '1000', mode: null },
  ...part,
})
const written = (...events: ChannelEvent[]) =>
  eventLines(events).map((line) => `${line.event.kind} ${line.event.id} ${line.times}`)

test('gifts that one person gave at once are one line, with the time of the newest', () => {
  expect(written(event('gift', 0), event('gift', 0.5), event('gift', 30), event('giftBomb', 31))).toEqual([
    'gift 0 3',
    'giftBomb 31 1',
  ])
})

test('gifts of others, of another tier, with something between or a minute later stand alone', () => {
  expect(written(event('gift', 0), event('gift', 1, { userId: '2' }))).toHaveLength(2)
  expect(written(event('gift', 0), event('gift', 1, { plan: '2000' }))).toHaveLength(2)
  expect(written(event('gift', 0), event('raid', 1), event('gift', 2))).toHaveLength(3)
  expect(written(event('gift', 0), event('gift', 61))).toHaveLength(2)
})

test('nothing else is put together', () => {
  expect(written(event('timeout', 0), event('timeout', 0.1))).toHaveLength(2)
})
