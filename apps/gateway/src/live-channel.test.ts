import {
  BOT,
  emptyCounts,
  MINUTE_MS,
  SECOND_MS,
  SHARED,
  type SpanSummary,
  type View,
} from '@smacktalk/contract'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { classes, coverageRow, NOW, viewOf } from './gateway-fixture.ts'
import { LiveChannel } from './live-channel.ts'
import { TotalRing } from './second-ring.ts'

const SECOND = NOW / SECOND_MS
const MINUTE = NOW - (NOW % MINUTE_MS)

function summary(start: number, position: number, messages: number): SpanSummary {
  return {
    start,
    position,
    messages: classes(messages),
    characters: classes(0),
    emoteUses: classes(0),
    counts: emptyCounts(),
    otherNoticesByKind: [],
    droppedByReason: [],
    peakPerSecond: messages,
    chatters: 1,
    chattersApproximate: false,
  }
}

/** A view at a position: everything in it says how far the log had come. */
function viewAt(position: number): View {
  return viewOf({
    channelId: '7',
    position,
    asOf: NOW + position,
    seconds: [{ at: SECOND * SECOND_MS, messages: classes(position) }],
    minutes: [summary(MINUTE, position, position)],
    days: [summary(0, position, position)],
    coverage: [{ day: 0, row: coverageRow({ starts: [0], ends: [position] }) }],
  })
}

function shown(channel: LiveChannel) {
  return {
    position: channel.position,
    asOf: channel.asOf,
    second: channel.seconds.messages(SECOND, 0),
    minute: channel.span('minutes', MINUTE)?.messages[0],
    day: channel.span('days', 0)?.messages[0],
    covered: channel.coverage().covered,
  }
}

type Step = { from: 'view' | 'store'; position: number }

function apply(channel: LiveChannel, { from, position }: Step, total: TotalRing): void {
  const grew = (second: number, messages: number): void => total.add(second, messages)
  if (from === 'view') {
    channel.applyView(viewAt(position), grew)
    return
  }
  channel.applyRecents({ newestSecond: SECOND, seconds: [SECOND], counts: classes(position) }, position, grew)
  channel.applySpan('minutes', summary(MINUTE, position, position))
  channel.applySpan('days', summary(0, position, position))
  channel.applyCoverage(0, coverageRow({ starts: [0], ends: [position] }), position)
}

test('views and stored rows in any order show the highest position, in everything and in the totals', () => {
  const step = fc.record({
    from: fc.constantFrom('view' as const, 'store' as const),
    position: fc.integer({ min: 1, max: 30 }),
  })
  fc.assert(
    fc.property(fc.array(step, { minLength: 1, maxLength: 12 }), (steps) => {
      const channel = new LiveChannel('7')
      const total = new TotalRing()
      let highest = 0
      for (const one of steps) {
        apply(channel, one, total)
        highest = Math.max(highest, one.position)
        expect(shown(channel)).toMatchObject({
          position: highest,
          second: highest,
          minute: highest,
          day: highest,
          covered: [{ from: 0, to: highest }],
        })
        expect(total.messages(SECOND)).toBe(highest)
      }
    }),
  )
})

describe('a live channel', () => {
  test('takes each row of an older view by its own position', () => {
    const channel = new LiveChannel('7')
    channel.applySpan('minutes', summary(MINUTE, 9, 9))
    channel.applyView(
      { ...viewAt(5), minutes: [summary(MINUTE, 5, 5), summary(MINUTE - MINUTE_MS, 4, 4)] },
      () => {},
    )
    expect(channel.span('minutes', MINUTE)?.messages[0]).toBe(9)
    expect(channel.span('minutes', MINUTE - MINUTE_MS)?.messages[0]).toBe(4)
  })

  test('forgets the oldest minute, not the newest, and leaves minutes of long ago to the store', () => {
    const channel = new LiveChannel('7')
    for (let index = 0; index < 30; index++) {
      channel.applySpan('minutes', summary(MINUTE + index * MINUTE_MS, index, index))
    }
    channel.applySpan('minutes', summary(MINUTE - MINUTE_MS, 99, 99))
    const starts = [...channel.spansOf('minutes')].map(({ start }) => start)
    expect(starts).toHaveLength(20)
    expect(Math.min(...starts)).toBe(MINUTE + 10 * MINUTE_MS)
  })

  test('forgets a second when its place is taken by one of ten minutes later', () => {
    const channel = new LiveChannel('7')
    const at = (second: number) => ({ at: second * SECOND_MS, messages: classes(2, BOT) })
    channel.applyView(
      viewOf({ channelId: '7', position: 1, seconds: [at(SECOND), at(SECOND + 610)] }),
      () => {},
    )
    expect(channel.seconds.messages(SECOND, 0)).toBeNull()
    expect(channel.seconds.messages(SECOND + 610, 0)).toBe(2)
    expect(channel.seconds.messages(SECOND + 610, BOT)).toBe(0)
    expect(channel.seconds.takeChanged()).toEqual([SECOND + 610])
    channel.applyView(viewOf({ channelId: '7', position: 2, seconds: [at(SECOND)] }), () => {})
    expect(channel.seconds.messages(SECOND + 610, 0)).toBe(2)
  })

  test('tells totals how much it grew without shared copies', () => {
    const channel = new LiveChannel('7')
    const total = new TotalRing()
    const grew = (second: number, messages: number): void => total.add(second, messages)
    const both = classes(3).with(SHARED, 4)
    channel.applyView(viewOf({ channelId: '7', position: 1, seconds: [{ at: NOW, messages: both }] }), grew)
    expect(total.messages(SECOND)).toBe(3)
  })
})
