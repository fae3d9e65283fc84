import { type ChannelSummary, emptyPoint, type Frame, type FrameValues } from '@smacktalk/contract'
import { expect, test } from 'vitest'
import { isBehind, type LiveView, mergeTick, viewOf } from './live-view.ts'

const AT = Date.UTC(2026, 10, 19, 20, 44) / 1000
const second = (offset: number, messages: number | null) => ({
  t: new Date((AT + offset) * 1000).toISOString(),
  messages,
})

function frame(seq: number, position: number, values: Partial<FrameValues> = {}): Frame {
  return {
    seq,
    asOf: new Date(AT * 1000).toISOString(),
    position: String(position),
    overview: true,
    values: {
      rate: 1,
      seconds: [],
      minute: emptyPoint(AT * 1000, 60_000),
      day: emptyPoint(AT * 1000, 60_000),
      top: {},
      ...values,
    },
  }
}

function applied(view: LiveView, tick: Frame): LiveView {
  const merged = mergeTick(view, tick)
  if (merged.outcome !== 'applied') throw new Error(`expected the tick to apply, it was ${merged.outcome}`)
  return merged.view
}

test('a snapshot is the whole view', () => {
  const view = viewOf(
    frame(1, 10, {
      seconds: [second(0, 3), second(1, null)],
      secondsByChannel: { '7': [[AT, 3]] },
      rate: 2.5,
    }),
  )
  expect(view).toMatchObject({ watched: 'overview', seq: 1, position: 10, rate: 2.5, asOf: AT * 1000 })
  expect(view.total).toEqual({ first: AT, values: [3, null] })
  expect(view.byChannel.get('7')).toEqual({ first: AT, values: [3] })
})

test('a tick replaces the seconds it carries and keeps the others', () => {
  const view = viewOf(
    frame(1, 10, { seconds: [second(0, 3), second(1, 4)], secondsByChannel: { '7': [[AT, 3]] } }),
  )
  const next = applied(
    view,
    frame(2, 12, { seconds: [second(1, 6), second(2, 1)], secondsByChannel: { '8': [[AT + 2, 1]] } }),
  )
  expect(next.total.values).toEqual([3, 6, 1])
  expect([...next.byChannel.keys()]).toEqual(['7', '8'])
  expect(view.total.values).toEqual([3, 4])
})

test('a frame twice gives what it gives once', () => {
  const view = viewOf(frame(1, 10, { seconds: [second(0, 3)] }))
  const once = applied(view, frame(2, 11, { seconds: [second(0, 5)], rate: 4 }))
  const twice = applied(once, frame(3, 11, { seconds: [second(0, 5)], rate: 4 }))
  expect({ ...twice, seq: 0 }).toEqual({ ...once, seq: 0 })
})

test('the list of channels stays until a new one comes', () => {
  const summary = { id: '7', name: 'orbit_orchard', state: 'joined' } as ChannelSummary
  const view = viewOf(frame(1, 10, { channels: [summary] }))
  const kept = applied(view, frame(2, 11))
  expect(kept.channels).toEqual([summary])
  expect(applied(kept, frame(3, 12, { channels: [] })).channels).toEqual([])
})

test('a tick after a hole is not applied, because seconds may be missing', () => {
  const view = viewOf(frame(1, 10))
  expect(mergeTick(view, frame(3, 12))).toEqual({ outcome: 'hole', view })
  expect(mergeTick(null, frame(3, 12))).toEqual({ outcome: 'hole', view: null })
})

test('a tick from before the shown position changes nothing but uses up its number', () => {
  const view = viewOf(frame(1, 10, { rate: 5 }))
  const merged = mergeTick(view, frame(2, 9, { rate: 1 }))
  expect(merged.outcome).toBe('older')
  expect(merged.view).toMatchObject({ rate: 5, position: 10, seq: 2 })
})

test('positions are compared as numbers, not as text', () => {
  const view = viewOf(frame(1, 9))
  expect(mergeTick(view, frame(2, 10)).outcome).toBe('applied')
  expect(isBehind(view, frame(1, 10))).toBe(false)
  expect(isBehind(viewOf(frame(1, 10)), frame(1, 9))).toBe(true)
})

test('a frame about another channel is told apart', () => {
  const { overview: _, ...rest } = frame(2, 11)
  const view = viewOf(frame(1, 10))
  expect(mergeTick(view, { ...rest, channel: '7' }).outcome).toBe('foreign')
  expect(isBehind(view, { ...rest, channel: '7', position: '1' })).toBe(false)
})

test('the line of a channel that fell silent for ten minutes is forgotten', () => {
  const view = viewOf(frame(1, 10, { seconds: [second(0, 1)], secondsByChannel: { '7': [[AT, 1]] } }))
  const later = applied(
    view,
    frame(2, 11, { seconds: [second(700, 1)], secondsByChannel: { '8': [[AT + 700, 1]] } }),
  )
  expect([...later.byChannel.keys()]).toEqual(['8'])
})

test('a snapshot of another gateway is behind when its day has counted less, whatever its position', () => {
  const day = (messages: number, t = AT) => ({ day: { ...emptyPoint(t * 1000, 60_000), messages } })
  const view = viewOf(frame(1, 10, day(50)))
  expect(isBehind(view, frame(1, 10, day(49)))).toBe(true)
  expect(isBehind(view, frame(1, 10, day(50)))).toBe(false)
  expect(isBehind(view, frame(1, 10, day(3, AT + 86_400)))).toBe(false)
})
